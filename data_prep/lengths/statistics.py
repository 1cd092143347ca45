"""What lengths mean for a sequence length: percentiles, what is cut, and what padding and packing cost. Pure numpy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data_prep.packing import first_fit_decreasing

Lengths = npt.NDArray[np.int32]

PERCENTILES = (50, 75, 90, 95, 99, 99.9)
SUGGESTED_PERCENTILE = 95
OUTLIER_PERCENTILE = 99
MULTIPLE = 64
"""Sequence lengths are multiples of it: of the tiles of matrix kernels, and of the parts of context parallelism."""

MICRO_BATCHES = (1, 2, 4, 8)
_SEED = 1234  # of the order in which batches are drawn


@dataclass(frozen=True)
class Summary:
    """Lengths in a few figures; all 0 where there are none.

    Attributes:
        number: of lengths. tokens: their sum. maximum: the longest.
        percentiles: `50` -> median and so on, linear between neighbours, as numpy does it.
    """

    number: int
    tokens: int
    mean: float
    maximum: int
    percentiles: dict[str, float]


@dataclass(frozen=True)
class Cut:
    """What is lost where everything behind a length is cut.

    Attributes:
        length: tokens that stay at most.
        conversations: share of conversations that are longer. tokens: share of all tokens that stand behind it.
    """

    length: int
    conversations: float
    tokens: float


@dataclass(frozen=True)
class Cost:
    """What training at one sequence length costs; longer conversations are cut there.

    Attributes:
        seq_length: tokens of a sequence.
        cut: what is lost.
        padded_to_length: share of positions that hold padding, one conversation a row, all rows of that length.
        padded_to_longest: micro batch -> the same, rows as long as the longest of their batch, in a shuffled order.
        packs: sequences after packing. packed: share of their positions that hold padding.
    """

    seq_length: int
    cut: Cut
    padded_to_length: float
    padded_to_longest: dict[str, float]
    packs: int
    packed: float


def summarise(lengths: Lengths) -> Summary:
    """The figures of lengths, shape [number]."""
    if not lengths.size:
        return Summary(0, 0, 0.0, 0, {f"{percent:g}": 0.0 for percent in PERCENTILES})
    found = np.percentile(lengths, PERCENTILES).tolist()
    percentiles = {f"{percent:g}": round(value, 2) for percent, value in zip(PERCENTILES, found, strict=True)}
    total = int(lengths.sum(dtype=np.int64))
    return Summary(len(lengths), total, round(total / len(lengths), 2), int(lengths.max()), percentiles)


def cut_at(lengths: Lengths, length: int) -> Cut:
    """What is lost at one length."""
    total = int(lengths.sum(dtype=np.int64))
    if not total:
        return Cut(length, 0.0, 0.0)
    behind = np.maximum(lengths - length, 0)
    return Cut(length, float((behind > 0).mean()), int(behind.sum(dtype=np.int64)) / total)


def cuts(lengths: Lengths, at: Iterable[int]) -> list[Cut]:
    """What is lost at each of several lengths."""
    return [cut_at(lengths, length) for length in at]


def round_up(value: float, multiple: int = MULTIPLE) -> int:
    """The least multiple that is not below the value; at least one of it."""
    return max(1, -int(-value // multiple)) * multiple


def suggested_length(lengths: Lengths) -> int:
    """The sequence length that holds 95 of 100 conversations whole, as a multiple of 64."""
    return round_up(float(np.percentile(lengths, SUGGESTED_PERCENTILE))) if lengths.size else MULTIPLE


def outlier_length(lengths: Lengths) -> int:
    """The length above which a conversation is an outlier: the 99th percentile, rounded down to whole tokens."""
    return int(np.percentile(lengths, OUTLIER_PERCENTILE)) if lengths.size else 0


def cost(lengths: Lengths, seq_length: int, micro_batches: Sequence[int] = MICRO_BATCHES) -> Cost:
    """What training on these lengths costs at a sequence length."""
    kept = np.minimum(lengths[lengths > 0], seq_length)
    packing = first_fit_decreasing(kept, seq_length)
    return Cost(
        seq_length=seq_length,
        cut=cut_at(lengths, seq_length),
        padded_to_length=_waste(kept, len(kept) * seq_length),
        padded_to_longest={str(size): padded_to_longest(kept, size) for size in micro_batches},
        packs=packing.num_packs,
        packed=1.0 - packing.efficiency,
    )


def padded_to_longest(lengths: Lengths, micro_batch: int) -> float:
    """The share of padding where the rows of a batch are as long as its longest; batches of shuffled rows."""
    shuffled = np.random.default_rng(_SEED).permutation(lengths)
    starts = np.arange(0, len(shuffled), micro_batch)
    if not len(starts):
        return 0.0
    sizes = np.diff(starts, append=len(shuffled))
    positions = int((np.maximum.reduceat(shuffled, starts).astype(np.int64) * sizes).sum())
    return _waste(lengths, positions)


def _waste(lengths: Lengths, positions: int) -> float:
    return 1.0 - int(lengths.sum(dtype=np.int64)) / positions if positions else 0.0
