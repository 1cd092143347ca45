"""True Jaccard similarities of candidates, with as few full comparisons and readings of texts as possible."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data_prep.dedup.shingles import Hashes

CACHED_SHINGLES = 1 << 25  # 256 MB of shingle sets are kept at most
TABLE_BITS = 18  # of the hashes: a table of 256 KB, which fits the second-level cache
FIRST_BATCH, LARGEST_BATCH = 1, 64  # the likeliest candidate alone, then eight times as many, then so many at once


@dataclass
class Work:
    """What verifying cost: sets asked for from the caller, candidates bounded, true similarities computed."""

    sets_read: int = 0
    bounded: int = 0
    compared: int = 0


def jaccard(first: Hashes, second: Hashes) -> float:
    """Size of the intersection over size of the union of two sets, given as sorted distinct hashes; 1 for two empty."""
    if not len(first) and not len(second):
        return 1.0
    shared = len(first) + len(second) - _union_size(first, second)
    return shared / (len(first) + len(second) - shared)


def _union_size(first: Hashes, second: Hashes) -> int:
    both = np.concatenate([first, second])
    both.sort(kind="stable")  # two sorted runs: merged, not sorted anew
    return int(np.count_nonzero(both[1:] != both[:-1])) + 1


def _top_bits(hashes: Hashes) -> npt.NDArray[np.intp]:
    return (hashes >> np.uint64(64 - TABLE_BITS)).view(np.intp)


class Verifier:
    """Finds a document's first candidate that is truly similar enough.

    Args:
        shingles_of: the sorted distinct shingles of a document.
        threshold: the least Jaccard similarity of near-duplicates.
        capacity: shingles of the sets that are kept for the next questions, least recently used out first.
    """

    def __init__(self, shingles_of: Callable[[int], Hashes], threshold: float, capacity: int = CACHED_SHINGLES):
        self.shingles_of, self.threshold, self.capacity = shingles_of, threshold, capacity
        self.work = Work()
        self._sets: OrderedDict[int, Hashes] = OrderedDict()
        self._held = 0
        self._table = np.zeros(1 << TABLE_BITS, dtype=np.uint8)

    def first_match(self, document: int, candidates: Sequence[int]) -> tuple[int, float] | None:
        """The first of the candidates whose Jaccard similarity to the document reaches the threshold, and that figure.

        Candidates are looked at in batches that grow, so that one match at the front costs one comparison.
        """
        mine = self.set_of(document)
        at, size = 0, FIRST_BATCH
        while at < len(candidates):
            batch = candidates[at : at + size]
            for candidate, theirs in self._possible(mine, batch):
                self.work.compared += 1
                if (similarity := jaccard(mine, theirs)) >= self.threshold:
                    return candidate, similarity
            at, size = at + size, min(size * 8, LARGEST_BATCH)
        return None

    def _possible(self, mine: Hashes, candidates: Sequence[int]) -> list[tuple[int, Hashes]]:
        """Candidates whose similarity may reach the threshold, by an upper bound that is cheap for many at once."""
        sets = [self.set_of(candidate) for candidate in candidates]
        self.work.bounded += len(sets)
        possible = self._upper_bounds(mine, sets) >= self.threshold
        return [(candidates[k], sets[k]) for k in np.flatnonzero(possible)]

    def _upper_bounds(self, mine: Hashes, sets: Sequence[Hashes]) -> npt.NDArray[np.float64]:
        """At least the Jaccard similarity: shingles count as shared where their top bits are those of one of mine."""
        lengths = np.array([len(one) for one in sets])
        slots = _top_bits(mine)
        self._table[slots] = 1
        hits = self._table[_top_bits(np.concatenate(sets))]
        self._table[slots] = 0
        shared = np.add.reduceat(hits, np.cumsum(lengths) - lengths, dtype=np.uint32)
        shared = np.minimum(shared, len(mine))
        return np.asarray(shared / np.maximum(len(mine) + lengths - shared, 1))

    def set_of(self, document: int) -> Hashes:
        """A document's shingles, from the cache or the caller."""
        if (found := self._sets.get(document)) is not None:
            self._sets.move_to_end(document)
            return found
        found = self._sets[document] = self.shingles_of(document)
        self.work.sets_read += 1
        self._held += len(found)
        while self._held > self.capacity and len(self._sets) > 1:
            self._held -= len(self._sets.popitem(last=False)[1])
        return found
