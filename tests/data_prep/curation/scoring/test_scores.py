"""What counts as scores."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.scoring.scores import RUBRIC, Scores, parse_scores

GOOD = {"accuracy": 3, "completeness": 1, "coherence": 2, "helpfulness": 2, "reason": "It is  right.\n"}


def test_the_rubric_adds_up_to_ten() -> None:
    assert sum(most for most, _ in RUBRIC.values()) == 10


@pytest.mark.parametrize("form", ["{}", "```json\n{}\n```", "<think>3 or 2?</think>\n{}"])
def test_scores(form: str) -> None:
    scores = parse_scores(form.replace("{}", json.dumps(GOOD)))
    assert scores == Scores(3, 1, 2, 2, "It is right.")
    assert scores is not None
    assert scores.to_json() == {**GOOD, "reason": "It is right.", "total": 8}


def test_nothing_is_one() -> None:
    assert Scores(0, 0, 0, 0).total == 1


@pytest.mark.parametrize(
    "change",
    [
        {"accuracy": 4}, {"coherence": 3}, {"helpfulness": -1}, {"accuracy": 2.0}, {"accuracy": "2"},
        {"accuracy": True}, {"accuracy": None}, {"reason": None}, {"reason": 3}, {"total": 8}, {"accuracy": 10**40},
    ],
)  # fmt: skip
def test_no_scores(change: dict[str, object]) -> None:
    assert parse_scores(json.dumps({**GOOD, **change})) is None


@pytest.mark.parametrize("text", ["", "10", '{"accuracy": 3}', f"Score: {json.dumps(GOOD)}", json.dumps(GOOD) * 2])
def test_nothing_else_is_read(text: str) -> None:
    assert parse_scores(text) is None


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    parse_scores(text)


@given(st.fixed_dictionaries({name: st.integers(-1, 4) for name in RUBRIC}), st.text())
def test_exactly_what_is_in_range_is_read(points: dict[str, int], reason: str) -> None:
    scores = parse_scores(json.dumps({**points, "reason": reason}))
    assert (scores is not None) == all(0 <= points[name] <= most for name, (most, _) in RUBRIC.items())
    if scores:
        assert scores.total == max(1, sum(points.values()))
        assert len(scores.reason) <= 300
