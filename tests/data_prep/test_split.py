"""Splitting by work: shares, no leakage, stability when works are added."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.split import SPLITS, Shares, read_splits, split_works, write_splits
from lexatron.errors import UserError

WORKS = st.sets(st.text(min_size=1, max_size=8), min_size=3, max_size=60)
SEEDS = st.integers(0, 5)


@given(WORKS, SEEDS)
def test_every_work_has_one_side_and_every_side_a_work(works: set[str], seed: int) -> None:
    sides = split_works(works, Shares(), seed)
    assert set(sides) == works
    assert set(sides.values()) == set(SPLITS)


@given(WORKS, SEEDS, st.randoms())
def test_order_and_repetition_do_not_matter(works: set[str], seed: int, random: object) -> None:
    backwards = [*sorted(works, reverse=True), *works]
    assert list(split_works(backwards, Shares(), seed).items()) == list(split_works(works, Shares(), seed).items())


@given(WORKS, WORKS, SEEDS)
def test_adding_works_moves_only_what_the_minimum_one_rule_had_moved(old: set[str], new: set[str], seed: int) -> None:
    before, after = split_works(old, Shares(), seed), split_works(old | new, Shares(), seed)
    moved = {work for work in old if before[work] != after[work]}
    assert len(moved) <= 2 * (len(SPLITS) - 1)


def test_adding_works_to_a_corpus_that_fills_every_split_moves_none() -> None:
    old = [f"32016R{number:04}" for number in range(500)]
    before = split_works(old, Shares(), 7)
    after = split_works([*old, *(f"32017L{number:04}" for number in range(500))], Shares(), 7)
    assert all(after[work] == side for work, side in before.items())


def test_shares_are_kept() -> None:
    sizes = Counter(split_works((str(number) for number in range(20_000)), Shares(80, 15, 5), 1).values())
    assert sizes["train"] / 20_000 == pytest.approx(0.80, abs=0.01)
    assert sizes["validation"] / 20_000 == pytest.approx(0.15, abs=0.01)
    assert sizes["test"] / 20_000 == pytest.approx(0.05, abs=0.01)


def test_another_seed_gives_another_split() -> None:
    works = [str(number) for number in range(100)]
    assert split_works(works, Shares(), 1) != split_works(works, Shares(), 2)


def test_a_known_split_stays_as_it_is() -> None:
    """A change of the hash would silently move test acts into training."""
    works = ["32016R0679", "32022R2065", "32024R1689", "31995L0046", "32014R0910"]
    assert split_works(works, Shares(60, 20, 20), 1234) == KNOWN


KNOWN = {
    "31995L0046": "train",
    "32014R0910": "train",
    "32016R0679": "test",
    "32022R2065": "test",
    "32024R1689": "validation",
}


def test_a_share_of_zero_leaves_a_split_out() -> None:
    assert split_works(["a"], Shares(100, 0, 0), 1) == {"a": "train"}


@pytest.mark.parametrize("works", [[], ["a"], ["a", "b", "b"]])
def test_too_few_works_are_the_users_error(works: list[str]) -> None:
    with pytest.raises(UserError, match="too small to split"):
        split_works(works, Shares(), 1)


@pytest.mark.parametrize("text", ["", "90,10", "a,b,c", "0,50,50", "90,-5,5", "inf,1,1", "nan,1,1", "90,5,5,0"])
def test_shares_that_cannot_be(text: str) -> None:
    with pytest.raises(UserError, match="--shares"):
        Shares.parse(text)


def test_shares_parse() -> None:
    assert Shares.parse("90, 5,5") == Shares()


def test_the_file_says_what_was_split(tmp_path: Path) -> None:
    sides = split_works(["a", "b", "c"], Shares(), 3)
    write_splits(tmp_path / "splits.json", sides, Shares(), 3)
    raw = json.loads((tmp_path / "splits.json").read_text())
    assert raw == {"seed": 3, "shares": {"train": 90.0, "validation": 5.0, "test": 5.0}, "works": sides}
    assert read_splits(tmp_path / "splits.json") == sides


@pytest.mark.parametrize("content", [None, "{", "[]", '{"works": {"a": "elsewhere"}}'])
def test_a_damaged_file_is_named(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "splits.json").write_text(content)
    with pytest.raises(UserError, match=r"splits\.json"):
        read_splits(tmp_path / "splits.json")
