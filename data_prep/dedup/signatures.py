"""MinHash signatures in bulk: documents' shingle sets to one matrix.

The sketch is rensa's full-set R-MinHash (a form of Fast Similarity Sketching, arXiv 1704.04370): every shingle
counts, every slot of two signatures is equal with the probability of the sets' Jaccard similarity, and a shingle costs
one or two hash evaluations instead of one a slot. Rensa's faster "rho" pipeline samples positions, so that its figure
depends on order and length; it is not used.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import rensa

from data_prep.dedup.shingles import Hashes

Signatures = npt.NDArray[np.uint32]

NUM_PERM = 128
ALGORITHM = f"rensa R-MinHash {rensa.RMinHash.ALGORITHM_VERSION}"
"""Name of the sketch. Signatures of different algorithms must not be compared: part of a stage's configuration."""

DOCUMENTS_AT_ONCE = 2048  # bounds the lists of Python integers that rensa returns
SHINGLES_AT_ONCE = 1 << 22  # bounds the flat copy of the sets: 32 MB


def signatures(sets: Sequence[Hashes], num_perm: int = NUM_PERM, seed: int = 1) -> Signatures:
    """MinHash signatures of shingle sets.

    Args:
        sets: one array of shingle hashes a document, none of them empty; order and repetitions make no difference.
        num_perm: slots of a signature.
        seed: signatures can be compared only where seed and `num_perm` are the same.

    Returns:
        `[documents, num_perm]`.
    """
    result = np.empty((len(sets), num_perm), dtype=np.uint32)
    for first, last in _batches([len(hashes) for hashes in sets]):
        result[first:last] = _batch(sets[first:last], num_perm, seed)
    return result


def _batches(lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Ranges of documents, each within both bounds, or one document that alone exceeds them."""
    ranges: list[tuple[int, int]] = []
    first = total = 0
    for number, length in enumerate(lengths):
        if number > first and (total + length > SHINGLES_AT_ONCE or number - first == DOCUMENTS_AT_ONCE):
            ranges.append((first, number))
            first, total = number, 0
        total += length
    if lengths:
        ranges.append((first, len(lengths)))
    return ranges


def _batch(sets: Sequence[Hashes], num_perm: int, seed: int) -> Signatures:
    offsets = np.zeros(len(sets) + 1, dtype=np.uint64)
    np.cumsum([len(hashes) for hashes in sets], out=offsets[1:])
    flat = np.ascontiguousarray(np.concatenate(sets), dtype=np.uint64)
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(flat, offsets, num_perm, seed)
    return np.array(matrix.to_rows(), dtype=np.uint32)
