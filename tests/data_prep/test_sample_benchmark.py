"""The leakage check of `benchmarks/corpus.py`: what is planted is found, and nothing else."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from data_prep.provenance import Provenance

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def leakage() -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return import_module("corpus_leakage")
    finally:
        sys.path.remove(str(BENCHMARKS))


def record(source: str, work: str) -> Provenance:
    return Provenance(0, work, work, "en", 0, 10, source)


@pytest.fixture
def known(leakage: ModuleType) -> dict[str, object]:
    rows = [
        # main file, work, part, celex, original, jaccard
        ("act1", "1", False, "1", None, None),
        ("version1", "1", True, "01", None, None),
        ("correction1", "1", True, None, None, None),
        ("act2", "2", False, "2", "1", 0.9),
        ("act3", "3", False, "3", "1", 0.6),
    ]
    return {main: leakage.Known(main, work, "en", *rest) for main, work, *rest in rows}


def test_clean_corpus_is_clean(leakage: ModuleType, known: dict[str, object]) -> None:
    documents = [("test", record("act1", "1")), ("test", record("version1", "1")), ("train", record("act3", "3"))]
    found = leakage.find_leakage(documents, known, [("act2", "act1")])
    assert found.clean
    assert found.documents == {"train": 1, "test": 2}
    assert (found.close, found.close_left, found.loose, found.loose_merged) == (1, 0, 1, 0)


@pytest.mark.parametrize("part", ["version1", "correction1"])
def test_part_of_a_test_act_in_training_is_found(leakage: ModuleType, known: dict[str, object], part: str) -> None:
    found = leakage.find_leakage([("test", record("act1", "1")), ("train", record(part, "1"))], known, [])
    assert not found.clean
    assert (found.shared, found.misplaced) == (1, 1)


def test_held_out_part_of_a_training_act_is_found(leakage: ModuleType, known: dict[str, object]) -> None:
    found = leakage.find_leakage([("train", record("act1", "1")), ("test", record("version1", "1"))], known, [])
    assert not found.clean
    assert (found.shared, found.misplaced) == (1, 0)


@pytest.mark.parametrize(("source", "work"), [("nowhere", "1"), ("act1", "2")])
def test_document_under_another_work_is_found(
    leakage: ModuleType, known: dict[str, object], source: str, work: str
) -> None:
    found = leakage.find_leakage([("train", record(source, work))], known, [])
    assert not found.clean
    assert found.unknown == 1


def test_near_duplicates_are_counted(leakage: ModuleType, known: dict[str, object]) -> None:
    documents = [("train", record("act1", "1")), ("train", record("act2", "2"))]
    found = leakage.find_leakage(documents, known, [("act3", "act1")])
    assert (found.close, found.close_left, found.loose, found.loose_merged) == (1, 1, 1, 1)
