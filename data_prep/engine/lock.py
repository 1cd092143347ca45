"""One run a folder: a lock that goes with its process, however that ends."""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path

from lexatron.errors import UserError

_NO_LOCKS = {errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK}  # of a network file system that is mounted without them


def lock(folder: Path, out: Path) -> int:
    """A descriptor of a folder, made where missing and locked for as long as the descriptor is open.

    Args:
        folder: the unfinished output.
        out: what it is to become, for the message.

    Raises:
        UserError: another run holds it.
    """
    while True:
        folder.mkdir(exist_ok=True)
        try:
            descriptor = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:  # another run has just deleted it
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise UserError("another run is writing this folder", where=out, remedy="wait for it or end it") from error
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        with suppress(FileNotFoundError):  # here too
            if os.path.samestat(os.stat(folder), os.fstat(descriptor)):
                return descriptor
        os.close(descriptor)
