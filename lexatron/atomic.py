"""Outputs that appear whole or not at all.

Everything is written beside its destination under a name that starts with `.tmp-`, flushed to disk
and renamed, so that neither `kill -9` nor a full disk leaves a half-written file under a real name.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = ".tmp-"
MANY = 256  # files from which a folder is flushed as a whole


def _beside(path: Path) -> Path:
    return path.with_name(f"{PREFIX}{os.getpid()}-{path.name}")


def _sync_file(path: Path) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Flush the names in a folder to the disk, so that a file renamed into it stays there after a crash."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Flush every file and folder below `folder`, and itself, to the disk.

    Many files are flushed with all else on their file system, in one go: one by one they would take milliseconds each.
    """
    entries = list(folder.rglob("*"))
    if len(entries) > MANY and sys.platform == "linux":
        _sync_file_system(folder)
        return
    for entry in entries:
        if entry.is_dir():
            sync_folder(entry)
        elif entry.is_file():
            _sync_file(entry)
    sync_folder(folder)


def _sync_file_system(folder: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if libc.syncfs(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(descriptor)


@contextmanager
def atomic_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it onto `path` when the block ends without an error."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(path)
    try:
        yield temporary
        _sync_file(temporary)
        os.replace(temporary, path)
        sync_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def atomic_folder(path: str | Path) -> Iterator[Path]:
    """Yield an empty temporary folder beside `path`; it takes its place when the block ends without an error."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(path)
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        yield temporary
        sync_tree(temporary)
        if path.exists():
            old = _beside(path.with_name(path.name + ".old"))
            os.replace(path, old)
            os.replace(temporary, path)
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.replace(temporary, path)
        sync_folder(path.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write `data` to `path` atomically."""
    with atomic_file(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | Path, text: str) -> None:
    """Write `text` to `path` atomically as UTF-8 with line feeds."""
    write_bytes(path, text.encode("utf-8"))


def remove_leftovers(folder: str | Path) -> int:
    """Delete what killed runs left in `folder` (names that start with `.tmp-`); the number of entries deleted."""
    removed = 0
    for entry in Path(folder).glob(f"{PREFIX}*"):
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink(missing_ok=True)
        removed += 1
    return removed
