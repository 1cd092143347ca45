"""Where FORMEX comes from: files, folders and zips as one stream of named entries; archives are never unpacked."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from data_prep.formex.acts import Reject
from data_prep.formex.xml import Malformed
from lexatron.errors import UserError

MAX_FILE_BYTES = 256 << 20  # the largest known FORMEX file is some 20 MB; more is a mistake or a bomb

_BOMB_BYTES, _BOMB_RATIO = 8 << 20, 200  # FORMEX is packed 1 to 10, tables of zeros 1 to 50


@dataclass(frozen=True)
class Entry:
    """One file, on disk or in an archive.

    Attributes:
        name: path relative to the input that it was found in, with forward slashes.
        path: the file on disk, or the archive that holds it.
        member: name inside the archive, or None.
        size: in bytes, unpacked.
    """

    name: str
    path: Path
    member: str | None
    size: int

    @property
    def folder(self) -> str:
        """Where its neighbours are."""
        return str(PurePosixPath(self.name).parent)

    @property
    def file(self) -> str:
        """Its name without folders."""
        return PurePosixPath(self.name).name

    def read(self, limit: int = -1) -> bytes:
        """Its first `limit` bytes, or all.

        Raises:
            Malformed: it is too large, damaged or unreadable.
        """
        if limit < 0 and self.size > MAX_FILE_BYTES:
            raise Malformed(too_large(self.size))
        with read_faults(), self.open() as file:
            return file.read(limit)

    def open(self) -> BinaryIO:
        """A stream of its bytes."""
        if self.member is None:
            return open(self.path, "rb")
        return cast(BinaryIO, _archive(self.path).open(self.member))


def too_large(size: int) -> str:
    """Why a file of that size is not read."""
    return f"{size:,} bytes, larger than the {MAX_FILE_BYTES:,} that one act may have"


@contextmanager
def read_faults() -> Iterator[None]:
    """Turn every way in which reading a file or an archive can fail into Malformed."""
    try:
        yield
    except Malformed:
        raise
    except (OSError, zipfile.BadZipFile, EOFError, ValueError, RuntimeError, NotImplementedError) as error:
        raise Malformed(f"cannot be read: {error}") from error
    except Exception as error:  # zlib.error, lzma.LZMAError: each decompressor has its own
        raise Malformed(f"damaged in the archive: {error}") from error


@lru_cache(maxsize=2)
def _archive(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


def list_folders(paths: Iterable[str | Path]) -> Iterator[list[Entry] | Reject]:
    """The entries of all inputs, folder by folder in a fixed order; what cannot be listed is a reject.

    Raises:
        UserError: an input does not exist.
    """
    for raw in paths:
        path = Path(raw)
        if path.is_dir():
            yield from _list_tree(path)
        elif path.is_file():
            yield from _list_file(path, path.name)
        else:
            raise UserError("no such file or folder", where=path, remedy="give FORMEX files, folders or zips")


def _list_tree(root: Path) -> Iterator[list[Entry] | Reject]:
    for folder, folders, files in os.walk(root):
        folders.sort()
        plain = []
        for file in sorted(files):
            path = Path(folder, file)
            name = path.relative_to(root).as_posix()
            if path.suffix.lower() == ".zip":
                yield from _list_file(path, name)
            elif path.is_file():
                plain.append(Entry(name, path, None, path.stat().st_size))
        if plain:
            yield plain


def _list_file(path: Path, name: str) -> Iterator[list[Entry] | Reject]:
    if path.suffix.lower() == ".zip":
        yield from _list_zip(path, name)
    else:
        yield [Entry(name, path, None, path.stat().st_size)]


def _list_zip(path: Path, name: str) -> Iterator[list[Entry] | Reject]:
    try:
        members = [info for info in _archive(path).infolist() if not info.is_dir()]
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        yield Reject(name, "", f"not a readable zip: {error}")
        return
    folders: dict[str, list[Entry]] = {}
    seen: set[str] = set()
    for info in sorted(members, key=lambda member: member.filename):
        problem = _bad_name(info.filename) or ("occurs twice in the archive" if info.filename in seen else None)
        if info.flag_bits & 1:
            problem = "is encrypted"
        text = info.filename.lower().endswith(".xml")
        if text and info.file_size > _BOMB_BYTES and info.file_size > _BOMB_RATIO * max(1, info.compress_size):
            problem = f"is packed 1 to {info.file_size // max(1, info.compress_size):,}, as no text is: a zip bomb"
        entry = Entry(f"{name}/{info.filename}", path, info.filename, info.file_size)
        if problem:
            yield Reject(entry.name, "", f"the archive member {problem}")
        else:
            seen.add(info.filename)
            folders.setdefault(entry.folder, []).append(entry)
    yield from folders.values()


def _bad_name(name: str) -> str | None:
    """Why a member's name is not a plain path inside the archive, or None."""
    if name.startswith("/") or "\\" in name or ":" in name:
        return "has an absolute name"
    return "climbs out of the archive with `..`" if ".." in PurePosixPath(name).parts else None
