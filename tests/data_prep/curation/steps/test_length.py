"""Bounds in characters and in tokens."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from data_prep.curation.steps.length import Length
from tests.data_prep.curation.steps.records import answered, record


@pytest.mark.parametrize(
    ("tokens", "reason"),
    [(149, "length: too few tokens"), (150, None), (2048, None), (2049, "length: too many tokens"), (None, None)],
)
def test_tokens(tokens: int | None, reason: str | None) -> None:
    found = answered("Yes.")
    found.tokens = tokens
    assert Length().check(found) == reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("a", "length: too few characters"), ("aaa", None), ("aaaaa", "length: too many characters")],
)
def test_characters(answer: str, reason: str | None) -> None:
    assert Length(min_characters=5, max_characters=6).check(record("QQ", answer)) == reason


def test_answers_must_say_something() -> None:
    assert Length().check(record("Q", " ")) == "length: answer too short"
    assert Length().check(record("Q", "A", rejected="\n")) == "length: answer too short"
    assert Length(min_answer_characters=3).check(record("Q", "Yes", "Q", "No")) == "length: answer too short"


def test_bounds_must_be_in_order() -> None:
    with pytest.raises(ValidationError, match="min_tokens 5 is more than max_tokens 4"):
        Length(min_tokens=5, max_tokens=4)
