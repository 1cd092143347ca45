"""The first phase: every row of every source read, put through the steps, counted, signed; what passes is stored.

A task's folder then holds the records (`data_prep.corpus.texts`), `records.npy` and `names.json` (see `table`),
`signatures.npy` (uint32, [records, 512]), `excluded.jsonl` and `rejects.jsonl`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from data_prep.corpus.texts import TextWriter
from data_prep.curation.classify import classify
from data_prep.curation.config import Config
from data_prep.curation.heuristics import score
from data_prep.curation.record import Record, text_key
from data_prep.curation.sources import SourcePart, read_part
from data_prep.curation.table import NAMED, NAMES, RECORDS, ROW, UNKNOWN
from data_prep.dedup import CHARACTERS, CHARACTERS_LSH, shingles, signatures
from data_prep.formex.acts import Reject
from data_prep.near_on_disk import SIGNATURES
from data_prep.split import SPLITS
from data_prep.tokenizer import Tokenizer

EXCLUDED, REJECTS = "excluded.jsonl", "rejects.jsonl"
LENGTH = "length"  # the step that needs tokens, which are counted many records at a time

_AT_ONCE = 256  # records that are tokenised and signed together


@dataclass(frozen=True)
class ReadTask:
    """Parts of sources, and the configuration as JSON."""

    parts: tuple[SourcePart, ...]
    config: str
    tokenizer: str | None


@dataclass
class StepCount:
    """What a step did: records that came in, were dropped by reason, and were changed by kind of change."""

    records: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)


def read(task: ReadTask, folder: Path) -> dict[str, Any]:
    """Read parts of sources; the counts of what became of their rows.

    Returns:
        `read`, `rejected`, `kept`: numbers by source; `steps`: step -> the fields of `StepCount`.
    """
    config = _config(task.config)
    with _Kept(folder, config, _tokenizer(task.tokenizer)) as kept:
        for part in task.parts:
            found = read_part(part)
            while batch := list(islice(found, _AT_ONCE)):
                kept.take(batch, part.reading.source)
    return kept.counts()


@lru_cache(maxsize=2)
def _config(raw: str) -> Config:
    return Config.model_validate_json(raw)


@lru_cache(maxsize=2)
def _tokenizer(path: str | None) -> Tokenizer | None:
    return Tokenizer.load(path) if path else None


class _Kept:
    """The output of one task, written as it comes."""

    def __init__(self, folder: Path, config: Config, tokenizer: Tokenizer | None):
        self._folder, self._config, self._tokenizer = folder, config, tokenizer
        self._active = [(name, step) for name, step in config.steps.active() if name != LENGTH]
        self._steps: dict[str, StepCount] = {name: StepCount() for name, _ in config.steps.active()}
        self._by_source: dict[str, Counter[str]] = {name: Counter() for name in ("read", "rejected", "kept")}
        self._records = TextWriter(folder)
        self._excluded = (folder / EXCLUDED).open("wb")
        self._rejects = (folder / REJECTS).open("wb")
        self._rows: list[tuple[Any, ...]] = []
        self._names: dict[str, dict[str, int]] = {column: {} for column in NAMED}
        self._signed = [np.empty((0, CHARACTERS_LSH.num_perm), np.uint32)]

    def __enter__(self) -> _Kept:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._records.close()
        self._excluded.close()
        self._rejects.close()
        if kind is None:
            np.save(self._folder / SIGNATURES, np.concatenate(self._signed))
            np.save(self._folder / RECORDS, np.array(self._rows, ROW))
            (self._folder / NAMES).write_bytes(orjson.dumps({c: list(names) for c, names in self._names.items()}))

    def take(self, batch: list[Record | Reject], source: str) -> None:
        """Keep, drop or reject each of some rows of a source, in order."""
        self._reject([found for found in batch if isinstance(found, Reject)], source)
        records = [found for found in batch if isinstance(found, Record)]
        self._by_source["read"][source] += len(records)
        if self._active:  # what reading had to cut counts with the first step, which looks at turns
            self._steps[self._active[0][0]].changed.update(note for record in records for note in record.changed)
        records = [record for record in records if self._passes(record)]
        tokens = self._count_tokens(records)
        fitting = [(r, t) for r, t in zip(records, tokens, strict=True) if self._fits(r)]
        if self._config.duplicates.near is not None and fitting:
            sets = [shingles(record.text, CHARACTERS) for record, _ in fitting]
            self._signed.append(signatures(sets, CHARACTERS_LSH.num_perm))
        for record, (prompt, answer) in fitting:
            self._add(record, prompt, answer)

    def _reject(self, rejects: list[Reject], source: str) -> None:
        self._by_source["rejected"][source] += len(rejects)
        for reject in rejects:
            line = {"source": source, **asdict(reject)}
            self._rejects.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def _passes(self, record: Record) -> bool:
        """Whether a record passes the steps before the last."""
        return all(self._step(name, step.check, record) for name, step in self._active)

    def _fits(self, record: Record) -> bool:
        """Whether a record passes the step `length`."""
        length = self._config.steps.length
        return length is None or self._step(LENGTH, length.check, record)

    def _step(self, name: str, check: Any, record: Record) -> bool:
        counts, before = self._steps[name], len(record.changed)
        counts.records += 1
        reason = check(record)
        counts.changed.update(record.changed[before:])
        if reason is None:
            return True
        counts.dropped[reason] += 1
        line = {"step": name, "reason": reason, "source": record.source, "id": record.id, "place": record.place}
        self._excluded.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        return False

    def _count_tokens(self, records: list[Record]) -> Iterator[tuple[int, int]]:
        """Tokens of the turns before the answer and of the answer of each record; 0 without a tokenizer."""
        if self._tokenizer is None:
            return iter([(0, 0)] * len(records))
        prompts = ["\n".join(message["content"] for message in record.prompt) for record in records]
        lengths = list(map(len, self._tokenizer.encode_batch(prompts + [record.answer for record in records])))
        pairs = list(zip(lengths[: len(records)], lengths[len(records) :], strict=True))
        for record, (prompt, answer) in zip(records, pairs, strict=True):
            record.tokens = prompt + answer
        return iter(pairs)

    def _add(self, record: Record, prompt_tokens: int, answer_tokens: int) -> None:
        told = record.quality is not None
        classify(record, self._config.classify)
        if record.quality is None:
            record.quality = round(score(record).total, 2)
        self._by_source["kept"][record.source] += 1
        self._records.add(orjson.dumps(record).decode())
        key = np.frombuffer(record.key(), "<u8")
        group = int(np.frombuffer(text_key([record.source, record.group])[:8], "<u8")[0]) if record.group else 0
        side = SPLITS.index(record.side) if record.side else -1
        preference = record.rejected is not None
        numbers = [self._number(column, getattr(record, column) or UNKNOWN) for column in NAMED]
        self._rows.append(
            (
                (int(key[0]), int(key[1])),
                int(np.frombuffer(record.prompt_key(), "<u8")[0]),
                group, side, preference, len(record.text), prompt_tokens, answer_tokens, record.quality, told,
                *numbers,
            )
        )  # fmt: skip

    def _number(self, column: str, name: str) -> int:
        return self._names[column].setdefault(name, len(self._names[column]))

    def counts(self) -> dict[str, Any]:
        return {
            **{name: dict(numbers) for name, numbers in self._by_source.items()},
            "steps": {name: vars(count) for name, count in self._steps.items()},
        }
