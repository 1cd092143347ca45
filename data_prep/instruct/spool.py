"""Facts on their way to the selection: what is needed to choose in arrays, the rest in compressed lines.

A spool is a folder that one task writes: `facts.jsonl.zst` (one fact a line), `ids.txt.zst` (their ids), `rows.npy`
(one row a fact) and `groups.json` (the lists of wordings that the rows number). Facts are numbered from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import orjson

from data_prep.instruct.eurlex_qa import Wording
from data_prep.instruct.facts import Fact, Source
from data_prep.instruct.index import work_key
from data_prep.instruct.lines import lines_of, lines_to
from data_prep.instruct.selection import Rows, cell_of, question_hash
from data_prep.split import Split

ROW = np.dtype(
    [
        ("question", "<u8"),  # hash of the fact's plainest question
        ("act", "<u8"),  # key of the act's work
        ("cell", "<u2"),
        ("training", "<u2"),  # number of the list of its wordings for training; 0 is the empty list
        ("heldout", "<u2"),  # the same for the test set
        ("seen", "?"),  # whether it is about a training work
        ("late", "?"),  # whether it is asked about only where others are not enough
    ]
)

Wordings = tuple[Wording, ...]
_FACTS, _IDS, _ROWS, _GROUPS = "facts.jsonl.zst", "ids.txt.zst", "rows.npy", "groups.json"
_FACT_FIELDS = tuple(field.name for field in fields(Fact) if field.name != "source")
_SOURCE_FIELDS = tuple(field.name for field in fields(Source))


class SpoolWriter:
    """Writes a spool into an existing folder; use it as a context."""

    def __init__(self, folder: Path, kinds: Sequence[str]):
        self._folder = folder
        self._kinds = {kind: number for number, kind in enumerate(kinds)}
        self._rows: list[Rows] = []
        self._buffer: list[tuple[int, int, int, int, int, bool, bool]] = []
        self._groups: dict[Wordings, int] = {(): 0}

    def __enter__(self) -> SpoolWriter:
        self._files = ExitStack()
        self._facts = self._files.enter_context(lines_to(self._folder / _FACTS))
        self._ids = self._files.enter_context(lines_to(self._folder / _IDS))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()
        self._flush()
        np.save(self._folder / _ROWS, np.concatenate([np.empty(0, ROW), *self._rows]))
        groups = [[list(wording_fields(wording)) for wording in group] for group in self._groups]
        (self._folder / _GROUPS).write_bytes(orjson.dumps(groups))

    def add(
        self, fact: Fact, side: Split, plainest: str, training: Wordings, heldout: Wordings, *, late: bool = False
    ) -> None:
        """Append a fact.

        Args:
            side: of its work.
            plainest: the question by which it is compared with other facts.
            training, heldout: the wordings that it can be asked in, for training and for the test set.
            late: whether it is asked about only where others of its kind are not enough.
        """
        self._facts.write(orjson.dumps(_plain(fact), option=orjson.OPT_APPEND_NEWLINE))
        self._ids.write(fact.id.encode() + b"\n")
        cell = cell_of(fact.source.language, self._kinds[fact.kind])
        groups = self._group(training), self._group(heldout)
        hashes = question_hash(plainest), work_key(fact.source.work)
        self._buffer.append((*hashes, cell, *groups, side == "train", late))
        if len(self._buffer) >= 10_000:
            self._flush()

    def _group(self, wordings: Wordings) -> int:
        return self._groups.setdefault(wordings, len(self._groups))

    def _flush(self) -> None:
        self._rows.append(np.array(self._buffer, ROW))
        self._buffer = []


def wording_fields(wording: Wording) -> tuple[Any, ...]:
    """The values of a wording's fields, in their order."""
    return tuple(getattr(wording, field.name) for field in fields(wording))


def _plain(fact: Fact) -> dict[str, Any]:
    """What `Fact.from_json` reads: the fields, without what is cached beside them."""
    return {"source": _plain_source(fact.source), **{name: getattr(fact, name) for name in _FACT_FIELDS}}


@lru_cache(maxsize=16)
def _plain_source(source: Source) -> dict[str, str]:
    return {name: getattr(source, name) for name in _SOURCE_FIELDS}


class Spool:
    """Reads a spool."""

    def __init__(self, folder: Path):
        self._folder = folder

    @property
    def rows(self) -> Rows:
        """One row a fact, in the order of the facts."""
        rows: Rows = np.load(self._folder / _ROWS)
        return rows

    @property
    def groups(self) -> list[Wordings]:
        """The lists of wordings that rows name by number."""
        raw = orjson.loads((self._folder / _GROUPS).read_bytes())
        return [tuple(Wording(*values) for values in group) for group in raw]

    def ids(self) -> Iterator[str]:
        """The id of every fact, in order."""
        return (line.rstrip(b"\n").decode() for line in lines_of(self._folder / _IDS))

    def facts(self, numbers: Sequence[int]) -> Iterator[Fact]:
        """Some facts, given by ascending numbers."""
        wanted = iter(numbers)
        following = next(wanted, None)
        for number, line in enumerate(lines_of(self._folder / _FACTS)):
            if following is None:
                return
            if number == following:
                yield Fact.from_json(orjson.loads(line))
                following = next(wanted, None)
