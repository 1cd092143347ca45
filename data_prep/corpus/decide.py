"""Which of the texts that were read stay: versions, profile, duplicates, families, and the side of each.

Works on one light record a text, so that a million of them fit into memory; no text is read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data_prep.choose import (
    Candidate,
    choose_versions,
    drop_exact_duplicates,
    fast_profile,
    rank_of,
    unify_families,
)
from data_prep.choose.filters import FAMILY_UNKNOWN
from data_prep.corpus.config import CorpusConfig
from data_prep.corpus.read import Document, documents_of
from data_prep.split import Split, split_works

EXACT = "same text as another document"
NEAR = "near-duplicate of another document"


@dataclass(slots=True)
class Drop:
    """Why a text does not stay; of a duplicate also the number of the text that does, and their similarity."""

    reason: str
    kept: int | None = None
    jaccard: float | None = None


@dataclass
class Texts:
    """Every text that the first phase kept, in the order of the input, and what became of it.

    Attributes:
        documents: their records.
        task, row: where each lies: number of the folder in `folders`, and number within it.
        folders: of the first phase's tasks.
        drops: number -> why it does not stay.
        law: how many of the texts are law; these come first.
    """

    documents: list[Document]
    task: npt.NDArray[np.int32]
    row: npt.NDArray[np.int32]
    folders: list[Path]
    law: int
    drops: dict[int, Drop] = field(default_factory=dict)

    @classmethod
    def load(cls, law: Iterable[Path], general: Iterable[Path]) -> Texts:
        """The texts of the first phase's task folders."""
        documents: list[Document] = []
        sizes: list[int] = []
        folders, laws = [*law, *general], len(list(law))
        of_law = 0
        for number, folder in enumerate(folders):
            found = list(documents_of(folder))
            documents.extend(found)
            sizes.append(len(found))
            of_law += len(found) if number < laws else 0
        task = np.repeat(np.arange(len(folders), dtype=np.int32), sizes)
        row = np.concatenate([np.arange(size, dtype=np.int32) for size in sizes] or [np.empty(0, np.int32)])
        return cls(documents, task, row, folders, of_law)

    def staying(self) -> Iterator[int]:
        """Numbers of the texts that have not been dropped."""
        return (number for number in range(len(self.documents)) if number not in self.drops)

    def by_name(self) -> dict[str, list[int]]:
        """Dataset -> numbers of its texts that stay, law first, in the order of the input."""
        found: dict[str, list[int]] = {}
        for number in self.staying():
            found.setdefault(self.documents[number].name, []).append(number)
        return found


def settle(texts: Texts, config: CorpusConfig) -> None:
    """Drop what the records tell: acts of unknown work, versions that are not used, texts that stand there twice."""
    candidates = [_candidate(number, document) for number, document in enumerate(texts.documents)]
    law = candidates[: texts.law]
    _unify(texts, law)
    _drop(texts, choose_versions(_left(law, texts), config.versions))
    for dropped, kept in drop_exact_duplicates(_left(candidates, texts)).items():
        texts.drops[dropped] = Drop(EXACT, kept)


def keep_profile(texts: Texts, config: CorpusConfig) -> None:
    """Drop what is not in the profile, once the duplicates are gone."""
    if config.profile == "fast":
        law = [_candidate(number, texts.documents[number]) for number in texts.staying() if number < texts.law]
        _drop(texts, fast_profile(law, config.fast_share))


def _unify(texts: Texts, law: list[Candidate]) -> None:
    """Give every document of law the family that all of them together tell; drop those of none."""
    families = unify_families(law)
    for candidate in law:
        candidate.family = texts.documents[candidate.number].family = families.get(candidate.number)
        if candidate.family is None:
            texts.drops[candidate.number] = Drop(FAMILY_UNKNOWN)


def _candidate(number: int, document: Document) -> Candidate:
    return Candidate(
        number=number,
        family=document.family,
        oj=document.oj,
        celex=document.celex,
        language=document.name,
        doc_type=document.doc_type,
        date=document.date,
        version_date=document.version_date,
        quality=document.quality,
        characters=document.characters,
        text_hash=bytes.fromhex(document.hash),
    )


def _left(candidates: Iterable[Candidate], texts: Texts) -> list[Candidate]:
    return [candidate for candidate in candidates if candidate.number not in texts.drops]


def _drop(texts: Texts, reasons: Mapping[int, str]) -> None:
    texts.drops.update((number, Drop(reason)) for number, reason in reasons.items())


def ranks(texts: Texts, numbers: list[int]) -> npt.NDArray[np.int64]:
    """The rank of each of some texts among them, 0 for the best."""
    keys = [rank_of(_candidate(number, texts.documents[number])) for number in numbers]
    ranked = np.empty(len(numbers), np.int64)
    ranked[sorted(range(len(numbers)), key=keys.__getitem__)] = np.arange(len(numbers))
    return ranked


def sides(texts: Texts, config: CorpusConfig) -> tuple[dict[str, Split], Callable[[Document], Split]]:
    """The side of every work, and of every document that stays.

    Raises:
        UserError: too few works, or too few texts of a source of general text, to split.
    """
    law: set[str] = set()
    general: dict[str, set[str]] = {}
    for number in texts.staying():
        document = texts.documents[number]
        family = document.family or ""
        (law if number < texts.law else general.setdefault(document.name, set())).add(family)
    works = split_works(law, config.shares, config.seed) if law else {}
    others: dict[str, Split] = {}
    for keys in general.values():
        others.update(split_works(keys, config.shares, config.seed))

    def side_of(document: Document) -> Split:
        family = document.family or ""
        return others[family] if document.doc_type == "general" else works[family]

    return works, side_of
