"""Contamination: against sets of word tuples, in parts, and saved."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.dedup import Grams, build, overlap
from data_prep.dedup.contamination import RECORD
from lexatron.errors import UserError

TEXTS = st.lists(st.lists(st.sampled_from("abc"), max_size=12).map(" ".join), max_size=8)


def grams(text: str, size: int) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return {tuple(words[k : k + size]) for k in range(max(1, len(words) - size + 1))}


@given(TEXTS, TEXTS, st.integers(1, 4))
def test_it_is_the_share_of_word_tuples_in_common(held_out: list[str], training: list[str], size: int) -> None:
    there = set().union(*(grams(text, size) for text in training))
    expected = [len(grams(text, size) & there) / len(grams(text, size)) for text in held_out]
    assert overlap(held_out, training, size).tolist() == pytest.approx(expected)


@given(TEXTS, TEXTS, TEXTS)
def test_parts_add_up(held_out: list[str], one: list[str], other: list[str]) -> None:
    made = build(held_out, 2)
    both = made.seen_in(one) | made.seen_in(other)
    assert np.array_equal(both, made.seen_in(one + other))
    assert np.array_equal(made.shares(both), overlap(held_out, one + other, 2))


def test_known_answer_with_thirteen_words() -> None:
    words = [f"w{k}" for k in range(30)]
    held_out = [" ".join(words), " ".join(reversed(words)), "short text", "another"]
    training = ["before " + " ".join(words[:20]).upper() + " after", "Short  TEXT", "another one"]
    assert overlap(held_out, training).tolist() == pytest.approx([8 / 18, 0, 1, 0])


def test_many_held_out_texts_and_a_long_training_text() -> None:
    source = random.Random(1)
    words = [source.choice("abcdefghij") * source.randint(1, 40) for _ in range(20_000)]
    clean = [" ".join(f"{word}z" for word in words[k : k + 50]) for k in range(0, 10_000, 50)]
    dirty = [" ".join(words[k : k + 50]) for k in range(10_000, 20_000, 50)]
    assert overlap(clean + dirty, [" ".join(words)]).tolist() == [0.0] * len(clean) + [1.0] * len(dirty)


def test_saved_and_loaded_they_are_the_same(tmp_path: Path) -> None:
    made = build(["a b c d", "c d e", ""], 2)
    made.save(tmp_path / "grams.npy")
    again = Grams.load(tmp_path / "grams.npy", 2)
    assert np.array_equal(made.records, again.records)
    assert again.shares(again.seen_in(["x c d", ""])).tolist() == pytest.approx([1 / 3, 1 / 2, 1])


@pytest.mark.parametrize("content", [b"", b"text", b"\x93NUMPY\x01"])
def test_another_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "grams.npy").write_bytes(content)
    with pytest.raises(UserError, match=r"grams\.npy: not a file of n-grams"):
        Grams.load(tmp_path / "grams.npy")
    np.save(tmp_path / "grams.npy", np.zeros(3))
    with pytest.raises(UserError, match="not a file of n-grams"):
        Grams.load(tmp_path / "grams.npy")


def test_nothing_held_out() -> None:
    assert overlap([], ["a b c"]).shape == (0,)
    assert build([]).records.dtype == RECORD
    assert overlap(["a"], []).tolist() == [0.0]
