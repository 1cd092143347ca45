"""Iterative proportional fitting that only takes away: the part of each cell that is kept, so that sums come out right.

A cell keeps the product of its groups' factors, and never more than all of it. The factors of one margin at a time are
set so that its sums are right, in turn until nothing changes; for sums that can be met this is the solution nearest to
an even thinning (Deming and Stephan 1940; with bounds: Csiszár 1975).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

SWEEPS = 150  # at most; two or three are enough for most
_SETTLED = 1e-6  # change of a part below which nothing changes
_LARGEST = 1e12  # factor; larger ones belong to sums that cannot be met
_NOTHING = 1e-12  # of a sum: what is left of it by rounding


@dataclass(frozen=True)
class Margin:
    """Sums over cells that are asked for.

    Attributes:
        codes: `[cells]`: the group of each cell.
        amounts: `[cells]`: what the whole cell adds to its group.
        sums: `[groups]`.
        exact: the sums are to be met; else they must not be exceeded.
    """

    codes: Codes
    amounts: Numbers
    sums: Numbers
    exact: bool = True

    def of(self, parts: Numbers) -> Numbers:
        """`[groups]`: the sums where these parts of the cells are kept."""
        return summed(self.codes, self.amounts * parts, len(self.sums))

    def factors(self, others: Numbers) -> Numbers:
        """`[groups]`: the factors by which the sums are met as nearly as the cells allow.

        The sum over a group's cells of `amount * min(1, factor * other)` is, of the straight lines that belong to 0,
        1, 2, ... of the largest cells being kept whole, the lowest; so the factor is the largest that one of them asks.

        Args:
            others: `[cells]`: the product of the factors of the other margins.
        """
        order = np.lexsort((-others, self.codes))
        codes, amounts, rates = self.codes[order], self.amounts[order], (self.amounts * others)[order]
        rest = summed(codes, rates, len(self.sums))
        after = rest[codes] - _within(codes, rates)  # what grows with the factor, while all before are whole
        needed = self.sums[codes] - _within(codes, amounts)
        usable = after > _NOTHING * rest[codes]
        factors = np.zeros(len(self.sums))
        np.maximum.at(factors, codes[usable], needed[usable] / after[usable])
        return np.minimum(factors, _LARGEST if self.exact else 1.0)


def summed(codes: Codes, values: npt.ArrayLike | None, groups: int) -> Numbers:
    """`[groups]`: the sums of values by group; how many there are, without values."""
    return np.bincount(codes, values, groups).astype(np.float64)


def _within(codes: Codes, values: Numbers) -> Numbers:
    """Sums of the values before each one in its group; groups lie together."""
    before = np.cumsum(values) - values
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    return before - np.repeat(before[first], np.diff(first, append=len(codes)))


@dataclass(frozen=True)
class Fit:
    """Parts of cells to keep, `[cells]`, 0 to 1, and the factors of each margin's groups that they come from."""

    parts: Numbers
    factors: list[Numbers]


def fit(margins: Sequence[Margin], cells: int, start: Fit | None = None, sweeps: int = SWEEPS) -> Fit:
    """The part of each cell to keep; of margins that contradict each other the last ones hold.

    Args:
        start: the fit of sums that are not very different, from where less is left to do.
        sweeps: over all margins, at most; where they contradict each other, more of them lead further apart.
    """
    factors = list(start.factors) if start else [np.ones(len(margin.sums)) for margin in margins]
    parts = np.ones(cells)
    for _ in range(sweeps):
        before = parts
        for number, margin in enumerate(margins):
            factors[number] = margin.factors(_product(margins, factors, cells, without=number))
        parts = np.minimum(_product(margins, factors, cells), 1.0)
        if np.abs(parts - before).max(initial=0.0) < _SETTLED:
            break
    return Fit(parts, factors)


def _product(margins: Sequence[Margin], factors: Sequence[Numbers], cells: int, without: int = -1) -> Numbers:
    product = np.ones(cells)
    for number, margin in enumerate(margins):
        if number != without:
            product *= factors[number][margin.codes]
    return product
