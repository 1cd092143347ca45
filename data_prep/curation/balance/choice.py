"""Which records are kept: whole ones for the parts of cells, in a random order of their own keys."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from data_prep.curation.balance.cells import Groups, Names, Sizes
from data_prep.curation.balance.options import Balance
from data_prep.curation.balance.plan import Plan
from data_prep.curation.balance.raking import Codes, Margin, Numbers, summed
from data_prep.curation.balance.shares import wanted_of
from data_prep.curation.ordering import seeded
from data_prep.dedup.shingles import mix

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

_ROUNDING = 1e-6  # records


def balance(
    groups: Groups, names: Names, sizes: Sizes, keys: npt.NDArray[np.uint64], options: Balance
) -> npt.NDArray[np.bool_]:
    """`[records]`: which are kept; as many as the caps and shares allow.

    Args:
        groups: dimension, and `source` -> `[records]` numbers of names.
        names: dimension, and `source` -> names.
        sizes: `[records]`: tokens.
        keys: `[records]`: hashes of their contents.

    Raises:
        UserError: tokens are to be counted and there are none, or no record is wanted.
    """
    if not len(sizes) or not (options.targets or options.max_records or options.max_per_source is not None):
        return np.ones(len(sizes), bool)
    wanted = wanted_of(groups, names, sizes, options)
    plan = Plan(wanted, options)
    order = seeded(keys, options.seed)
    of = wanted.cells.of
    if options.by == "records" or not options.targets:
        return _first(of, order, whole_numbers(plan.parts * wanted.records, wanted.records, plan.sums, plan.limits))
    kept = _lightest(of, order, sizes, plan.parts * wanted.amounts) & (wanted.records > 0)[of]
    other = mix(order.copy())  # of what is too much every cell is to lose its part
    for limit in plan.limits:
        kept[kept] = _first(limit.codes[of[kept]], other[kept], limit.sums)
    return kept


def whole_numbers(exact: Numbers, there: Numbers, sums: Sequence[Margin], limits: Sequence[Margin]) -> Counts:
    """`[cells]`: records to keep of each cell, so that no sum is missed by more than rounding makes necessary.

    Numbers are rounded down, then raised by one in order of what was cut off, wherever every sum and limit allows:
    first as long as no sum is above its whole part, then as long as none is above the next whole number.
    """
    numbers = np.floor(exact + _ROUNDING).astype(np.int64)
    order = np.lexsort((np.arange(len(exact)), -np.round(exact - numbers, 6)))
    total = [] if not sums else [Margin(np.zeros(len(exact), np.intp), there, np.array([sums[0].sums.sum()]))]
    for rounded in (np.floor, np.ceil):
        margins = [*sums, *total, *limits]
        most = [rounded(np.round(margin.sums, 6)) for margin in margins]
        have = [summed(margin.codes, numbers, len(margin.sums)) for margin in margins]
        for cell in order[numbers[order] < there[order]].tolist():
            at = [int(margin.codes[cell]) for margin in margins]
            if all(held[group] < limit[group] for held, limit, group in zip(have, most, at, strict=True)):
                numbers[cell] += 1
                for held, group in zip(have, at, strict=True):
                    held[group] += 1
    return numbers


def _first(codes: Codes, order: npt.NDArray[np.uint64], numbers: Numbers | Counts) -> Mask:
    """Which records are among the first so many of their group."""
    by_group = np.lexsort((order, codes))
    kept = np.empty(len(codes), bool)
    kept[by_group] = _places(codes[by_group]) < numbers[codes[by_group]]
    return kept


def _lightest(codes: Codes, order: npt.NDArray[np.uint64], sizes: Sizes, amounts: Numbers) -> Mask:
    """Which records are the first of their group that together have its amount, to half a record."""
    by_group = np.lexsort((order, codes))
    codes, sizes = codes[by_group], sizes[by_group]
    up_to = np.cumsum(sizes)
    starts = (up_to - sizes)[np.arange(len(codes)) - _places(codes)]
    kept = np.empty(len(codes), bool)
    kept[by_group] = up_to - starts - sizes / 2 <= amounts[codes] + _ROUNDING
    return kept


def _places(codes: Codes) -> Counts:
    """The place of each record in its group; groups lie together."""
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    return np.arange(len(codes)) - np.repeat(first, np.diff(first, append=len(codes)))
