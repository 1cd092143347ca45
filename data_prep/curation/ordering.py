"""A random-looking order of records that depends on the seed and on their own keys alone.

A record keeps its place whatever is added to a set, in whatever order files are read and by however many processes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_GAMMA, _FIRST, _SECOND = (np.uint64(each) for each in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def seeded(keys: npt.NDArray[np.uint64], seed: int) -> npt.NDArray[np.uint64]:
    """Numbers to sort records by: SplitMix64 (Steele, Lea, Flood 2014) of each key and the seed, one to one.

    Args:
        keys: `[records]`, hashes of their contents.
    """
    return _mixed(keys ^ _mixed(np.array([seed], np.int64).astype(np.uint64) + _GAMMA))


def sample(order: npt.NDArray[np.uint64], wanted: int | None) -> npt.NDArray[np.intp]:
    """Numbers, ascending, of the `wanted` records that come first in a random order; all for None.

    Args:
        order: `[records]`, from `seeded`.
    """
    return np.sort(np.argsort(order, kind="stable")[:wanted])


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Every bit of a number spread over all of it; different numbers stay different."""
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    mixed: npt.NDArray[np.uint64] = values ^ (values >> np.uint64(31))
    return mixed
