"""What is remembered of every record while a set is made: one row of numbers, and where the record lies on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from data_prep.corpus.texts import TextReader
from data_prep.curation.record import Record

ROW = np.dtype(
    [
        ("key", "<u8", 2),  # of all turns
        ("prompt", "<u8"),  # of the turns before the answer
        ("group", "<u8"),  # of the tree; 0 for none
        ("side", "i1"),  # given by the source: 0 train, 1 validation, 2 test; -1 for none
        ("preference", "?"),
        ("characters", "<u4"),
        ("prompt_tokens", "<u4"),
        ("answer_tokens", "<u4"),
        ("quality", "<f4"),
        ("told", "?"),  # the quality is the source's or a model's, not that of heuristics
        ("source", "<u2"),
        ("language", "<u2"),
        ("domain", "<u2"),
        ("difficulty", "<u2"),
    ]
)
"""One record. The last four are numbers of names, which each task lists in `names.json` for its own."""

NAMED = ("source", "language", "domain", "difficulty")
UNKNOWN = "unknown"
RECORDS, NAMES = "records.npy", "names.json"


@dataclass
class Table:
    """All records that passed the steps, in the order of the sources.

    Attributes:
        rows: `[records]` of `ROW`, the named columns numbered over all tasks.
        names: column -> its names.
        task, row: `[records]`: the folder that holds each record, and its number there.
        folders: of the tasks.
        reason: `[records]`: 0 while a record stays, else the number of a reason, from 1, of `reasons`.
        other: the record for which a duplicate was dropped, else -1. jaccard: their similarity.
        reasons: texts.
    """

    rows: npt.NDArray[np.void]
    names: dict[str, list[str]]
    task: npt.NDArray[np.int32]
    row: npt.NDArray[np.int32]
    folders: list[Path]
    reason: npt.NDArray[np.uint8]
    other: npt.NDArray[np.int32]
    jaccard: npt.NDArray[np.float32]
    reasons: list[str]

    def staying(self) -> npt.NDArray[np.intp]:
        """Numbers of the records that were not dropped, in order."""
        return np.flatnonzero(self.reason == 0)

    def drop(self, numbers: npt.ArrayLike, reason: str) -> None:
        """Drop records."""
        if reason not in self.reasons:
            self.reasons.append(reason)
        self.reason[np.asarray(numbers, dtype=np.intp)] = self.reasons.index(reason) + 1

    def dropped(self, reason: str) -> int:
        """How many records were dropped for a reason."""
        return int((self.reason == self.reasons.index(reason) + 1).sum()) if reason in self.reasons else 0

    def tokens(self) -> npt.NDArray[np.int64]:
        """Tokens of every record, 0 where none were counted."""
        return self.rows["prompt_tokens"].astype(np.int64) + self.rows["answer_tokens"]


def read_table(folders: Sequence[Path]) -> Table:
    """The records of all tasks."""
    names: dict[str, list[str]] = {column: [] for column in NAMED}
    parts = [_renumbered(folder, names) for folder in folders]
    rows = np.concatenate(parts) if parts else np.empty(0, ROW)
    sizes = [len(part) for part in parts]
    return Table(
        rows=rows,
        names=names,
        task=np.repeat(np.arange(len(parts), dtype=np.int32), sizes),
        row=np.concatenate([np.arange(size, dtype=np.int32) for size in sizes] or [np.empty(0, np.int32)]),
        folders=list(folders),
        reason=np.zeros(len(rows), np.uint8),
        other=np.full(len(rows), -1, np.int32),
        jaccard=np.zeros(len(rows), np.float32),
        reasons=[],
    )


def _renumbered(folder: Path, names: dict[str, list[str]]) -> npt.NDArray[np.void]:
    """The rows of a task, with the numbers that its names have among all; new names are added to them."""
    rows = np.load(folder / RECORDS)
    own: dict[str, list[str]] = orjson.loads((folder / NAMES).read_bytes())
    for column, listed in own.items():
        every = names[column]
        every.extend(name for name in listed if name not in every)
        rows[column] = np.array([every.index(name) for name in listed], "<u2")[rows[column]] if listed else 0
    return rows


class Records:
    """The records on disk, by task and row; a folder is opened when it is first asked for."""

    def __init__(self, folders: Sequence[str | Path]):
        self._folders = folders
        self._readers: dict[int, TextReader] = {}

    def __call__(self, task: int, row: int) -> Record:
        """One record."""
        raw: dict[str, Any] = orjson.loads(self.text(task, row))
        return Record(**raw)

    def text(self, task: int, row: int) -> str:
        """Its JSON."""
        if task not in self._readers:
            self._readers[task] = TextReader(Path(self._folders[task]))
        return self._readers[task][row]

    def close(self) -> None:
        """Close all files."""
        for reader in self._readers.values():
            reader.close()
