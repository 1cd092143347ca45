"""A random-looking order of records that depends on the seed and on their own keys alone.

A record keeps its place whatever is added to a set, in whatever order files are read and by however many processes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data_prep.dedup.shingles import Hashes, mix


def seeded(keys: Hashes, seed: int) -> Hashes:
    """Numbers to sort records by, one to one: a hash of each key and the seed.

    Args:
        keys: `[records]`, hashes of their contents.
    """
    return mix(keys ^ mix(np.array([seed], np.int64).astype(np.uint64)))


def drawn(keys: Hashes, seed: int, wanted: int | None) -> npt.NDArray[np.intp]:
    """Numbers, ascending, of the `wanted` records that come first in that order; all for None."""
    return np.sort(np.argsort(seeded(keys, seed), kind="stable")[:wanted])
