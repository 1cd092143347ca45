"""A random sample of the kept records, whose language is detected once more for the card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from data_prep.curation.build import Built
from data_prep.curation.ordering import drawn
from data_prep.curation.record import Record
from data_prep.curation.steps.language import language_report
from data_prep.curation.table import Records


def language_check(built: Built, size: int, seed: int) -> dict[str, Any]:
    """What `language_report` says of records drawn by a hash of their keys and the seed."""
    table, kept = built.table, np.flatnonzero(built.side >= 0)
    chosen = kept[drawn(table.rows["key"][kept][:, 1], seed, size)]
    records = Records(table.folders)

    def each() -> Iterator[Record]:
        for number in chosen.tolist():
            yield records(int(table.task[number]), int(table.row[number]))

    report = language_report(each())
    records.close()
    return report
