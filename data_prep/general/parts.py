"""Cuts files of general text into parts of about one size, so that several workers can read one large file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from data_prep.general.jsonl import check_fields
from data_prep.general.kinds import READABLE, Kind, kind_of
from data_prep.general.parquet import num_row_groups
from lexatron.errors import UserError

_CHUNK = 1 << 16


class Sized(Protocol):
    """What stands for so many bytes."""

    @property
    def size(self) -> int: ...


S = TypeVar("S", bound=Sized)


@dataclass(frozen=True)
class Part:
    """A file of general text, or a piece of one that can be read by itself.

    Attributes:
        path: of the file.
        start, end: for JSON lines, bytes, at line ends; for Parquet, row groups; for any other file, 0 and its bytes.
        size: bytes of the file that it stands for, to share out work by.
    """

    path: str
    start: int
    end: int
    size: int


def whole(path: str | Path) -> Part:
    """A whole file as one part.

    Raises:
        UserError: as `shards`.
    """
    kind, size = _known(path), Path(path).stat().st_size
    if kind.layout == "parquet":
        return Part(str(path), 0, num_row_groups(str(path)), size)
    if kind.layout == "jsonl":
        check_fields(str(path), kind.packing)
    return Part(str(path), 0, size, size)


def shards(paths: Iterable[str | Path], bytes_each: int) -> list[Part]:
    """Every byte or row group of the files, in order, in parts of about `bytes_each`.

    A part of JSON lines is longer by up to one line, one of Parquet by up to one row group; a compressed or text file
    is one part whatever its size.

    Raises:
        UserError: a file is of no kind that is read as general text, or has no field or column for the text.
    """
    assert bytes_each > 0
    return [part for path in paths for part in _cut(whole(path), bytes_each)]


def tasks(parts: Iterable[S], bytes_each: int) -> list[list[S]]:
    """Parts in lists of about `bytes_each`, in order, so that a million small files are not a million tasks."""
    lists: list[list[S]] = []
    room = 0
    for part in parts:
        if not lists or room <= 0:
            lists.append([])
            room = bytes_each
        lists[-1].append(part)
        room -= part.size
    return lists


def _known(path: str | Path) -> Kind:
    kind = kind_of(path)
    if kind is None:
        raise UserError("not a kind of file that is read as general text", where=path, remedy=READABLE)
    return kind


def _cut(part: Part, bytes_each: int) -> Iterator[Part]:
    kind = _known(part.path)
    if not kind.divisible or part.size <= bytes_each:
        yield part
    elif kind.layout == "parquet":
        yield from _cut_row_groups(part, bytes_each)
    else:
        ends = _line_ends(Path(part.path), part.size, bytes_each)
        yield from (Part(part.path, start, end, end - start) for start, end in zip([0, *ends], ends, strict=False))


def _cut_row_groups(part: Part, bytes_each: int) -> Iterator[Part]:
    """Equal numbers of row groups, which writers make of about one size."""
    groups = max(1, part.end * bytes_each // part.size)
    for start in range(0, part.end, groups):
        end = min(start + groups, part.end)
        yield Part(part.path, start, end, part.size * (end - start) // part.end)


def _line_ends(path: Path, size: int, bytes_each: int) -> Sequence[int]:
    """Where to cut: after the first line end at or behind each multiple of the size, and at the end of the file."""
    ends: list[int] = []
    with open(path, "rb") as file:
        position = bytes_each
        while position < size:
            file.seek(position - 1)  # a line may end just there
            while chunk := file.readline(_CHUNK):
                if chunk.endswith(b"\n"):
                    break
            if (end := file.tell()) < size:
                ends.append(end)
            position = end + bytes_each
    return [*ends, size]
