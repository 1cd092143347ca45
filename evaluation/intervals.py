"""How sure is a figure? Bootstrap intervals that treat the questions about one act as one observation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 2000
CHUNK = 100  # resamples drawn at a time, so that memory stays at CHUNK x acts


@dataclass(frozen=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def bootstrap_interval(values: Sequence[float], clusters: Sequence[str], seed: int) -> Interval | None:
    """95 % percentile interval of the mean of `values`, by the cluster bootstrap.

    Several questions ask about the same act, in several languages: they succeed or fail together, so acts
    are resampled, not questions.

    Args:
        values: one figure an item.
        clusters: the act that each item belongs to.
        seed: of numpy's generator; equal input and seed give an equal interval.

    Returns:
        The interval, or None where there are fewer than two acts to resample.
    """
    _, membership = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
    sums = np.bincount(membership, weights=np.asarray(values, dtype=np.float64))
    sizes = np.bincount(membership).astype(np.float64)
    if len(sums) < 2:
        return None
    rng = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    for start in range(0, RESAMPLES, CHUNK):
        draws = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=CHUNK)
        means[start : start + CHUNK] = (draws @ sums) / (draws @ sizes)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(low), float(high))
