"""Which of two equal records stays."""

from __future__ import annotations

from data_prep.curation.config import Duplicates
from data_prep.curation.duplicates import EXACT, _drop_exact, duplicate_counts
from tests.data_prep.curation.tables import table_of


def test_the_best_of_equal_records_stays_and_a_held_out_one_before_all() -> None:
    table = table_of([
        {"key": (7, 7), "quality": 5.0}, {"key": (7, 7), "quality": 9.0}, {"key": (7, 7), "quality": 9.0},
        {"key": (8, 8), "quality": 9.0}, {"key": (8, 8), "quality": 2.0, "side": 2}, {"key": (7, 8), "quality": 1.0},
    ])  # fmt: skip
    _drop_exact(table)
    assert table.staying().tolist() == [1, 4, 5]
    assert table.other.tolist() == [1, -1, 1, 4, -1, -1]
    assert table.dropped(EXACT) == 3
    assert duplicate_counts(table, Duplicates()) == {"exact": 3, "near": 0, "high": 0}
