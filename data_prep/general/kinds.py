"""What a file of general text is, by its name: JSON lines, Parquet or plain text, perhaps compressed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Layout = Literal["jsonl", "parquet", "txt"]
Packing = Literal["gz", "zst"]

_LAYOUTS: dict[str, Layout] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet", ".txt": "txt",
}  # fmt: skip
_PACKINGS: dict[str, Packing] = {".gz": "gz", ".zst": "zst"}

READABLE = "give .jsonl, .txt (both also .gz or .zst) or .parquet files"

FIELDS = ("text", "content", "document")
"""Names under which a text stands in a line of JSON or a Parquet file; the first that is there."""

MAX_TEXT_BYTES = 64 << 20
"""A longer line or document is rejected: it is a damaged file more often than a text."""

MAX_INFLATION = 1000
"""A file that gives more than so many bytes for each of its own is rejected: it is made to fill memory and time."""


@dataclass(frozen=True)
class Kind:
    """How a file is to be read; `packing` is None for one that is not compressed."""

    layout: Layout
    packing: Packing | None = None

    @property
    def divisible(self) -> bool:
        """Whether it can be read from the middle."""
        return self.layout == "parquet" or (self.layout == "jsonl" and self.packing is None)


def kind_of(path: str | Path) -> Kind | None:
    """The kind that a name tells, or None for one that is not read: Parquet has compression of its own."""
    path = Path(path)
    packing = _PACKINGS.get(path.suffix.lower())
    layout = _LAYOUTS.get((path.with_suffix("") if packing else path).suffix.lower())
    if layout is None or (layout == "parquet" and packing):
        return None
    return Kind(layout, packing)
