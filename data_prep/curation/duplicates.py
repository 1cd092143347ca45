"""Exact and near-duplicates over all sources: the better one stays, held-out ones first of all.

Ranked are: records that their source gives to the test or validation side (what is held out must not be learnt from a
copy), then higher quality, then the order of the sources. Near-duplicates are those of `data_prep.dedup`: MinHash LSH
over character 3-grams of what users and assistants say, each drop justified by one true similarity to a kept record.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from data_prep import near_on_disk
from data_prep.curation.config import Duplicates
from data_prep.curation.table import Records, Table
from data_prep.dedup import CHARACTERS, CHARACTERS_LSH
from data_prep.engine import Phases
from data_prep.near_on_disk import NearTask, read_matches

EXACT, NEAR = "exact duplicate", "near-duplicate"


def drop_duplicates(table: Table, options: Duplicates, phases: Phases) -> None:
    """Drop every record that says what a better one says."""
    if options.exact:
        _drop_exact(table)
    if options.near is None:
        return
    left = table.staying()
    places = table.task[left], table.row[left], ranks(table, left)
    task = near_on_disk.plan(phases.work.folder / "near.npz", table.folders, *places, options.near)
    _, folder = phases.run_one("near", find, task)
    found = read_matches(folder)
    dropped = left[found.dropped]
    table.drop(dropped, NEAR)
    table.other[dropped] = left[found.kept]
    table.jaccard[dropped] = found.jaccard


def ranks(table: Table, numbers: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """The rank of each of some records among them, 0 for the best."""
    rows = table.rows[numbers]
    order = np.lexsort((numbers, -rows["quality"], rows["side"] < 1))
    ranked = np.empty(len(numbers), np.int64)
    ranked[order] = np.arange(len(numbers))
    return ranked


def _drop_exact(table: Table) -> None:
    """Of records with the same key, keep the best."""
    everything = np.arange(len(table.rows))
    keys = table.rows["key"]
    order = np.lexsort((ranks(table, everything), keys[:, 1], keys[:, 0]))
    same = np.zeros(len(order), bool)
    same[1:] = (keys[order[1:]] == keys[order[:-1]]).all(axis=1)
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    dropped = order[same]
    table.drop(dropped, EXACT)
    table.other[dropped] = order[first[same]]
    table.jaccard[dropped] = 1.0


def find(task: NearTask, folder: Path) -> dict[str, int]:
    """Find the near-duplicates among records that are on disk."""
    records = Records(task.folders)
    found = near_on_disk.find(task, lambda number, row: records(number, row).text, CHARACTERS, CHARACTERS_LSH, folder)
    records.close()
    return found


def duplicate_counts(table: Table, options: Duplicates) -> dict[str, int]:
    """Records dropped as exact duplicates, as near ones below the high similarity, and as high ones."""
    near = table.reason == (table.reasons.index(NEAR) + 1 if NEAR in table.reasons else 255)
    high = int((table.jaccard[near] > options.high).sum())
    return {"exact": table.dropped(EXACT), "near": int(near.sum()) - high, "high": high}
