"""One job a run folder: two would write over each other's checkpoints.

The job itself holds the lock, not the command that started it: a command killed with -9 leaves its job running,
and the next command must find that out. The lock goes with the process, however it ends. It is a POSIX record lock,
which children do not inherit: Megatron's checkpoint writers outlive a killed job, asleep, and must not hold it.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

from lightning.pytorch.callbacks import Callback

from lexatron.errors import UserError

LOCK = "job.lock"


def take(folder: Path) -> int:
    """Lock a run folder for this process; the descriptor that holds the lock.

    Raises:
        UserError: another job holds it.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = os.read(descriptor, 32).decode() or "unknown"
        os.close(descriptor)
        remedy = f"wait for process {owner} or end it"
        raise UserError("another job is writing this run", where=folder, remedy=remedy) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def check_free(folder: Path) -> None:
    """Make sure that no job writes to a run folder now.

    Raises:
        UserError: one does.
    """
    if (folder / LOCK).exists():
        os.close(take(folder))


def owner(folder: Path) -> int | None:
    """The process that writes to a run folder now; None where none does."""
    try:
        check_free(folder)
    except UserError:
        text = (folder / LOCK).read_text()
        return int(text) if text.isdecimal() else None
    return None


class RunLock(Callback):
    """Holds the lock of `folder` on the first process from the start of training to the end of the process."""

    def __init__(self, folder: str):
        self.folder = Path(folder)

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero:
            _HELD.append(take(self.folder))


_HELD: list[int] = []  # descriptors stay open until the process ends
