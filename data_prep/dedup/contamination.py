"""Contamination: the share of a held-out text's word n-grams that also stand in the training texts.

The measure of the GPT-3 and Llama papers, 13 words at a time. Words are what stands between white space, case-folded; a
text shorter than that is one gram, which only an equal text has. The held-out side is held in memory, the training side
is only scanned, so that it can be scanned in parts:

    grams = build(held_out)                      # once; save and load it for other processes
    seen = grams.seen_in(part)                   # for each part of the training texts
    grams.shares(seen_in_one | seen_in_another)  # a share a held-out text
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data_prep.dedup.shingles import Hashes, Shingling, shingle_sequence, shingles
from lexatron.errors import UserError

SIZE = 13
RECORD = np.dtype([("hash", "<u8"), ("text", "<u4")])
SPARSENESS = 32  # slots of the bit table a held-out gram
MOST_TABLE_BITS = 28  # of the table: 256 MB


@dataclass(frozen=True)
class Grams:
    """The distinct n-grams of numbered texts.

    Attributes:
        records: `[grams]` of `RECORD`, sorted by hash; a gram of several texts is there once for each.
        size: words of a gram.
    """

    records: npt.NDArray[np.void]
    size: int = SIZE

    @cached_property
    def _hashes(self) -> Hashes:
        return np.ascontiguousarray(self.records["hash"])

    @cached_property
    def _table(self) -> npt.NDArray[np.bool_]:
        """Whether any gram begins with these bits: tells most training grams apart from all held-out ones at once."""
        bits = min(MOST_TABLE_BITS, (SPARSENESS * len(self.records)).bit_length())
        table = np.zeros(1 << bits, dtype=bool)
        table[self._slots(self._hashes, bits)] = True
        return table

    @staticmethod
    def _slots(hashes: Hashes, bits: int) -> npt.NDArray[np.intp]:
        return (hashes >> np.uint64(64 - bits)).astype(np.intp)

    def seen_in(self, texts: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Which grams occur in any of the texts: `[grams]`, to be combined with those of other texts by `|`."""
        seen = np.zeros(len(self.records), dtype=bool)
        if not len(seen):
            return seen
        shingling = Shingling("words", self.size)
        for text in texts:
            self._mark(seen, shingle_sequence(text, shingling))
        return seen[np.searchsorted(self._hashes, self._hashes)]  # the mark of a gram's first record is that of all

    def _mark(self, seen: npt.NDArray[np.bool_], hashes: Hashes) -> None:
        """Mark the first record of every gram that is among the hashes."""
        bits = len(self._table).bit_length() - 1
        hashes = hashes[self._table[self._slots(hashes, bits)]]
        at = np.searchsorted(self._hashes, hashes)
        at[at == len(seen)] = 0
        seen[at[self._hashes[at] == hashes]] = True

    def shares(self, seen: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """The share of each text's distinct grams that are seen: `[texts]`."""
        texts = self.records["text"]
        return np.asarray(np.bincount(texts, weights=seen) / np.maximum(np.bincount(texts), 1))

    def save(self, path: str | Path) -> None:
        """Write to one `.npy` file."""
        with open(path, "wb") as file:
            np.save(file, self.records)

    @classmethod
    def load(cls, path: str | Path, size: int = SIZE) -> Grams:
        """Read what `save` wrote.

        Args:
            path: the file.
            size: words of a gram, as it was built.

        Raises:
            UserError: it is not such a file.
        """
        try:
            records = np.load(path)
        except (ValueError, EOFError) as error:
            raise UserError(f"not a file of n-grams ({error})", where=path, remedy="build it again") from error
        if records.dtype != RECORD:
            raise UserError("not a file of n-grams", where=path, remedy="build it again")
        return cls(records, size)


def build(held_out: Iterable[str], size: int = SIZE) -> Grams:
    """The grams of held-out texts, which are numbered from 0 in the order in which they come."""
    sets = [shingles(text, Shingling("words", size)) for text in held_out]
    records = np.empty(sum(map(len, sets)), dtype=RECORD)
    if sets:
        records["hash"] = np.concatenate(sets)
        records["text"] = np.repeat(np.arange(len(sets)), [len(hashes) for hashes in sets])
    return Grams(records[np.argsort(records["hash"], kind="stable")], size)


def overlap(held_out: Iterable[str], training: Iterable[str], size: int = SIZE) -> npt.NDArray[np.float64]:
    """The share of each held-out text's distinct n-grams that occur in the training texts: `[held-out texts]`."""
    grams = build(held_out, size)
    return grams.shares(grams.seen_in(training))
