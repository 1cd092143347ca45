"""Secrets of a job: a file that only its owner can read, read by the job itself, so that no script holds them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from lexatron.errors import UserError


def load_secrets(path: Path | None) -> list[str]:
    """Put NAME=value lines of a file into the environment; the names.

    Lines that are empty or begin with # are passed over, `export ` before a name and a pair of quotes around a value
    too.

    Raises:
        UserError: the file is missing, others may read it, or a line has another form.
    """
    if path is None:
        return []
    path = path.expanduser()
    check_secrets(path)
    names = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise UserError("not NAME=value", where=f"{path}:{number}", remedy="write one secret a line")
        value = value.strip()
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        os.environ[name.strip()] = value[1:-1] if quoted else value
        names.append(name.strip())
    return names


def check_secrets(path: Path) -> None:
    """Make sure that a file of secrets is there and nobody else's to read.

    Raises:
        UserError: it is missing, or others may read it.
    """
    if not path.is_file():
        raise UserError("no such file of secrets", where=path, remedy="make it, or take secrets_file out of the file")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UserError("others may read these secrets", where=path, remedy=f"chmod 600 {path}")
