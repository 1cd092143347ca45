"""Tables of invented records, for decisions over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data_prep.curation.table import NAMED, ROW, Table


def table_of(rows: Sequence[dict[str, object]]) -> Table:
    """Records of one task: what a row does not say is 0, and its side is not given."""
    made = np.zeros(len(rows), ROW)
    made["side"] = -1
    made["key"][:, 0] = np.arange(1, len(rows) + 1)
    made["prompt"] = np.arange(1, len(rows) + 1)
    for number, row in enumerate(rows):
        for column, value in row.items():
            made[column][number] = value
    return Table(
        rows=made,
        names={column: ["one", "two", "three"] for column in NAMED},
        task=np.zeros(len(rows), np.int32),
        row=np.arange(len(rows), dtype=np.int32),
        folders=[Path("task")],
        reason=np.zeros(len(rows), np.uint8),
        other=np.full(len(rows), -1, np.int32),
        jaccard=np.zeros(len(rows), np.float32),
        reasons=[],
    )
