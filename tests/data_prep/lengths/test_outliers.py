"""Outliers are dropped or split between turns: parts fit, nothing is said twice, counts add up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.record import Message
from data_prep.lengths.dataset import dataset_files, read_conversations
from data_prep.lengths.outliers import Counts, Policy, split, turns_of, write_without_outliers
from tests.data_prep.lengths.conversations import read_rows, row, turns, write_dataset


def characters(messages: Sequence[Message]) -> int:
    return sum(len(message["content"]) for message in messages)


class ByCharacters:
    """A chat whose tokens are characters."""

    def encode_batch(self, conversations: Sequence[Sequence[Message]]) -> list[Any]:
        class Encoded:
            def __init__(self, messages: Sequence[Message]):
                self.input_ids = np.zeros(characters(messages))
                self.assistant = self.input_ids

        return [Encoded(messages) for messages in conversations]


def lines(messages: Sequence[Any]) -> list[str]:
    return [message["content"] for message in messages]


def test_parts_are_as_long_as_fits_and_keep_the_system_message() -> None:
    parts, left_out = split(turns("aa", "b", "c", "dd", "e", "f", system="S"), 8, characters)
    assert list(map(lines, parts)) == [["S", "aa", "b", "c", "dd"], ["S", "e", "f"]]
    assert left_out == 0


def test_a_turn_that_is_too_long_is_left_out_and_parts_do_not_reach_over_it() -> None:
    parts, left_out = split(turns("a", "b", "c", "d" * 50, "e", "f"), 8, characters)
    assert list(map(lines, parts)) == [["a", "b"], ["e", "f"]]
    assert left_out == 1
    assert split(turns("a" * 50, "b"), 8, characters) == ([], 1)


def test_a_question_without_an_answer_stays_with_the_next() -> None:
    messages = [*turns("a"), *turns("b", "c"), *turns("d", "e")]
    assert [lines(turn) for turn in turns_of(messages)[1]] == [["a", "b", "c"], ["d", "e"]]


WORDS = st.text("ab", min_size=1, max_size=6)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8), st.sampled_from([None, "S"]), st.integers(2, 30))
def test_parts_fit_and_together_are_the_turns_in_order(
    pairs: list[tuple[str, str]], system: str | None, limit: int
) -> None:
    parts, left_out = split(turns(*(text for pair in pairs for text in pair), system=system), limit, characters)
    room = limit - len(system or "")
    fitting = [text for pair in pairs if sum(map(len, pair)) <= room for text in pair]
    assert [text for part in parts for text in lines(part) if text != system] == fitting
    assert left_out == len(pairs) - len(fitting) // 2
    assert all(characters(part) <= limit for part in parts)
    assert all((part[0]["role"] == "system") == bool(system) for part in parts)


@pytest.mark.parametrize(
    ("policy", "expected", "ids"),
    [
        ("drop", Counts(conversations=4, kept=2, dropped=2, written=2), ["short", "edge"]),
        (
            "split",
            Counts(conversations=4, kept=2, split=1, dropped=1, parts=2, turns_dropped=1, written=4),
            ["short", "long#1", "long#2", "edge"],
        ),
    ],
)
def test_a_copy_without_outliers(policy: Policy, expected: Counts, ids: list[str], tmp_path: Path) -> None:
    rows = [
        row("short", "a", "b", source="x"),
        row("long", "aaa", "bbb", "c" * 20, "d", "ccc", "ddd", source="x", tokens=30),
        row("edge", "aaaa", "bbbb"),
        row("lost", "a" * 30, "b"),
    ]
    files = dataset_files(write_dataset(tmp_path / "in", {"train": rows}))
    lengths = np.array([characters(c.messages) for c in read_conversations(files["train"])], dtype=np.int32)
    (tmp_path / "out").mkdir()
    found = write_without_outliers(files, {"train": lengths}, 8, policy, ByCharacters(), tmp_path / "out")["train"]
    assert found == expected
    assert found.conversations == found.kept + found.split + found.dropped
    assert found.written == found.kept + found.parts
    written = read_rows(tmp_path / "out" / "training.jsonl")
    assert [each["id"] for each in written] == ids
    assert written[0] == rows[0]
    if policy == "split":
        assert written[1]["metadata"] == {"source": "x", "part_of": "long"}
