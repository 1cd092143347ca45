"""What balancing aimed at and what it reached, group by group."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from data_prep.curation.balance.cells import Cells, Groups, Names, Sizes
from data_prep.curation.balance.options import Balance
from data_prep.curation.balance.raking import Numbers, summed
from data_prep.curation.balance.shares import wanted_of

_NEAR = 5e-3  # of a target: what may lack without being said
TOO_FEW, TOO_FEW_TOGETHER = "too few records", "too few records beside the other targets"


def report(
    groups: Groups, names: Names, sizes: Sizes, kept: npt.NDArray[np.bool_], options: Balance
) -> list[dict[str, Any]]:
    """A row for each group of each dimension with targets; empty without targets.

    Returns:
        `dimension`, `group`, `records_before`, `records_after`, `share_before`, `target`, `share_after` (0 to 1, of
        records or tokens), and `short`: why the target could not be reached, empty where it was.

    Raises:
        UserError: as `balance`.
    """
    if not len(sizes) or not options.targets:
        return []
    wanted = wanted_of(groups, names, sizes, options)
    cells = wanted.cells
    counted = sizes if options.by == "tokens" else np.ones(len(sizes), np.int64)
    records, amounts = (summed(cells.of[kept], each, len(cells.records)) for each in (None, counted[kept]))
    return [
        row for dimension, shares in wanted.shares.items() for row in _rows(cells, dimension, shares, records, amounts)
    ]


def _rows(cells: Cells, dimension: str, target: Numbers, records: Numbers, amounts: Numbers) -> list[dict[str, Any]]:
    before, after = cells.by(dimension, cells.records), cells.by(dimension, records)
    had, has = cells.by(dimension, cells.amounts), cells.by(dimension, amounts)
    lacking = target * has.sum() - has
    record = has.sum() / max(after.sum(), 1.0)
    short = lacking > np.maximum(record, _NEAR * target * has.sum())
    return [
        {
            "dimension": dimension,
            "group": name,
            "records_before": int(before[number]),
            "records_after": int(after[number]),
            "share_before": _share(had, number),
            "target": round(float(target[number]), 4),
            "share_after": _share(has, number),
            "short": _why(before[number], after[number]) if short[number] else "",
        }
        for number, name in enumerate(cells.names[dimension])
    ]


def _share(amounts: Numbers, number: int) -> float:
    return round(float(amounts[number] / max(amounts.sum(), 1.0)), 4)


def _why(before: float, after: float) -> str:
    return TOO_FEW if after == before else TOO_FEW_TOGETHER
