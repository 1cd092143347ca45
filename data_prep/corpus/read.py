"""The first phase: every act and every general text filtered, rendered and signed; what is kept lies compressed.

A task's folder then holds the texts (`texts.py`), `documents.jsonl` (one record a kept text), `signatures.npy`
(uint32, [texts, LSH.num_perm]), `dropped.jsonl` and `rejects.jsonl`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from data_prep.choose import Filters, family_of, reason_before_text, reason_to_drop, signals, text_hash
from data_prep.corpus.texts import TextWriter
from data_prep.dedup import LSH, WORDS, shingles, signatures
from data_prep.formex.acts import Act, Reject
from data_prep.formex.in_force import in_force
from data_prep.formex.rendering import render_act
from data_prep.formex.store import shard_acts
from data_prep.general import Part, read_texts
from data_prep.near_on_disk import SIGNATURES

DOCUMENTS, DROPPED, REJECTS = "documents.jsonl", "dropped.jsonl", "rejects.jsonl"
TOO_SHORT = "too short"

_SIGNED_AT_ONCE = 256  # texts whose shingles are in memory together


@dataclass(slots=True)
class Document:
    """What is remembered of a text.

    Attributes:
        name: of the dataset: the language of an act, the name of a source of general text.
        family: the work by which law is split, settled once all documents are known; of general text a key of its own.
        hash: of the text, hexadecimal.
        source: the file that it was read from, and for general text the place in it.
    """

    name: str
    family: str | None
    celex: str | None
    oj: str | None
    doc_type: str
    date: str | None
    version_date: str | None
    quality: float
    characters: int
    hash: str
    source: str

    def identity(self) -> dict[str, Any]:
        """Which text this is, for the lists of what was dropped."""
        return {"work": self.family, "celex": self.celex, "dataset": self.name, "source": self.source}


@dataclass(frozen=True)
class ActsTask:
    """One shard of acts."""

    shard: str
    filters: Filters


@dataclass(frozen=True)
class GeneralTask:
    """Parts of files of general text; texts with fewer characters are dropped."""

    name: str
    parts: tuple[Part, ...]
    min_characters: int


def read_acts(task: ActsTask, folder: Path) -> dict[str, Any]:
    """Read one shard of acts; the counts of what became of them."""
    with _Kept(folder) as kept:
        for act in shard_acts(Path(task.shard)):
            _take(act, task.filters, kept)
    return kept.counts()


def _take(act: Act, filters: Filters, kept: _Kept) -> None:
    """Keep an act's text, or drop it with a reason."""
    reason = reason_before_text(act, filters)
    if reason is None:
        act = in_force(act)
        text = render_act(act)
        measured = signals(act, text, check_language=filters.check_language)
        reason = reason_to_drop(act, text, measured, filters)
        if reason is None:
            kept.add(_document(act, text, measured.quality), text)
            return
    kept.drop(reason, {"work": family_of(act), "celex": act.celex, "dataset": act.language, "source": _source(act)})


def _document(act: Act, text: str, quality: float) -> Document:
    return Document(
        name=act.language,
        family=family_of(act),
        celex=act.celex,
        oj=act.oj,
        doc_type=act.doc_type,
        date=act.date,
        version_date=act.version_date,
        quality=round(quality, 4),
        characters=len(text),
        hash=text_hash(text).hex(),
        source=_source(act),
    )


def _source(act: Act) -> str:
    return act.sources[0] if act.sources else ""


def read_general(task: GeneralTask, folder: Path) -> dict[str, Any]:
    """Read parts of files of general text; the counts of what became of them."""
    with _Kept(folder) as kept:
        for part in task.parts:
            for number, found in enumerate(read_texts(part)):
                _take_general(task, found, f"{Path(part.path).name}:{part.start}+{number}", kept)
    return kept.counts()


def _take_general(task: GeneralTask, found: str | Reject, source: str, kept: _Kept) -> None:
    """Keep a text of a general source, or drop it with a reason."""
    if isinstance(found, Reject):
        kept.reject(found)
    elif len(found) < task.min_characters:
        kept.drop(TOO_SHORT, {"work": None, "celex": None, "dataset": task.name, "source": source})
    else:
        kept.add(_general_document(task.name, found, source), found)


def _general_document(name: str, text: str, source: str) -> Document:
    """General text has no act behind it: its family is its own text, so that twins stay on one side."""
    key = text_hash(text).hex()
    return Document(name, f"{name}:{key}", None, None, "general", None, None, 1.0, len(text), key, source)


class _Kept:
    """The output of one task, written as it comes."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._texts = TextWriter(folder)
        self._documents = (folder / DOCUMENTS).open("wb")
        self._dropped = (folder / DROPPED).open("wb")
        self._rejects = (folder / REJECTS).open("wb")
        self._sets: list[npt.NDArray[np.uint64]] = []
        self._signed: list[npt.NDArray[np.uint32]] = [np.empty((0, LSH.num_perm), np.uint32)]
        self._kept = self._rejected = 0
        self._reasons: Counter[str] = Counter()

    def __enter__(self) -> _Kept:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._texts.close()
        for file in (self._documents, self._dropped, self._rejects):
            file.close()
        if kind is None:
            self._sign()
            np.save(self._folder / SIGNATURES, np.concatenate(self._signed))

    def add(self, document: Document, text: str) -> None:
        self._kept += 1
        self._texts.add(text)
        self._documents.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
        self._sets.append(shingles(text, WORDS))
        if len(self._sets) >= _SIGNED_AT_ONCE:
            self._sign()

    def _sign(self) -> None:
        if self._sets:
            self._signed.append(signatures(self._sets, LSH.num_perm))
            self._sets = []

    def drop(self, reason: str, identity: dict[str, Any]) -> None:
        self._reasons[reason] += 1
        self._dropped.write(orjson.dumps({"reason": reason, **identity}, option=orjson.OPT_APPEND_NEWLINE))

    def reject(self, reject: Reject) -> None:
        self._rejected += 1
        self._rejects.write(orjson.dumps(asdict(reject), option=orjson.OPT_APPEND_NEWLINE))

    def counts(self) -> dict[str, Any]:
        return {"kept": self._kept, "dropped": dict(self._reasons), "rejected": self._rejected}


def documents_of(folder: Path) -> Iterator[Document]:
    """The records of one task, in order."""
    with open(folder / DOCUMENTS, "rb") as file:
        for line in file:
            yield Document(**orjson.loads(line))
