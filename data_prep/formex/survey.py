"""What the inputs consist of before anything is parsed: how many bytes, and a digest that tells a change.

The digest covers an XML file by name and content, a zip by its central directory (the name, size and CRC-32 of
every member, so that a dump of many gigabytes is told from another without reading it), and any other file, which
is never read, by name and size. Times of modification do not count: a copied or downloaded again input is the same.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lexatron.errors import UserError
from lexatron.stage import file_digest


@dataclass(frozen=True)
class Survey:
    """The inputs at a glance.

    Attributes:
        digest: SHA-256 that changes with any file that could change the output.
        files: files and archive members.
        xml_bytes: unpacked size of those that end in `.xml`.
    """

    digest: str
    files: int
    xml_bytes: int


def survey(paths: Iterable[Path]) -> Survey:
    """Look at every input without parsing it.

    Raises:
        UserError: an input does not exist.
    """
    total, files, size = hashlib.sha256(), 0, 0
    for path in paths:
        if not path.exists():
            raise UserError("no such file or folder", where=path, remedy="give FORMEX files, folders or zips")
        total.update(b"\0input\0" + path.name.encode())
        for name, stamp, xml_bytes in _files(path):
            files += 1
            size += xml_bytes
            total.update(f"\0{name}\0{stamp}".encode(errors="surrogateescape"))
    return Survey(total.hexdigest(), files, size)


def _files(path: Path) -> Iterator[tuple[str, str, int]]:
    """Name, stamp and bytes of XML of everything below `path`, in a fixed order."""
    if path.is_file():
        yield from _file(path, path.name)
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if file.is_file():
                yield from _file(file, file.relative_to(path).as_posix())


def _file(path: Path, name: str) -> Iterator[tuple[str, str, int]]:
    suffix = path.suffix.lower()
    if suffix == ".zip":
        yield from _members(path, name)
    elif suffix == ".xml":
        yield name, file_digest(path), path.stat().st_size
    else:
        yield name, str(path.stat().st_size), 0


def _members(path: Path, name: str) -> Iterator[tuple[str, str, int]]:
    """The members of a zip; one that cannot be read counts by its content, since it becomes a reject."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        yield name, file_digest(path), 0
        return
    for info in infos:
        xml_bytes = info.file_size if info.filename.lower().endswith(".xml") else 0
        yield f"{name}/{info.filename}", f"{info.file_size} {info.CRC:08x}", xml_bytes
