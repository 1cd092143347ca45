"""`benchmarks/instruct_near.py`: planted copies are found among the texts as they are read; true similarity judges."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from data_prep.engine import THIS_PROCESS
from tests.data_prep.sample_instructions.conftest import SampleSet

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def near() -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return import_module("instruct_near")
    finally:
        sys.path.remove(str(BENCHMARKS))


def test_all_copies_are_found_and_no_near_miss(near: ModuleType, sample: SampleSet, tmp_path: Path) -> None:
    stored = near.store(sample.folder, tmp_path, THIS_PROCESS)
    planted = near.planted_in(sample.truth["planted"], stored.places)
    counts = sample.truth["counts"]
    assert len(planted.misses) == counts["near_miss"]
    assert len(planted.copies) == sum(
        counts[kind]
        for kind in (
            "exact_duplicate",
            "near_duplicate",
            "near_duplicate_high",
            "contamination_exact",
            "contamination_near",
        )
    )
    measured = near.measure_all(stored, planted, THIS_PROCESS)
    assert measured.texts == len(stored) == sum(sample.truth["records"].values())
    assert (measured.recall, measured.precision, measured.near_misses) == (1.0, 1.0, 0)


def test_recall_and_precision_are_of_true_similarities(near: ModuleType) -> None:
    sets = [np.arange(start, start + 100, dtype=np.uint64) for start in (0, 5, 20, 500, 505)]
    planted = near.Planted(copies=[(1, 0), (4, 3)], misses=[(2, 0)])
    assert near.judge([(1, 0), (4, 3)], planted, sets.__getitem__) == (1.0, 1.0, 0)
    assert near.judge([(0, 1)], planted, sets.__getitem__) == (0.5, 1.0, 0)
    assert near.judge([(1, 0), (2, 0)], planted, sets.__getitem__) == (0.5, 0.5, 1)
    assert near.judge([], planted, sets.__getitem__) == (0.0, 0.0, 0)
