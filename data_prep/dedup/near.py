"""Near-duplicates: greedily by rank, each drop justified by one true similarity to a document that is kept.

A document is dropped only where its own Jaccard similarity to a kept document reaches the threshold. Nothing is merged
through a third document, and the result is the same in whatever order the documents come.

Documents are decided best rank first, component by component (documents that share a band of their signatures,
directly or through others), so that the shingle sets which are compared are asked for close together. A document is
compared only with kept documents that share a band with it: a thousand copies cost a thousand comparisons. Of those,
signatures choose the likely ones, many at once, and only these are verified.

Memory beside the signatures, for a million documents: 220 MB of band keys and buckets, 128 bytes for each document that
shares a bucket (896 more where it is one of a crowd, see `estimates`), and up to 256 MB of shingle sets in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data_prep.dedup.estimates import MOST_SLOTS, Estimates, Positions, fold_rows
from data_prep.dedup.lsh import LSH, Buckets, Lsh, band_buckets, components
from data_prep.dedup.shingles import Hashes
from data_prep.dedup.signatures import Signatures
from data_prep.dedup.verify import Verifier

DOCUMENTS_A_REPORT = 1024


@dataclass(frozen=True, slots=True)
class Match:
    """Why a document is dropped: `dropped` and `kept` are its own and the other's number, `jaccard` is the true one."""

    dropped: int
    kept: int
    jaccard: float


def near_duplicates(
    signatures: Signatures,
    rank: npt.NDArray[np.int64],
    shingles_of: Callable[[int], Hashes],
    threshold: float = 0.8,
    lsh: Lsh = LSH,
    progress: Callable[[int], object] = lambda decided: None,
) -> list[Match]:
    """Which documents are near-duplicates of a better one.

    Args:
        signatures: `[documents, num_perm]`, in memory or a memory map; `num_perm` is a multiple of 8.
        rank: `[documents]`: of two near-duplicates the one with the lower rank is kept, of equal ranks the first.
        shingles_of: a document's number to its sorted distinct shingles; called where a candidate must be verified,
            not always once a document.
        threshold: the least Jaccard similarity of near-duplicates.
        lsh: how signatures become candidates.
        progress: told the number of documents decided so far.

    Returns:
        One match for each dropped document, by its number. No document occurs both as dropped and as kept.
    """
    return search(signatures, rank, Verifier(shingles_of, threshold), lsh, progress)


def search(
    signatures: Signatures,
    rank: npt.NDArray[np.int64],
    verifier: Verifier,
    lsh: Lsh = LSH,
    progress: Callable[[int], object] = lambda decided: None,
) -> list[Match]:
    """`near_duplicates` with a verifier of the caller's, which tells afterwards what was done."""
    if len(rank) != len(signatures):
        raise ValueError(f"{len(signatures)} signatures, but {len(rank)} ranks")
    if signatures.shape[1] % 8 or signatures.shape[1] > MOST_SLOTS:
        raise ValueError(f"signatures have a multiple of 8 slots up to {MOST_SLOTS}, not {signatures.shape[1]}")
    buckets = band_buckets(signatures, lsh)
    documents = _order(buckets, rank)
    kept = _Kept(buckets[documents])
    estimates = Estimates(
        fold_rows(signatures, documents), verifier.threshold, lambda position: verifier.set_of(int(documents[position]))
    )
    alone = len(signatures) - len(documents)
    progress(alone)
    matches = []
    for position, document in enumerate(documents.tolist()):
        if match := _match(position, documents, kept, estimates, verifier):
            matches.append(Match(document, *match))
        else:
            kept.add(position)
        if position % DOCUMENTS_A_REPORT == 0:
            progress(alone + position + 1)
    progress(len(signatures))
    return sorted(matches, key=lambda match: match.dropped)


def _order(buckets: Buckets, rank: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Documents that share a bucket with another, component by component, in each by rank and then number."""
    shared = np.flatnonzero(buckets.max(axis=1, initial=-1) >= 0)
    return shared[np.lexsort((shared, rank[shared], components(buckets)[shared]))]


def _match(
    position: int, documents: npt.NDArray[np.intp], kept: _Kept, estimates: Estimates, verifier: Verifier
) -> tuple[int, float] | None:
    """The kept document of which the one at a position is a near-duplicate, and their similarity."""
    if not len(found := kept.sharing(position)):
        return None
    likely = estimates.likely(position, found)
    return verifier.first_match(int(documents[position]), documents[likely].tolist()) if len(likely) else None


class _Kept:
    """The kept documents of every bucket; documents are positions in the order in which they are decided.

    Args:
        buckets: `[documents, bands]` with the bucket or -1.
    """

    def __init__(self, buckets: Buckets):
        self.buckets = buckets
        sizes = np.bincount(buckets[buckets >= 0])
        self.starts = np.cumsum(sizes) - sizes
        self.filled = np.zeros(len(sizes), dtype=np.int32)
        self.members = np.empty(int(sizes.sum()), dtype=np.int32)
        self.seen_at = np.empty(len(buckets), dtype=np.intp)

    def add(self, position: int) -> None:
        """Note a document as kept."""
        mine = self.buckets[position]
        mine = mine[mine >= 0]
        self.members[self.starts[mine] + self.filled[mine]] = position
        self.filled[mine] += 1

    def sharing(self, position: int) -> Positions:
        """Kept documents that share a bucket with one, each once."""
        mine = self.buckets[position]
        mine = mine[mine >= 0]
        mine = mine[self.filled[mine] > 0]
        if not len(mine):
            return self.members[:0]
        starts, filled = self.starts[mine].tolist(), self.filled[mine].tolist()
        found = np.concatenate([self.members[s : s + f] for s, f in zip(starts, filled, strict=True)])
        at = np.arange(len(found))
        self.seen_at[found] = at  # a table instead of sorting: of equal entries the last one stays
        return found[self.seen_at[found] == at]
