"""What the shares that are asked for mean for the groups that there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data_prep.curation.balance.cells import Cells, Groups, Names, Sizes, make_cells
from data_prep.curation.balance.options import Balance
from data_prep.curation.balance.raking import Margin, Numbers
from lexatron.errors import UserError


@dataclass(frozen=True)
class Wanted:
    """Cells, and what is wanted of them.

    Attributes:
        records, amounts: `[cells]`: those of `cells`, 0 for cells of which nothing is wanted.
        shares: dimension -> `[groups]`, together 1, also of groups that have nothing.
    """

    cells: Cells
    records: Numbers
    amounts: Numbers
    shares: dict[str, Numbers]


def wanted_of(groups: Groups, names: Names, sizes: Sizes, options: Balance) -> Wanted:
    """What the options want of records; groups that they name and no record has are added.

    Raises:
        UserError: tokens are to be counted and there are none, or no record is wanted.
    """
    targets = options.targets
    dimensions = [*targets, *(["source"] if options.max_per_source is not None else [])]
    listed = {name: [*names[name], *(set(targets.get(name, {})) - set(names[name]))] for name in dimensions}
    counted = sizes if options.by == "tokens" and targets else np.ones(len(sizes), np.int64)
    if len(counted) and not counted.any():
        raise UserError("balance.by counts tokens and there are none", remedy="name a tokenizer, or set by: records")
    cells = make_cells(groups, listed, dimensions, counted)
    usable = np.ones(len(cells.records))
    for dimension in targets:
        usable *= _shares(cells, dimension, cells.amounts, options)[cells.codes[dimension]] > 0
    if len(counted) and not usable.any():
        raise UserError("balance leaves no record", remedy="name groups that there are, or set others: keep")
    amounts = cells.amounts * usable
    shares = {dimension: _shares(cells, dimension, amounts, options) for dimension in targets}
    return Wanted(cells, cells.records * usable, amounts, shares)


def _shares(cells: Cells, dimension: str, amounts: Numbers, options: Balance) -> Numbers:
    there = cells.by(dimension, amounts)
    return target_shares(cells.names[dimension], there, options.targets[dimension], others=options.others == "keep")


def target_shares(names: Sequence[str], amounts: Numbers, wanted: Mapping[str, float], *, others: bool) -> Numbers:
    """`[names]`: the share that each group is to have, together 1.

    Args:
        amounts: `[names]`: what there is, in the proportion of which groups that are not named share what is left.
        others: whether they share it, else they have none.
    """
    shares = np.array([wanted.get(name, 0.0) for name in names], float)
    unnamed = np.where([others and name not in wanted for name in names], amounts, 0.0)
    if unnamed.sum() > 0:
        shares += unnamed / unnamed.sum() * max(0.0, 1.0 - sum(wanted.values()))
    return shares / shares.sum() if shares.sum() > 0 else shares


def filled(room: Numbers, shares: Numbers, total: float) -> Numbers:
    """`[groups]`: a total by shares; what a group has no room for is shared by the others."""
    weights = np.divide(shares, room, out=np.zeros(len(room)), where=room > 0)
    usable = np.where(weights > 0, room, 0.0)
    if total >= usable.sum():
        return usable
    margin = Margin(np.zeros(len(room), np.intp), room, np.array([total]))
    return np.minimum(margin.factors(weights)[0] * weights, 1.0) * room
