"""Which work a document belongs to: alone, by its place in the Official Journal, and among real acts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from data_prep.choose import Candidate, family_of, text_hash, unify_families
from data_prep.choose.families import is_one_place, work_of
from tests.data_prep.choose.documents import Document, act_of, candidate

PAGE = "OJ L 127, 23.5.2018, p. 2"
NUMBERED = "OJ L, 2024/1689, 12.7.2024"


def test_the_work_of_a_number() -> None:
    works = {
        "32016R0679": "32016R0679",
        "02016R0679-20160504": "32016R0679",
        "32016R0679R(02)": "32016R0679",
        "02012R0601R(01)-20150101": "32012R0601",
        "32009D0100(01)": "32009D0100(01)",
        "62023CJ0538": "62023CJ0538",
        "12012J/ACT": "12012J/ACT",
    }
    assert {number: work_of(number) for number in works} == works


def test_family_by_number() -> None:
    assert family_of(act_of([], celex="02016R0679-20160504")) == "32016R0679"
    assert family_of(act_of([], celex=None, doc_type="corrigendum")) == "32016R0679"
    assert family_of(act_of([], base_celex=None, celex="32016R0679R(02)", doc_type="corrigendum")) == "32016R0679"


def test_family_by_place_only_for_an_act_of_its_own() -> None:
    def placed(oj: str | None, doc_type: str = "other") -> str | None:
        return family_of(act_of([], celex=None, base_celex=None, oj=oj, doc_type=doc_type))

    assert placed(PAGE) == f"oj:{PAGE}"
    assert placed(NUMBERED) == f"oj:{NUMBERED}"
    assert placed("OJ L 127, 23.5.2018") is None
    assert placed(None) is None
    assert placed(PAGE, "corrigendum") is None
    assert placed(PAGE, "annex") is None


def unknown(
    number: int, language: str, doc_type: str = "other", family: str | None = None, oj: str = PAGE
) -> Candidate:
    return candidate(number, family=family, celex=None, language=language, doc_type=doc_type, oj=oj)


def test_a_corrigendum_joins_the_work_that_another_language_gives() -> None:
    told = candidate(0, celex=None, doc_type="corrigendum", oj=PAGE)
    assert unify_families([told, unknown(1, "el", "corrigendum")]) == {0: "32016R0679", 1: "32016R0679"}


def test_an_act_joins_too_and_does_so_by_a_consolidated_text() -> None:
    consolidated = candidate(0, celex="02016R0679-20160504", version_date="2016-05-04", oj=PAGE)
    assert unify_families([unknown(1, "el", family=f"oj:{PAGE}"), consolidated])[1] == "32016R0679"


def test_an_act_that_nobody_knows_is_a_family_of_its_own() -> None:
    acts = [unknown(number, language, family=f"oj:{PAGE}") for number, language in enumerate(("en", "fr"))]
    assert unify_families(acts) == {0: f"oj:{PAGE}", 1: f"oj:{PAGE}"}


def test_a_corrigendum_that_nobody_knows_stays_unknown() -> None:
    assert unify_families([unknown(0, "el", "corrigendum"), unknown(1, "ga", "corrigendum")]) == {}


def test_a_corrigendum_is_not_taken_for_an_act_on_the_same_page() -> None:
    act = candidate(0, oj=PAGE)
    assert unify_families([act, unknown(1, "en", "corrigendum")]) == {0: "32016R0679"}


def test_two_works_on_a_page_leave_the_rest_unknown() -> None:
    first, second = candidate(0, oj=PAGE), candidate(1, oj=PAGE, family="32016R0680")
    assert unify_families([first, second, unknown(2, "el", family=f"oj:{PAGE}")]) == {0: "32016R0679", 1: "32016R0680"}


def test_a_whole_issue_is_no_place() -> None:
    issue = "OJ L 127, 23.5.2018"
    assert unify_families([candidate(0, oj=issue), unknown(1, "el", oj=issue)]) == {0: "32016R0679"}


places = st.sampled_from([PAGE, NUMBERED, "OJ L 1, 2.1.2001, p. 9", "OJ L 1, 2.1.2001", None])
works = st.sampled_from(["32016R0679", "32016R0680", "32001L0001"])


@st.composite
def mixed(draw: st.DrawFn) -> list[Candidate]:
    found = []
    for number in range(draw(st.integers(0, 12))):
        oj, doc_type = draw(places), draw(st.sampled_from(["regulation", "other", "corrigendum", "annex"]))
        if draw(st.booleans()):
            found.append(candidate(number, family=draw(works), oj=oj, doc_type=doc_type))
        else:
            act = act_of([], celex=None, base_celex=None, oj=oj, doc_type=doc_type)
            found.append(candidate(number, family=family_of(act), celex=None, oj=oj, doc_type=doc_type))
    return found


@given(mixed(), st.randoms(use_true_random=False))
def test_a_known_family_never_changes_and_order_does_not_matter(found: list[Candidate], random: object) -> None:
    families = unify_families(found)
    shuffled = found.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert unify_families(shuffled) == families
    assert all(families[c.number] == c.family for c in found if c.family and not c.family.startswith("oj:"))


@given(mixed())
def test_what_has_no_number_has_one_key_in_one_place(found: list[Candidate]) -> None:
    """That of the only work that is known there; where two are known it has none."""
    families = unify_families(found)
    for place in {(c.oj, c.doc_type == "corrigendum") for c in found if is_one_place(c.oj)}:
        here = [c for c in found if (c.oj, c.doc_type == "corrigendum") == place]
        numbered = {c.family for c in here if c.celex is not None}
        keys = {families.get(c.number) for c in here if c.celex is None}
        if numbered:
            assert keys <= (numbered if len(numbered) == 1 else {None})
        else:
            assert keys <= {f"oj:{place[0]}", None}


def test_real_acts_all_find_their_work(real_documents: list[Document]) -> None:
    """The Greek corrigendum to the GDPR, whose title is in none of five languages, is told by the German one's page."""
    found = [
        Candidate(number, family_of(act), act.oj, act.celex, act.language, act.doc_type, act.date, act.version_date,
                  1.0, len(text), text_hash(text))
        for number, (act, text) in enumerate(real_documents)
    ]  # fmt: skip
    families = unify_families(found)
    gdpr = [c for c in found if families.get(c.number) == "32016R0679"]
    assert {c.language for c in gdpr if c.doc_type == "corrigendum"} == {"de", "en", "pt", "el"}
    assert [c.language for c in found if c.number not in families] == ["ga"]
    assert len(gdpr) == 15
