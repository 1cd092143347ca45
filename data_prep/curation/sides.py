"""Which side each record is on: records that ask the same, and those of one tree, stay together.

A source or row may give its side. Every other group is put by a hash of its prompt and the seed into consecutive
intervals between 0 and 1, so that adding records moves no other.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data_prep.curation.config import Split
from data_prep.curation.ordering import seeded
from data_prep.curation.table import Table
from data_prep.split import SPLITS
from lexatron.errors import UserError

Codes = npt.NDArray[np.int8]

CONFLICT = "its prompt is held out"


def groups(table: Table, numbers: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The group of each of some records, from 0: connected by the same prompt or the same tree.

    Trees are joined by prompts that they share; two passes of minimum labels until nothing changes.
    """
    rows = table.rows[numbers]
    _, by_prompt = np.unique(rows["prompt"], return_inverse=True)
    trees = np.where(rows["group"] == 0, rows["prompt"], rows["group"])
    _, by_tree = np.unique(trees, return_inverse=True)
    labels = np.arange(len(numbers))
    while True:
        before = labels.copy()
        for members in (by_prompt, by_tree):
            least = np.full(int(members.max(initial=-1)) + 1, len(numbers))
            np.minimum.at(least, members, labels)
            labels = least[members]
        if np.array_equal(labels, before):
            break
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.intp)


def sides(table: Table, numbers: npt.NDArray[np.intp], options: Split) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """The side of each record, and which must go: a training record whose prompt a source holds out.

    Returns:
        Sides as places in `SPLITS`, and a mask, both `[numbers]`.

    Raises:
        UserError: no record is left for training.
    """
    if not len(numbers):
        raise UserError("no record passed the steps", remedy="see excluded.jsonl's reasons with milder thresholds")
    group, given = groups(table, numbers), table.rows["side"][numbers].astype(np.int8)
    of_group = np.full(group.max() + 1, -1, np.int8)
    np.maximum.at(of_group, group, given)  # the farthest from training that a member is given, -1 for none
    told = of_group[group]
    chosen = np.where(given >= 0, given, np.where(told >= 0, told, _drawn(table, numbers, group, options)[group]))
    conflict = (given == 0) & (told > 0)
    if not ((chosen == 0) & ~conflict).any():
        raise UserError("no record is left for training", remedy="give more sources, or a smaller split.test")
    return chosen.astype(np.int8), conflict


def _drawn(table: Table, numbers: npt.NDArray[np.intp], group: npt.NDArray[np.intp], options: Split) -> Codes:
    """The side that the hash of its least prompt gives each group; the first groups fill sides that would be empty."""
    prompts = table.rows["prompt"][numbers]
    least = np.full(group.max() + 1, np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(least, group, prompts)
    points = (seeded(least, options.seed) >> np.uint64(11)) / float(1 << 53)
    shares = np.array([options.train, options.validation, options.test])
    drawn = np.searchsorted(np.cumsum(shares / shares.sum())[:-1], points, side="right").astype(np.int8)
    order = np.argsort(points, kind="stable")
    given = set(np.unique(table.rows["side"][numbers]).tolist())
    for side in range(len(SPLITS)):
        if shares[side] > 0 and side not in given and not (drawn == side).any() and len(order) > len(SPLITS):
            drawn[order[-1 - side]] = side
    return drawn
