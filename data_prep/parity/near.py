"""Which of some held-out texts have a near-duplicate among texts that come by, part by part, in any number.

MinHash LSH of the one side against the other. Memory holds a signature a held-out text (1.1 KB with its bands);
the shingles of held-out texts are in a file. A held-out text that was found is not looked for any further, and crowds
of texts that fill in one form are told apart by longer signatures (`data_prep.dedup.estimates`), so that the work
stays in proportion to the texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data_prep.dedup import CHARACTERS, CHARACTERS_LSH, jaccard, shingles, signatures
from data_prep.dedup.estimates import Estimates, fold
from data_prep.dedup.lsh import band_keys
from data_prep.dedup.shingles import Hashes, distinct, shingle_sequence
from data_prep.dedup.signatures import Signatures

THRESHOLD = 0.8
AT_ONCE = 1024
"""Texts of which shingles are in memory together."""


@dataclass(frozen=True, slots=True)
class Near:
    """A held-out text and one that came by, by their numbers, and their Jaccard similarity."""

    held_out: int
    text: int
    jaccard: float


class NearIndex:
    """Held-out texts, numbered from 0.

    Args:
        held_out: the texts, read once.
        file: where their shingles are written.
        threshold: the least Jaccard similarity of near-duplicates, over the 3-grams of their characters.

    Attributes:
        wanted: which held-out texts are still looked for, shape [held-out texts]; the caller may take some out.
    """

    def __init__(self, held_out: Iterable[str], file: Path, threshold: float = THRESHOLD):
        sketches, self._ends = _spool(held_out, file)
        self._threshold = threshold
        self._shingles: Hashes = np.memmap(file, np.uint64, "r") if len(self._ends) > 1 else np.zeros(0, np.uint64)
        self._batch: list[Hashes] = []
        self.wanted = np.ones(len(sketches), dtype=bool)
        keys = band_keys(sketches, CHARACTERS_LSH)
        self._order = np.argsort(keys, axis=1, kind="stable").astype(np.int32)
        self._keys = np.take_along_axis(keys, self._order, axis=1)
        room = np.zeros((AT_ONCE, CHARACTERS_LSH.num_perm), dtype=np.uint8)  # for the texts that come by
        self._estimates = Estimates(np.concatenate([fold(sketches), room]), threshold, self._set_of)

    def look(self, texts: Iterable[str]) -> Iterator[Near]:
        """The first near-duplicate of each wanted held-out text among these, which are numbered from 0."""
        source, first = iter(texts), 0
        while batch := list(islice(source, AT_ONCE)):
            if self.wanted.any():
                for near in self._look_at(batch):
                    yield Near(near.held_out, first + near.text, near.jaccard)
            first += len(batch)

    def _look_at(self, texts: Sequence[str]) -> Iterator[Near]:
        self._batch = [shingle_sequence(text, CHARACTERS) for text in texts]
        sketches = signatures(self._batch, CHARACTERS_LSH.num_perm)
        number, keys = len(self.wanted), band_keys(sketches, CHARACTERS_LSH)
        self._estimates.folded[number : number + len(texts)] = fold(sketches)
        self._estimates.has_longer[number:] = False
        left = np.array([np.searchsorted(mine, theirs) for mine, theirs in zip(self._keys, keys, strict=True)])
        right = np.array(
            [np.searchsorted(mine, theirs, "right") for mine, theirs in zip(self._keys, keys, strict=True)]
        )
        for text in np.flatnonzero((right > left).any(axis=0)).tolist():
            yield from self._compare(text, self._sharing(left[:, text], right[:, text]))

    def _sharing(self, left: npt.NDArray[np.intp], right: npt.NDArray[np.intp]) -> npt.NDArray[np.int32]:
        """Wanted held-out texts that share a band, each once."""
        parts = [self._order[band, left[band] : right[band]] for band in np.flatnonzero(right > left)]
        found = np.unique(np.concatenate(parts))
        return found[self.wanted[found]]

    def _compare(self, text: int, candidates: npt.NDArray[np.int32]) -> Iterator[Near]:
        if not candidates.size:
            return
        self._batch[text] = distinct(self._batch[text])  # signatures need no sets, and most texts are not compared
        for held_out in self._estimates.likely(len(self.wanted) + text, candidates).tolist():
            similarity = jaccard(self._set_of(held_out), self._batch[text])
            if similarity >= self._threshold:
                self.wanted[held_out] = False
                yield Near(held_out, text, similarity)

    def _set_of(self, position: int) -> Hashes:
        """The shingles of a held-out text, or behind them of one of the batch."""
        if position >= len(self.wanted):
            return self._batch[position - len(self.wanted)]
        return np.asarray(self._shingles[self._ends[position] : self._ends[position + 1]])


def _spool(texts: Iterable[str], file: Path) -> tuple[Signatures, npt.NDArray[np.int64]]:
    """Write the shingles of all texts into a file; their signatures, and where each text's shingles begin and end."""
    parts: list[Signatures] = [np.empty((0, CHARACTERS_LSH.num_perm), dtype=np.uint32)]
    sizes = [0]
    source = iter(texts)
    with open(file, "wb") as out:
        while batch := [shingles(text, CHARACTERS) for text in islice(source, AT_ONCE)]:
            parts.append(signatures(batch, CHARACTERS_LSH.num_perm))
            sizes += [len(hashes) for hashes in batch]
            for hashes in batch:
                out.write(hashes.tobytes())
    return np.concatenate(parts), np.cumsum(sizes, dtype=np.int64)
