"""A batch as the bytes of its files, with the rows that nobody can read among them, and where everything stands."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson

from data_prep.sample.instructions.batch import Batch, make_batch
from data_prep.sample.instructions.request import BATCH, Request
from data_prep.sample.instructions.shapes import SHAPES, Row
from data_prep.sample.instructions.sources import SOURCES, SampleSource

PARQUET_FILES = 3
SEPARATORS = {".json": b",\n"}
"""What stands between rows, where it is not the end of the line."""
_IN_LISTS = ("unknown keys",)
_IN_LINES = ("broken JSON", "not an object", *_IN_LISTS)


@dataclass
class Piece:
    """What a batch adds to one file: rows as bytes, or as they are for Parquet."""

    data: bytes = b""
    table: list[Row] = field(default_factory=list)
    rows: int = 0


@dataclass
class Written:
    """A batch in pieces by path, what was planted, and the number of records by source.

    Rows are counted from 0 within the piece, until the pieces stand one behind the other.
    """

    pieces: dict[str, Piece]
    planted: list[dict[str, Any]]
    records: dict[str, int]


def write_batch(request: Request, number: int) -> Written:
    """Make a batch and lay out its rows."""
    batch = make_batch(request, number)
    random = Random(f"unreadable {request.seed} {number}")  # noqa: S311
    end = min((number + 1) * BATCH, request.records)
    layout = _Layout(batch)
    unreadable = _drawn(batch, random, request.count("unreadable", number * BATCH, end))
    for position in range(len(batch.records)):
        for how in unreadable.get(position, ()):
            layout.add_unreadable(position, how)
        layout.add(position)
    return layout.written()


def _drawn(batch: Batch, random: Random, count: int) -> dict[int, list[str]]:
    """Position before which something unreadable is to stand -> what it is."""
    drawn: dict[int, list[str]] = defaultdict(list)
    able = [p for p, source in enumerate(batch.sources) if source in SOURCES and _faulty_rows(source)]
    for position in random.choices(able, k=count):
        drawn[position].append(random.choice(_faulty_rows(batch.sources[position])))
    return drawn


def _faulty_rows(source: SampleSource) -> tuple[str, ...]:
    if ".jsonl" in source.path:
        return _IN_LINES
    return _IN_LISTS if source.path.endswith(".json") else ()


class _Layout:
    """Gathers the rows of a batch file by file."""

    def __init__(self, batch: Batch):
        self._batch = batch
        self._rows: dict[str, list[Any]] = defaultdict(list)  # path -> bytes of a row, or the row for CSV and Parquet
        self._places: dict[int, tuple[str, int]] = {}
        self._unreadable: list[dict[str, Any]] = []
        self._records: dict[str, int] = defaultdict(int)

    def add(self, position: int) -> None:
        """One record; its place is that of its last row."""
        source, record = self._batch.sources[position], self._batch.records[position]
        path = _path(source, self._records[source.name])
        rows = SHAPES[source.name](record, position in self._batch.plain)
        as_they_are = path.endswith((".csv", ".parquet"))
        self._rows[path] += rows if as_they_are else map(orjson.dumps, rows)
        self._places[position] = (path, len(self._rows[path]) - 1)
        self._records[source.name] += 1

    def add_unreadable(self, position: int, how: str) -> None:
        """A row of the record's source that gives no record."""
        source, record = self._batch.sources[position], self._batch.records[position]
        rows = {
            "broken JSON": orjson.dumps({"id": record.id, "text": record.answer[:80]})[:-9],
            "not an object": orjson.dumps([record.answer[:40], 1]),
            "unknown keys": orjson.dumps({"title": record.answer[:40], "shelf": record.id}),
        }
        self._rows[source.path].append(rows[how])
        place = {"source": source.name, "file": source.path, "row": len(self._rows[source.path]) - 1, "id": None}
        self._unreadable.append({"kind": "unreadable", "step": "read", "expect": "reject", "how": how, **place})

    def written(self) -> Written:
        """All pieces, and where what was planted stands."""
        planted = [{**self._place(position), **entry} for position, entry in sorted(self._batch.planted.items())]
        for entry in planted:
            if other := entry.get("other"):
                entry["other"] = self._place(other.pop("position"))
        pieces = {path: _piece(path, rows) for path, rows in self._rows.items()}
        return Written(pieces, planted + self._unreadable, dict(self._records))

    def _place(self, position: int) -> dict[str, Any]:
        source, record = self._batch.sources[position], self._batch.records[position]
        path, row = self._places[position]
        return {"source": source.name, "id": record.id if source.id_key else None, "file": path, "row": row}


def _path(source: SampleSource, number: int) -> str:
    """The file of a source's record."""
    return f"{source.path}/part-{number % PARQUET_FILES}.parquet" if source.name == "parquet" else source.path


def _piece(path: str, rows: list[Any]) -> Piece:
    if path.endswith(".parquet"):
        return Piece(table=rows, rows=len(rows))
    if path.endswith(".csv"):
        return Piece(_csv(rows), rows=len(rows))
    return Piece(SEPARATORS.get(path[path.rfind(".") :], b"\n").join(rows), rows=len(rows))


def _csv(rows: list[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(list(row.values()) for row in rows)
    return text.getvalue().encode()
