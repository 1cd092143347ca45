"""The files of a source, whether they are named, in a folder, matched by a pattern or those of a saved dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path

import orjson

from data_prep.curation.sources.files.kinds import DESCRIPTIONS, READABLE, kind_of
from lexatron.errors import UserError

_STATE = "state.json"
_MAX_STATE = 1 << 24


@dataclass(frozen=True)
class Found:
    """A file, and its name as people see it: relative to the folder that was given.

    Where two would have the same name, it is the whole path.
    """

    path: Path
    name: str


def find_files(paths: Iterable[str], base: Path) -> list[Found]:
    """The files of all paths, each once, in order.

    Args:
        paths: files, folders and patterns, relative to `base`.

    Raises:
        UserError: a path has no files, or a file that is named is of no kind that is read.
    """
    found: dict[Path, Found] = {}
    for given in paths:
        for file in _files(given, base):
            found.setdefault(file.path.absolute(), file)
    seen = Counter(file.name for file in found.values())
    return [file if seen[file.name] == 1 else Found(file.path, file.path.as_posix()) for file in found.values()]


def _files(given: str, base: Path) -> list[Found]:
    path = (base / given).expanduser()
    if path.is_dir():
        files = [Found(file, file.relative_to(path).as_posix()) for file in folder_files(path)]
    elif path.is_file():  # its name may hold the signs of a pattern
        files = [_named(path, given)]
    else:
        matched = sorted(glob(given, root_dir=base, recursive=True))
        files = [_named(base / name, name) for name in matched if (base / name).is_file()]
    if not files:
        raise UserError("no such files", where=path, remedy=READABLE)
    return files


def _named(path: Path, given: str) -> Found:
    if kind_of(path) is None:
        raise UserError("not a kind of file that is read as instructions", where=path, remedy=READABLE)
    return Found(path, Path(given).as_posix() if not Path(given).is_absolute() else path.name)


def folder_files(folder: Path) -> list[Path]:
    """All files with rows in a folder and below, sorted; hidden ones and what `datasets` only cached left out."""
    return sorted(path for path in _walk(folder) if path.is_file())


def _walk(folder: Path) -> Iterator[Path]:
    listed = _saved(folder / _STATE)
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_dir():
            if not path.is_symlink():
                yield from _walk(path)
        elif kind_of(path) and path.name not in DESCRIPTIONS and (listed is None or path.name in listed):
            yield path


def _saved(state: Path) -> frozenset[str] | None:
    """Names of the files that a dataset saved to disk consists of, or None for a folder that is none."""
    try:
        if state.stat().st_size > _MAX_STATE:
            return None
        files = orjson.loads(state.read_bytes())["_data_files"]
        return frozenset(file["filename"] for file in files)
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return None
