"""Gopher's rules, held against a plain implementation of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.steps.repetition import Ngrams, Repetition, duplicate_lines
from tests.data_prep.curation.steps.records import LAW, answered, record

WORDS = [f"{stem}{ending}" for stem in ("law", "court", "act", "union", "rule") for ending in "abcdefghijklmnopqrst"]


def bytes_of(words: Iterable[str]) -> int:
    return sum(len(word.encode()) for word in words)


def top_share(words: list[str], n: int) -> float:
    counts = Counter(zip(*(words[place:] for place in range(n)), strict=False))
    most = max(counts.values(), default=0)
    if most < 2:
        return 0.0
    longest = max(bytes_of(ngram) for ngram, count in counts.items() if count == most)
    return min(1.0, most * longest / bytes_of(words))


def duplicate_share(words: list[str], n: int) -> float:
    seen: set[tuple[str, ...]] = set()
    covered: set[int] = set()
    for place in range(len(words) - n + 1):
        ngram = tuple(words[place : place + n])
        if ngram in seen:
            covered.update(range(place, place + n))
        seen.add(ngram)
    return bytes_of(words[place] for place in covered) / bytes_of(words)


@given(
    st.lists(st.sampled_from(["a", "bb", "ccc", "dddd", "été"]), min_size=1, max_size=60),
    st.sampled_from([" ", "\n", " \t\n "]),
)
def test_shares_are_those_of_the_plain_implementation(words: list[str], by: str) -> None:
    ngrams = Ngrams(by.join(["", *words]))
    assert ngrams.words == len(words)
    for n in (2, 3, 4):
        assert ngrams.top_share(n) == pytest.approx(top_share(words, n))
        assert (ngrams.top_share(n, 0.2) > 0.2) == (top_share(words, n) > 0.2)
    shares = [ngrams.duplicate_share(n) for n in (5, 6, 7, 8, 9, 10)]
    assert shares == pytest.approx([duplicate_share(words, n) for n in (5, 6, 7, 8, 9, 10)])
    assert shares == sorted(shares, reverse=True)
    assert [ngrams.duplicate_share(n, 0.3) > 0.3 for n in (5, 8)] == [duplicate_share(words, n) > 0.3 for n in (5, 8)]


def test_a_text_without_words_has_no_shares() -> None:
    for text in ("", " \n"):
        assert (Ngrams(text).words, Ngrams(text).top_share(2), Ngrams(text).duplicate_share(5)) == (0, 0, 0)


def test_lines() -> None:
    assert duplicate_lines("aa\nb\n\naa\nc") == pytest.approx((1 / 4, 2 / 6))
    assert duplicate_lines("a\nb") == (0.0, 0.0)
    assert duplicate_lines("") == (0.0, 0.0)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("\n".join(WORDS[:20] + ["the same line again and again"] * 40), "repetition: lines"),
        (" ".join(word + " the end" for word in WORDS[:60]), "repetition: one phrase"),
        (" ".join(WORDS[:40] + WORDS[:40]), "repetition: phrases"),
        (" ".join(WORDS), None),
        ("\n".join(LAW), None),
        ("no no no no", None),
        ("```\n" + "x += 1\n" * 100 + "```\n" + " ".join(WORDS), None),
    ],
)
def test_known_answers(answer: str, reason: str | None) -> None:
    assert Repetition().check(answered(answer)) == reason


def test_thresholds_are_options() -> None:
    paper = Repetition(duplicate_ngrams=(0.15, 0.14, 0.13, 0.12, 0.11, 0.10))
    quoted = answered(" ".join(WORDS[:60] + WORDS[:12]))
    assert (paper.check(quoted), Repetition().check(quoted)) == ("repetition: phrases", None)
    answer = answered(" ".join(WORDS[:40] + WORDS[:40]))
    assert Repetition(duplicate_ngrams=(1, 1, 1, 1, 1, 1)).check(answer) is None
    assert Repetition(min_words=81).check(answer) is None


def test_every_answer_counts_but_questions_and_rejected_answers() -> None:
    again = "again and again " * 40
    assert Repetition().check(record("Q", again, "And?", "Yes.")) is not None
    assert Repetition().check(record(again, "Yes.", rejected=again)) is None
