"""Locality-sensitive hashing: which documents share a band of their signatures, and so may be near-duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data_prep.dedup.shingles import Hashes, mix
from data_prep.dedup.signatures import Signatures

Buckets = npt.NDArray[np.int32]

DOCUMENTS_AT_ONCE = 65_536  # rows of a signature matrix on disk that are in memory together: 32 MB
MULTIPLIER = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True)
class Lsh:
    """Signatures are cut into `bands` of `rows` slots; two documents are candidates where a whole band is equal."""

    bands: int
    rows: int

    def __post_init__(self) -> None:
        if self.bands < 1 or self.rows < 1:
            raise ValueError(f"an LSH needs at least one band of one row, not {self.bands} of {self.rows}")

    @property
    def num_perm(self) -> int:
        """Slots that a signature needs: those of all bands, rounded up to a multiple of 8."""
        return -(-self.bands * self.rows // 8) * 8

    def recall(self, jaccard: float) -> float:
        """The probability that two documents of that similarity are candidates."""
        return float(1 - (1 - jaccard**self.rows) ** self.bands)


LSH = Lsh(bands=18, rows=7)
"""For words: 126 of 128 slots find 99.9 % of the pairs at Jaccard 0.85, 98.5 % at 0.8, and 7 % at 0.5."""

CHARACTERS_LSH = Lsh(bands=46, rows=11)
"""For characters: 506 of 512 slots find 99.96 % of the pairs at Jaccard 0.85, 98.4 % at 0.8, and 0.1 % at 0.4.

Any two texts of one language share a third of their 3-grams of characters. With 128 slots one pair in a hundred of them
would be a candidate, and the search would grow with the square of the texts; 512 slots cost 30 microseconds a text.
"""


def band_buckets(signatures: Signatures, lsh: Lsh) -> Buckets:
    """The bucket of every document in every band.

    Args:
        signatures: `[documents, num_perm]`, which may be a memory map: it is read once, in order.
        lsh: at most `num_perm` slots in all its bands.

    Returns:
        `[documents, bands]`: buckets numbered from 0 over all bands, or -1 where a document is alone in its own.
    """
    if lsh.bands * lsh.rows > signatures.shape[1]:
        raise ValueError(f"{lsh} needs more than the {signatures.shape[1]} slots of these signatures")
    keys = band_keys(signatures, lsh)
    buckets = np.full((len(signatures), lsh.bands), -1, dtype=np.int32)
    count = 0
    for band in range(lsh.bands):
        members, sizes = _groups(keys[band])
        buckets[members, band] = np.repeat(np.arange(count, count + len(sizes), dtype=np.int32), sizes)
        count += len(sizes)
    return buckets


def components(buckets: Buckets) -> npt.NDArray[np.int32]:
    """The connected component of every document: between components no documents share a bucket.

    Args:
        buckets: `[documents, bands]` with the bucket or -1, as of `band_buckets`.

    Returns:
        `[documents]`: the least document of each one's component.
    """
    labels = np.arange(len(buckets), dtype=np.int32)
    least = np.full(buckets.max(initial=-1) + 1, len(buckets), dtype=np.int32)  # label in each bucket
    while True:
        before = labels.copy()
        for documents, ids in _memberships(buckets):
            np.minimum.at(least, ids, labels[documents])
            np.minimum.at(labels, labels[documents], least[ids])  # tell the document that the old label names
            labels[documents] = np.minimum(labels[documents], least[ids])
        while not np.array_equal(labels, jumped := labels[labels]):
            labels = jumped
        if np.array_equal(labels, before):
            return labels


def _memberships(buckets: Buckets) -> Iterator[tuple[npt.NDArray[np.intp], Buckets]]:
    """Of each band, the documents that share a bucket and their buckets."""
    for band in buckets.T:
        documents = np.flatnonzero(band >= 0)
        yield documents, band[documents]


def band_keys(signatures: Signatures, lsh: Lsh) -> Hashes:
    """A hash of each band: `[bands, documents]`."""
    keys = np.empty((lsh.bands, len(signatures)), dtype=np.uint64)
    for first in range(0, len(signatures), DOCUMENTS_AT_ONCE):
        block = np.asarray(signatures[first : first + DOCUMENTS_AT_ONCE])
        for band in range(lsh.bands):
            columns = block[:, band * lsh.rows : (band + 1) * lsh.rows]
            keys[band, first : first + len(block)] = _hash_rows(columns)
    return keys


def _hash_rows(columns: Signatures) -> Hashes:
    total = np.zeros(len(columns), dtype=np.uint64)
    for column in columns.T:
        total = mix(total * MULTIPLIER + column)
    return total


def _groups(keys: Hashes) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Documents that share a key, key by key, and how many share each."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=~ordered[:1]))
    sizes = np.diff(starts, append=len(keys))
    shared = sizes > 1
    return order[np.repeat(shared, sizes)], sizes[shared]
