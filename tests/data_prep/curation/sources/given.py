"""Sources that tests write and read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from data_prep.curation.record import Record
from data_prep.curation.sources import Source, SourcePart, plan_parts, read_part
from data_prep.engine.arguments import rebuild, to_plain
from data_prep.formex.acts import Reject

WHOLE = 1 << 40


def read(base: Path, path: str | tuple[str, ...] = ".", bytes_each: int = WHOLE, **options: Any) -> list[Any]:
    """What all parts of a source give, after each part's way to a worker."""
    source = Source.model_validate({"name": "set", "path": path, **options})
    return read_all(plan_parts(source, base, bytes_each))


def read_all(parts: Iterable[SourcePart]) -> list[Any]:
    return [found for part in parts for found in read_part(travelled(part))]


def travelled(part: SourcePart) -> SourcePart:
    """A part after its way to a worker as JSON."""
    again = rebuild(SourcePart, orjson.loads(orjson.dumps(to_plain(part))))
    assert again == part
    return again


def records(found: Iterable[Record | Reject]) -> list[Record]:
    """The records, none of which may be a reject."""
    checked = []
    for one in found:
        assert isinstance(one, Record), one
        checked.append(one)
    return checked


def pairs(found: Iterable[Record | Reject]) -> list[tuple[str, str]]:
    """The last question and the answer of each record."""
    return [(record.messages[-2]["content"], record.answer) for record in records(found)]


def rejects(found: Iterable[Record | Reject]) -> list[tuple[str, str]]:
    """Place and reason of each reject."""
    return [(one.place, one.reason) for one in found if isinstance(one, Reject)]


def write_lines(path: Path, rows: Iterable[Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def row(number: int) -> dict[str, str]:
    return {"instruction": f"question {number}", "input": "", "output": f"answer {number}: „ja“,\nand more"}


def rows(count: int) -> list[dict[str, str]]:
    return [row(number) for number in range(count)]


def expected(count: int) -> list[tuple[str, str]]:
    """The pairs of `rows`."""
    return [(one["instruction"], one["output"]) for one in rows(count)]
