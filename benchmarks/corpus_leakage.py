"""What the datasets of a corpus hold that they must not, by the ground truth of the sample acts they were made of."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from data_prep.manifest import Manifest
from data_prep.provenance import Provenance, read_provenance
from data_prep.split import SPLITS

CLOSE, LOOSE = 0.85, 0.75  # Jaccard similarity: above the one a near-duplicate must go, below the other it must stay


@dataclass
class Leakage:
    """What the written datasets hold that they must not, and what became of the near-duplicates.

    Attributes:
        documents: written, by split.
        shared: works with documents in more than one split.
        misplaced: consolidated texts and corrigenda in training of works that are held out.
        unknown: documents that the ground truth does not know, or files under another work.
        close, close_left: planted near-duplicates above `CLOSE`, and those that were written along with their original.
        loose, loose_merged: those below `LOOSE`, and those that were dropped for their original or it for them.
    """

    documents: dict[str, int] = field(default_factory=dict)
    shared: int = 0
    misplaced: int = 0
    unknown: int = 0
    close: int = 0
    close_left: int = 0
    loose: int = 0
    loose_merged: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing that is held out is in the training data."""
        return not (self.shared or self.misplaced or self.unknown)


@dataclass(frozen=True)
class Known:
    """What the ground truth says of one publication; `main` names it in provenance."""

    main: str
    work: str
    language: str
    part: bool  # a consolidated text or a corrigendum
    celex: str | None
    original: str | None
    jaccard: float | None


def read_known(path: Path) -> dict[str, Known]:
    """The ground truth by main file."""
    known = {}
    with path.open("rb") as lines:
        for truth in map(json.loads, lines):
            main = truth["files"][0]
            known[main] = Known(
                main=main,
                work=truth.get("base_celex") or truth["celex"],
                language=truth["language"],
                part="base_celex" in truth,
                celex=truth["celex"],
                original=truth.get("near_duplicate_of"),
                jaccard=truth.get("jaccard"),
            )
    return known


def written(corpus: Path) -> Iterator[tuple[str, Provenance]]:
    """Split and provenance of every document of a corpus."""
    manifest = Manifest.load(corpus)
    for split in SPLITS:
        for name in manifest.splits[split]:
            for prefix in manifest.prefixes(split, name):
                yield from ((split, record) for record in read_provenance(prefix))


def merged(corpus: Path) -> Iterator[tuple[str, str]]:
    """Files of each document that was dropped for another, and of that other."""
    for line in (corpus / "clusters.jsonl").read_bytes().splitlines():
        cluster = json.loads(line)
        yield from ((dropped["source"], cluster["kept"]["source"]) for dropped in cluster["dropped"])


def find_leakage(
    documents: Iterable[tuple[str, Provenance]], known: Mapping[str, Known], merges: Iterable[tuple[str, str]]
) -> Leakage:
    """Compare what was written with what is known of it.

    Args:
        documents: split and provenance of each.
        merges: files of what was dropped as a duplicate, and of what was kept in its place.
    """
    splits: dict[str, set[str]] = defaultdict(set)
    there: dict[str, str] = {}
    leakage, counts = Leakage(), Counter[str]()
    for split, record in documents:
        truth = known.get(record.source)
        counts[split] += 1
        leakage.unknown += truth is None or truth.work != record.work
        if truth is not None:
            splits[truth.work].add(split)
            there[truth.main] = split
    leakage.documents = dict(counts)
    leakage.shared = sum(len(sides) > 1 for sides in splits.values())
    leakage.misplaced = sum(
        known[main].part and split == "train" and splits[known[main].work] != {"train"} for main, split in there.items()
    )
    _count_near_duplicates(leakage, known, there, {frozenset(pair) for pair in merges})
    return leakage


def _count_near_duplicates(
    leakage: Leakage, known: Mapping[str, Known], there: Mapping[str, str], merges: set[frozenset[str]]
) -> None:
    mains = {(truth.celex, truth.language): truth.main for truth in known.values()}
    for truth in known.values():
        if truth.jaccard is None:
            continue
        original = mains[truth.original, truth.language]
        if truth.jaccard > CLOSE:
            leakage.close += 1
            leakage.close_left += truth.main in there and original in there
        elif truth.jaccard < LOOSE:
            leakage.loose += 1
            leakage.loose_merged += frozenset((truth.main, original)) in merges
