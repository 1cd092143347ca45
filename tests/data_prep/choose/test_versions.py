"""Which versions of a work are used, under each of the three rules."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from data_prep.choose import Candidate, Versions, choose_versions
from tests.data_prep.choose.documents import candidate

LATEST, ORIGINAL, BOTH = Versions


def version(number: int, date: str | None, **fields: object) -> Candidate:
    celex = f"02016R0679-{date.replace('-', '')}" if date else "32016R0679"
    return candidate(number, **{"celex": celex, "version_date": date, **fields})


ACT = [version(0, None), version(1, "2018-05-25"), version(2, "2024-01-01"), version(3, "2021-07-01")]


def test_latest() -> None:
    older = "an older version of the act"
    assert choose_versions(ACT, LATEST) == {0: "a later version is used", 1: older, 3: older}
    assert choose_versions(ACT[:1], LATEST) == {}


def test_original() -> None:
    assert choose_versions(ACT, ORIGINAL) == dict.fromkeys((1, 2, 3), "not the original")


def test_original_is_the_earliest_where_it_is_missing() -> None:
    assert choose_versions(ACT[1:], ORIGINAL) == dict.fromkeys((2, 3), "not the original")


def test_both() -> None:
    assert choose_versions(ACT, BOTH) == dict.fromkeys((1, 3), "an older version of the act")
    assert choose_versions(ACT[1:], BOTH) == {3: "an older version of the act"}


def test_languages_and_works_are_apart() -> None:
    apart = [version(0, None), version(1, "2020-01-01", language="fr"), version(2, "2020-01-01", family="32001L0001")]
    assert choose_versions(apart, LATEST) == {}


def test_corrigenda_annexes_and_unknown_families_are_no_versions() -> None:
    corrigendum = candidate(1, doc_type="corrigendum", celex=None)
    numbered = candidate(2, doc_type="corrigendum", celex="32016R0679R(02)")
    annex = candidate(3, doc_type="annex", celex=None)
    lost = candidate(4, family=None, celex=None)
    for versions in Versions:
        assert choose_versions([version(0, "2020-01-01"), corrigendum, numbered, annex, lost], versions) == {}


def test_the_better_copy_of_a_version_is_used() -> None:
    copies = [version(0, None, characters=900), version(1, None, characters=1000), version(2, None, quality=0.5)]
    for versions in Versions:
        assert choose_versions(copies, versions) == dict.fromkeys((0, 2), "another copy of the same version")


def test_an_act_told_by_its_place_is_the_original() -> None:
    by_place = candidate(0, celex=None, doc_type="other")
    assert choose_versions([by_place, version(1, "2020-01-01")], LATEST) == {0: "a later version is used"}


def test_other_documents_of_the_same_place_are_no_versions() -> None:
    others = [candidate(number, celex=None, doc_type="other") for number in (0, 1)]
    assert choose_versions([*others, version(2, "2020-01-01")], LATEST) == {}
    assert choose_versions([others[0], version(2, None)], LATEST) == {}


dates = st.sampled_from([None, "2018-05-25", "2020-01-01", "2024-01-01"])
candidates = st.lists(
    st.builds(
        lambda date, language, family, quality: (date, language, family, quality),
        dates, st.sampled_from(["en", "fr"]), st.sampled_from(["32016R0679", "32001L0001"]), st.floats(0, 1),
    ),
    max_size=14,
).map(lambda rows: [
    version(number, date, language=language, family=family, quality=quality)
    for number, (date, language, family, quality) in enumerate(rows)
])  # fmt: skip


@given(candidates, st.sampled_from(Versions), st.randoms(use_true_random=False))
def test_every_work_keeps_one_of_each_wanted_version_in_each_language(
    found: list[Candidate], versions: Versions, shuffle: random.Random
) -> None:
    dropped = choose_versions(found, versions)
    for family, language in {(c.family, c.language) for c in found}:
        of_work = [c for c in found if (c.family, c.language) == (family, language)]
        kept = sorted(c.version_date or "" for c in of_work if c.number not in dropped)
        there = sorted({c.version_date or "" for c in of_work})
        wanted = {LATEST: there[-1:], ORIGINAL: there[:1], BOTH: sorted({there[0], there[-1]})}
        assert kept == wanted[versions]
    shuffled = found.copy()
    shuffle.shuffle(shuffled)
    assert choose_versions(shuffled, versions) == dropped
