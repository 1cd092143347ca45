"""The fast profile: whole works, regulations and directives first, newest first, up to a share."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from data_prep.choose import Candidate, fast_profile
from tests.data_prep.choose.documents import candidate


def kept(found: list[Candidate], share: float) -> set[int]:
    return {c.number for c in found} - fast_profile(found, share).keys()


def work(number: int, family: str, date: str | None, doc_type: str = "regulation", **fields: object) -> Candidate:
    return candidate(number, family=family, date=date, doc_type=doc_type, **fields)


def test_newest_regulations_and_directives_first() -> None:
    found = [
        work(0, "a", "2024-01-01", "decision"),
        work(1, "b", "2001-01-01"),
        work(2, "c", "2020-01-01", "directive"),
        work(3, "d", "2022-01-01"),
        work(4, "e", None),
    ]
    order = [kept(found, share) for share in (0.2, 0.4, 0.6, 0.8, 1.0)]
    assert order == [{3}, {3, 2}, {3, 2, 1}, {4, 3, 2, 1}, {0, 1, 2, 3, 4}]


def test_whole_works_in_all_languages() -> None:
    found = [work(0, "new", "2020-01-01"), work(1, "new", "2020-01-01", language="fr"), work(2, "old", "1999-01-01")]
    assert kept(found, 0.1) == {0, 1}
    assert fast_profile(found, 0.1) == {2: "not in the fast profile"}


def test_a_late_corrigendum_does_not_make_an_old_act_new() -> None:
    found = [work(0, "old", "1999-01-01"), work(1, "old", "2024-01-01", "corrigendum"), work(2, "new", "2020-01-01")]
    assert kept(found, 0.3) == {2}


def test_nothing_of_nothing() -> None:
    assert fast_profile([]) == {}


works = st.lists(
    st.tuples(
        st.sampled_from("abcdef"), st.sampled_from(["2020-01-01", "1999-01-01"]),
        st.sampled_from(["regulation", "other"]), st.integers(1, 1000),
    ),
    max_size=20,
).map(lambda rows: [
    work(number, family, date, doc_type, characters=characters)
    for number, (family, date, doc_type, characters) in enumerate(rows)
])  # fmt: skip


@given(works, st.floats(0, 1), st.randoms(use_true_random=False))
def test_whole_works_just_past_the_share_in_any_order(
    found: list[Candidate], share: float, shuffle: random.Random
) -> None:
    numbers = kept(found, share)
    families = {c.family for c in found if c.number in numbers}
    assert numbers == {c.number for c in found if c.family in families}
    size = {family: sum(c.characters for c in found if c.family == family) for family in families}
    wanted = share * sum(c.characters for c in found)
    assert sum(size.values()) >= wanted - 1e-6
    assert not size or sum(size.values()) - max(size.values()) < wanted
    shuffled = found.copy()
    shuffle.shuffle(shuffled)
    assert kept(shuffled, share) == numbers
