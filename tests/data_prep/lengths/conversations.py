"""Datasets made on the spot: the lines of `lexatron data instruct` and of `lexatron data qa`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FILES = {"train": "training.jsonl", "validation": "validation.jsonl", "test": "test.jsonl"}

Row = dict[str, Any]


def turns(*contents: str, system: str | None = None) -> list[dict[str, str]]:
    """Questions and answers in turn."""
    said = [{"role": ("user", "assistant")[n % 2], "content": content} for n, content in enumerate(contents)]
    return [*([{"role": "system", "content": system}] if system else []), *said]


def row(number: int | str, *contents: str, system: str | None = None, **metadata: Any) -> Row:
    """A line of `lexatron data instruct`."""
    return {"id": str(number), "messages": turns(*contents, system=system), "metadata": metadata}


def write_dataset(folder: Path, sides: Mapping[str, Iterable[Row]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for side, rows in sides.items():
        lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows)
        (folder / FILES[side]).write_text(lines, "utf-8")
    return folder


def read_rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
