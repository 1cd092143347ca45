"""Bootstrap intervals: seeded, around the mean, and wider where questions share an act."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.intervals import bootstrap_interval


def test_independent_items_give_the_normal_interval() -> None:
    values = [1.0, 0.0] * 500
    interval = bootstrap_interval(values, [str(n) for n in range(1000)], seed=0)
    assert interval is not None
    # Normal approximation: 0.5 +- 1.96 * sqrt(0.25 / 1000)
    assert interval.low == pytest.approx(0.469, abs=0.004)
    assert interval.high == pytest.approx(0.531, abs=0.004)


def test_questions_about_one_act_count_as_one_observation() -> None:
    values = [1.0] * 500 + [0.0] * 500
    by_act = [f"act {n // 50}" for n in range(1000)]
    interval = bootstrap_interval(values, by_act, seed=0)
    assert interval is not None
    # Twenty acts: 0.5 +- 1.96 * sqrt(0.25 / 20)
    assert interval.low == pytest.approx(0.28, abs=0.06)
    assert interval.high == pytest.approx(0.72, abs=0.06)


def test_one_act_gives_no_interval() -> None:
    assert bootstrap_interval([1.0, 0.0], ["a", "a"], seed=0) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abcdef")), min_size=2, max_size=40), st.integers(0, 9))
def test_seeded_and_within_the_values(items: list[tuple[float, str]], seed: int) -> None:
    values, acts = [value for value, _ in items], [act for _, act in items]
    interval = bootstrap_interval(values, acts, seed)
    assert interval == bootstrap_interval(values, acts, seed)
    if interval is not None:
        assert min(values) - 1e-9 <= interval.low <= interval.high <= max(values) + 1e-9
