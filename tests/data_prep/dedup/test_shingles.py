"""Shingles: the definition in plain Python, and what must make no difference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data_prep.dedup import CHARACTERS, WORDS, Shingling, jaccard, shingles
from data_prep.dedup.shingles import BASE, WORDS_AT_ONCE, distinct, shingle_sequence

MASK = (1 << 64) - 1
TEXTS = st.text(st.sampled_from("aAbßéÉİ𝔘0 .\n\t\u00a0\u2009\x00"), max_size=60) | st.text(max_size=40)
SHINGLINGS = st.builds(Shingling, st.sampled_from(["words", "characters"]), st.integers(1, 6))


def mixed(value: int) -> int:
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def polynomial(values: list[int]) -> int:
    total = 0
    for value in reversed(values):
        total = (total * BASE + value) & MASK
    return total


def by_definition(text: str, shingling: Shingling) -> list[int]:
    words = text.casefold().split()
    if shingling.unit == "words":
        values = [mixed(polynomial([byte + 1 for byte in word.encode("utf-8", "surrogatepass")])) for word in words]
    else:
        values = [ord(character) + 1 for character in " ".join(words)]
    size = min(shingling.size, len(values))
    return sorted({mixed(polynomial(values[k : k + size])) for k in range(len(values) - size + 1)})


@given(TEXTS, SHINGLINGS)
@example("", WORDS)
@example("", CHARACTERS)
@example("\ud800 alone", WORDS)
def test_they_are_what_the_definition_says(text: str, shingling: Shingling) -> None:
    assert shingles(text, shingling).tolist() == by_definition(text, shingling)


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1), min_size=1), SHINGLINGS
)
def test_case_and_blanks_make_no_difference(words: list[str], shingling: Shingling) -> None:
    plain = " ".join(words)
    other = "\n" + "\u00a0\t".join(words).casefold() + "  "
    assert np.array_equal(shingles(plain, shingling), shingles(other, shingling))


def test_known_answers() -> None:
    assert (
        len(shingles("one two three four five", WORDS)) == len(shingles("", WORDS)) == len(shingles("one", WORDS)) == 1
    )
    assert len(shingles("one two three four five six", WORDS)) == 2
    assert len(shingles("a b a b a b a b a b", Shingling("words", 2))) == 2
    assert len(shingles("abcabcabc", CHARACTERS)) == 3
    assert jaccard(shingles("abcd", CHARACTERS), shingles("bcde", CHARACTERS)) == pytest.approx(1 / 3)


def test_order_of_words_makes_a_difference_but_the_order_of_shingles_does_not() -> None:
    single = Shingling("words", 1)
    assert np.array_equal(shingles("a b c", single), shingles("c a b", single))
    assert not np.array_equal(shingles("a b c", Shingling("words", 2)), shingles("c b a", Shingling("words", 2)))


def test_a_text_longer_than_a_piece_and_a_word_longer_than_the_table() -> None:
    words = [str(number * 7919 % 5003) for number in range(2 * WORDS_AT_ONCE + 5)] + ["x" * 200_000, "end"]
    text = " ".join(words)
    assert shingles(text, WORDS).tolist() == by_definition(text, WORDS)


@given(st.lists(st.integers(0, MASK)))
def test_distinct_sorts_and_keeps_each_once(values: list[int]) -> None:
    assert distinct(np.array(values, dtype=np.uint64)).tolist() == sorted(set(values))


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_jaccard_is_that_of_the_sets(first: set[int], second: set[int]) -> None:
    expected = len(first & second) / len(first | second) if first | second else 1.0
    arrays = [np.array(sorted(one), dtype=np.uint64) for one in (first, second)]
    assert jaccard(arrays[0], arrays[1]) == pytest.approx(expected)


def test_no_two_shingles_of_real_acts_share_a_hash(formex_dir: Path) -> None:
    """As many hashes as different shingles, in the largest files there are."""
    for path in sorted(formex_dir.rglob("*.xml"), key=lambda path: path.stat().st_size)[-2:]:
        text = path.read_text("utf-8")[:400_000]
        words = text.casefold().split()
        assert len(shingles(text, WORDS)) == len({tuple(words[k : k + 5]) for k in range(len(words) - 4)})
        plain = " ".join(words)
        assert len(shingles(text, CHARACTERS)) == len({plain[k : k + 3] for k in range(len(plain) - 2)})


def test_hashes_are_uniform() -> None:
    """Top and bottom bits of many shingles are set half of the time, within five standard errors."""
    hashes = shingle_sequence(" ".join(map(str, range(40_000))), WORDS)
    bits = np.unpackbits(hashes.view(np.uint8)).reshape(len(hashes), 64).mean(axis=0)
    assert np.abs(bits - 0.5).max() < 5 * 0.5 / np.sqrt(len(hashes))


def test_a_shingle_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Shingling("words", 0)
