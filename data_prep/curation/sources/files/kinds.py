"""What a file of instructions is, by its name, and for `.json` by its beginning."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from data_prep.general.kinds import Packing

FileKind = Literal["jsonl", "json", "csv", "parquet", "arrow"]

READABLE = "give .jsonl, .json, .csv, .tsv (all also .gz or .zst), .parquet or .arrow files"

_KINDS: dict[str, FileKind] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "csv",
    ".parquet": "parquet", ".arrow": "arrow",
}  # fmt: skip
_PACKINGS: dict[str, Packing] = {".gz": "gz", ".zst": "zst"}

DESCRIPTIONS = frozenset({"dataset_dict.json", "dataset_info.json", "dataset_infos.json", "state.json"})
"""Files of a folder that tell of its data and hold none."""


def kind_of(path: str | Path) -> tuple[FileKind, Packing | None] | None:
    """Kind and packing that a name tells, or None for a file that is not read; Parquet and Arrow pack themselves."""
    path = Path(path)
    packing = _PACKINGS.get(path.suffix.lower())
    kind = _KINDS.get((path.with_suffix("") if packing else path).suffix.lower())
    if kind is None or (packing and kind in ("parquet", "arrow")):
        return None
    return kind, packing
