"""Test sets: what a line holds, what a broken one leads to, and an even choice of a few questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.testset import load_testset, spread
from lexatron.errors import UserError


def test_reads_every_question(testset: Path, questions: list[dict[str, Any]]) -> None:
    loaded = load_testset(testset)
    assert [question.id for question in loaded] == [q["id"] for q in questions]
    first = loaded[0]
    assert (first.act, first.citations[0].article, first.seen, first.language) == ("32031R0100", "1", True, "en")


def broken(good: dict[str, Any], **changes: Any) -> str:
    return json.dumps({key: value for key, value in (good | changes).items() if value != "drop"})


@pytest.mark.parametrize(
    "change",
    [
        {"messages": "drop"},
        {"messages": [{"role": "user", "content": "?"}]},
        {"messages": [{"role": "assistant", "content": "!"}, {"role": "user", "content": "?"}]},
        {"citations": []},
        {"citations": [{"article": "5"}]},
        {"language": "drop"},
    ],
)
def test_a_broken_line_is_named(questions: list[dict[str, Any]], tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "test.jsonl"
    path.write_text(json.dumps(questions[0]) + "\n" + broken(questions[1], **change) + "\n", "utf-8")
    with pytest.raises(UserError, match=r"test\.jsonl:2: not a test question"):
        load_testset(path)


@pytest.mark.parametrize(("content", "message"), [("", "empty"), ("{", "not a test question"), ("[]", "not a test")])
def test_no_questions(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "test.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(UserError, match=message):
        load_testset(path)


def test_missing_and_doubled(questions: list[dict[str, Any]], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such test set"):
        load_testset(tmp_path / "none.jsonl")
    path = tmp_path / "test.jsonl"
    path.write_text(f"{json.dumps(questions[0])}\n" * 2, "utf-8")
    with pytest.raises(UserError, match="stands twice"):
        load_testset(path)


@given(st.integers(1, 60), st.integers(1, 60))
def test_spread_takes_distinct_questions_in_order(size: int, limit: int) -> None:
    chosen = spread(list(range(size)), limit)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(size, limit)


def test_spread_keeps_every_language(testset: Path) -> None:
    chosen = spread(load_testset(testset), 9)
    assert {q.language for q in chosen} == {"en", "fr", "de"}
    assert {q.seen for q in chosen} == {True, False}
