"""Likely near-duplicates among candidates, by signatures: many estimates at once, and longer signatures for a crowd.

Thousands of acts that fill in one form resemble each other at 0.6 to 0.75, and the error of 128 slots (0.04) lets many
of them pass for near-duplicates, most of all as the error is common to a whole family: its shared text has drawn the
least hashes or it has not. Where a document has many likely candidates, a longer signature (error 0.013) decides which
are worth a true comparison. It is made from the shingles once a document, and only in such families.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
import numpy.typing as npt

from data_prep.dedup.shingles import Hashes
from data_prep.dedup.signatures import Signatures, signatures

Positions = npt.NDArray[np.int32]
Folded = npt.NDArray[np.uint8]

MARGIN = 3.0  # standard errors by which an estimate may fall short of the threshold: loses 0.1 % of the pairs at it
MOST_SLOTS = 8 * 255  # equal slots are counted in eight lanes of a byte each
MORE_SLOTS, MORE_SEED = 896, 0x10C0DE  # what a longer signature has beyond the given one, and the seed of these slots
AT_ONCE = 65_536  # documents folded together
SETS_AT_ONCE = 64  # shingle sets in memory together


def fold(matrix: Signatures) -> Folded:
    """Each slot folded to a byte: estimates are a quarter as dear, and 1/256 of unequal slots count as equal."""
    halves = matrix ^ (matrix >> np.uint32(16))
    return (halves ^ (halves >> np.uint32(8))).astype(np.uint8)


def fold_rows(matrix: Signatures, documents: npt.NDArray[np.intp]) -> Folded:
    """`fold` of some rows of a matrix that may be on disk: `[len(documents), num_perm]`."""
    folded = np.empty((len(documents), matrix.shape[1]), dtype=np.uint8)
    for first in range(0, len(documents), AT_ONCE):
        folded[first : first + AT_ONCE] = fold(matrix[documents[first : first + AT_ONCE]])
    return folded


def equal_slots(folded: Folded, position: int, others: Positions) -> npt.NDArray[np.intp]:
    """The number of slots in which each of the others equals one row: `[others]`; eight slots are added at once."""
    equal = folded[others] == folded[position]
    lanes = equal.view(np.uint64).sum(axis=1)
    return np.asarray(lanes.view(np.uint8).reshape(-1, 8).sum(axis=1, dtype=np.intp))


def least_equal(slots: int, threshold: float) -> float:
    """The number of equal slots under which the Jaccard similarity is hardly the threshold or more."""
    return slots * threshold - MARGIN * sqrt(slots * threshold * (1 - threshold))


class Estimates:
    """Chooses and orders a document's likely near-duplicates.

    Args:
        folded: `[documents, slots]`, signatures folded to bytes.
        threshold: the least Jaccard similarity of near-duplicates.
        set_of: a position (row) to its document's shingles.
        crowd: candidates up to this number are compared without a longer signature.
    """

    def __init__(self, folded: Folded, threshold: float, set_of: Callable[[int], Hashes], crowd: int = 16):
        self.folded, self.set_of, self.crowd = folded, set_of, crowd
        self.longer = np.empty((len(folded), MORE_SLOTS), dtype=np.uint8)  # takes memory only where a row is written
        self.has_longer = np.zeros(len(folded), dtype=bool)
        self.least = least_equal(folded.shape[1], threshold)
        self.least_of_both = least_equal(folded.shape[1] + MORE_SLOTS, threshold)

    def likely(self, position: int, others: Positions) -> Positions:
        """Those of the others that may well be near-duplicates of a document, the likeliest first, then by position."""
        equal = equal_slots(self.folded, position, others)
        enough = equal >= self.least
        others, equal = others[enough], equal[enough]
        if len(others) > self.crowd:
            self._lengthen(np.append(others, np.int32(position)))
            equal += equal_slots(self.longer, position, others)
            enough = equal >= self.least_of_both
            others, equal = others[enough], equal[enough]
        return others[np.lexsort((others, -equal))]

    def _lengthen(self, positions: Positions) -> None:
        """Make the longer signatures that are missing."""
        missing = positions[~self.has_longer[positions]]
        for first in range(0, len(missing), SETS_AT_ONCE):
            some = missing[first : first + SETS_AT_ONCE]
            sets = [self.set_of(position) for position in some.tolist()]
            self.longer[some] = fold(signatures(sets, MORE_SLOTS, MORE_SEED))
            self.has_longer[some] = True
