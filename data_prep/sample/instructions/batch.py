"""A batch: clean records, faults and copies among them by plan, all from the seed and the batch's number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np

from data_prep.curation.record import Message, Record
from data_prep.sample.instructions.conversations import clean_records, rejected_answers
from data_prep.sample.instructions.copies import BANDS, LEAST, Copy, exact, near
from data_prep.sample.instructions.faults import FAULTS
from data_prep.sample.instructions.request import BATCH, Request
from data_prep.sample.instructions.sources import SOURCES, TEST, SampleSource, source_pattern
from lexatron.errors import UserError

COPIES = ("exact_duplicate", *(kind for kind in BANDS if kind != "contamination_near"))
CONTAMINATION = ("contamination_exact", "contamination_near")
_PATTERN = source_pattern()


@dataclass
class Batch:
    """Records with what is planted in them.

    Attributes:
        sources: of each record; the last ones are the test set's. planted: position -> what truth.json says of it.
        plain: positions whose prompt is to be written in one piece, as copies and originals must be alike.
    """

    sources: list[SampleSource]
    records: list[Record]
    planted: dict[int, dict[str, Any]] = field(default_factory=dict)
    plain: set[int] = field(default_factory=set)


def make_batch(request: Request, number: int) -> Batch:
    """The records from position `number * BATCH` on.

    Raises:
        UserError: too few of them can have a fault that many are to have.
    """
    start, end = number * BATCH, min((number + 1) * BATCH, request.records)
    counts = {kind: request.count(kind, start, end) for kind in request.shares}
    tests = 2 * sum(counts[kind] for kind in CONTAMINATION)
    sources = [*(SOURCES[_PATTERN[place % len(_PATTERN)]] for place in range(start, end)), *[TEST] * tests]
    generator = np.random.default_rng([request.seed, number])
    records = clean_records(generator, sources, dict(request.languages), request.characters)
    rejected_answers(generator, records, sources, request.characters)
    for position, record in enumerate(records):
        record.id = f"{record.source}-{start + position:07}"
    return _Planter(Batch(sources, records), counts, end - start, Random(f"{request.seed} {number}")).planted()  # noqa: S311


class _Planter:
    """Plants into one batch; every record is used once at most, as a copy, an original or for a fault."""

    def __init__(self, batch: Batch, counts: dict[str, int], trained: int, random: Random):
        self._batch, self._counts, self._random = batch, counts, random
        self._free = list(range(trained))
        self._tests = list(range(trained, len(batch.records)))
        random.shuffle(self._free)

    def planted(self) -> Batch:
        """The batch with all its faults and copies."""
        for kind, fault in FAULTS.items():
            for position in self._take(kind, fault.fits):
                details = fault.plant(self._batch.records[position], self._random)
                self._note(position, kind, fault.step, fault.expect, details)
        for kind in CONTAMINATION:
            for _ in range(self._counts[kind]):
                self._copy(kind, self._tests)
        for kind in COPIES:
            for _ in range(self._counts[kind]):
                self._copy(kind, self._free)
        return self._batch

    def _take(self, kind: str, fits: Callable[[SampleSource], bool]) -> list[int]:
        """Free positions for all faults of a kind, in sources that can have it; they are no longer free."""
        count = self._counts[kind]
        found = [position for position in self._free if fits(self._batch.sources[position])][:count]
        if len(found) < count:
            raise _too_few(kind)
        taken = set(found)
        self._free = [position for position in self._free if position not in taken]
        return found

    def _copy(self, kind: str, originals: list[int]) -> None:
        """Make one free record the copy of another, in a source with room for it."""
        records, sources = self._batch.records, self._batch.sources
        for original in originals:
            if len(records[original].text) < LEAST:
                continue
            target = next((p for p in self._free if p != original and _has_room(sources[p], records[original])), None)
            if target is not None and (copied := self._copied(kind, records[original])):
                break
        else:
            raise _too_few(kind)
        originals.remove(original)
        self._free.remove(target)
        _become(records[target], records[original], copied.messages, sources[target])
        self._batch.plain |= {original, target}
        step = "contamination" if kind in CONTAMINATION else "duplicates"
        other = {"source": sources[original].name, "id": records[original].id, "position": original}
        details = {"how": copied.how, "jaccard": round(copied.jaccard, 4), "other": other}
        self._note(target, kind, step, "keep" if kind == "near_miss" else "drop", details)

    def _copied(self, kind: str, original: Record) -> Copy | None:
        """The copy, or None where no number of changed words gives one."""
        if kind not in BANDS:
            return exact(original, self._random)
        try:
            return near(original, self._random, BANDS[kind])
        except ValueError:
            return None

    def _note(self, position: int, kind: str, step: str, expect: str, details: dict[str, Any]) -> None:
        self._batch.planted[position] = {"kind": kind, "step": step, "expect": expect, **details}
        self._batch.plain.add(position)


def _too_few(kind: str) -> UserError:
    return UserError(f"too few records that can have the fault {kind}", remedy="give it a smaller share with --plant")


def _has_room(source: SampleSource, record: Record) -> bool:
    exchanges = sum(message["role"] == "user" for message in record.messages)
    return source.domain is None and exchanges <= source.exchanges


def _become(record: Record, original: Record, messages: list[Message], source: SampleSource) -> None:
    record.messages = [message for message in messages if source.system or message["role"] != "system"]
    record.language, record.domain, record.difficulty = original.language, original.domain, original.difficulty
