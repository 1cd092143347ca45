"""Exact duplicates and the order in which documents are preferred."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from data_prep.choose import Candidate, drop_exact_duplicates, rank_of, text_hash
from tests.data_prep.choose.documents import candidate

SAME = text_hash("the same text")


def best(*candidates: Candidate) -> int:
    return min(candidates, key=rank_of).number


def test_quality_counts_first_but_only_in_tenths() -> None:
    assert best(candidate(0, quality=0.8, characters=9999), candidate(1, quality=0.9)) == 1
    assert best(candidate(0, quality=0.91), candidate(1, quality=0.89, characters=2000)) == 1


def test_then_the_newest_then_the_identity() -> None:
    old, new = candidate(0, version_date="2018-05-25"), candidate(1, version_date="2024-01-01")
    assert best(old, new) == 1
    assert best(candidate(5, celex="32016R0680"), candidate(9, celex="32016R0679")) == 9
    assert best(candidate(5, text_hash=SAME), candidate(4, text_hash=SAME)) == 4


def test_equal_texts_have_equal_hashes_and_others_have_not() -> None:
    assert text_hash("a") == text_hash("a") != text_hash("b")
    assert len(text_hash("")) == 16


def test_duplicates_within_a_language_only() -> None:
    found = [
        candidate(0, text_hash=SAME),
        candidate(1, text_hash=SAME, version_date="2020-01-01"),
        candidate(2, text_hash=SAME, language="fr"),
        candidate(3),
    ]
    assert drop_exact_duplicates(found) == {0: 1}


documents = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["en", "fr"]), st.floats(0, 1)), max_size=20).map(
    lambda rows: [
        candidate(number, text_hash=bytes([text] * 16), language=language, quality=quality)
        for number, (text, language, quality) in enumerate(rows)
    ]
)


@given(documents, st.randoms(use_true_random=False))
def test_one_of_each_text_stays_and_it_is_the_best(found: list[Candidate], shuffle: random.Random) -> None:
    dropped = drop_exact_duplicates(found)
    texts = defaultdict(list)
    for document in found:
        texts[document.language, document.text_hash].append(document)
    expected = {c.number: best(*twins) for twins in texts.values() for c in twins if c.number != best(*twins)}
    assert dropped == expected
    assert len(found) == len(dropped) + len(texts)
    shuffled = found.copy()
    shuffle.shuffle(shuffled)
    assert drop_exact_duplicates(shuffled) == dropped


@given(st.permutations([candidate(n, quality=n % 3 / 4, text_hash=bytes([n % 2] * 16)) for n in range(6)]))
def test_the_order_is_total(found: list[Candidate]) -> None:
    expected = sorted(found, key=lambda c: (-round(c.quality, 1), c.text_hash, c.number))
    assert [c.number for c in sorted(found, key=rank_of)] == [c.number for c in expected]


def test_rank_survives_missing_fields() -> None:
    bare = replace(candidate(0), family=None, oj=None, celex=None, date=None)
    assert best(bare, candidate(1)) == 1
