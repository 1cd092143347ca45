"""A piece of a source's file that one worker reads: plain data, which travels to it as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from data_prep.curation.record import Side
from data_prep.curation.sources.options import ShapeName
from data_prep.general.kinds import Packing

Layout = Literal["lines", "list", "object", "csv", "parquet", "arrow"]


@dataclass(frozen=True)
class Cut:
    """A piece of a file.

    Attributes:
        start, end: unpacked bytes; an end of None is that of the file. Parquet and Arrow go by the rows.
        first: number of its first row or line, from 1.
        rows: number of its rows or lines, as far as the file can be read.
        size: unpacked bytes that it stands for, to share out work by.
    """

    start: int
    end: int | None
    first: int
    rows: int
    size: int

    @property
    def first_row(self) -> int:
        """Its first row, counted from 0."""
        return self.first - 1

    @property
    def end_row(self) -> int | None:
        """The row behind its last one, counted from 0; None where that is the file's."""
        return None if self.end is None else self.first_row + self.rows


@dataclass(frozen=True)
class Reading:
    """What holds for all rows of a source, as its options say."""

    source: str
    shape: ShapeName = "auto"
    fields: dict[str, str] = field(default_factory=dict)
    language: str | None = None
    domain: str | None = None
    difficulty: str | None = None
    teacher: str | None = None
    best_paths: bool = True


@dataclass(frozen=True)
class SourcePart:
    """A file of a source, or a piece of one that can be read by itself.

    Attributes:
        path: of the file. name: the same as people see it, relative to the folder that was given.
        label: names the file within its source, in the ids of rows that have none.
        shared_ids: whether numbers as ids of rows may be those of another file of the source too.
        layout, packing: how it is to be read.
        cut: which piece of it.
        limit: rows to read at most, or None.
        side: the side of all its rows, where it is known.
    """

    path: str
    name: str
    label: str
    shared_ids: bool
    layout: Layout
    packing: Packing | None
    cut: Cut
    limit: int | None
    side: Side | None
    reading: Reading

    @property
    def size(self) -> int:
        """Unpacked bytes that it stands for, to share out work by."""
        return self.cut.size
