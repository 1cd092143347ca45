"""Every root that the schema allows, and one that it does not: none loses its text, none invents a CELEX number.

The files in `roots/` are our own: no real file with these roots was at hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from data_prep.formex import audit, parse_act, render_act
from data_prep.formex.acts import Act
from data_prep.formex.audit_run import shortfalls

FILES = sorted((Path(__file__).parent / "roots").glob("*.xml"))
CASE_LAW = {"CONCLUSION": "opinion", "RULING": "order", "JUDGMENT.NP": "judgment", "ORDER.NP": "order"}


def act_of(root: str) -> Act:
    return parse_act((Path(__file__).parent / "roots" / f"{root}.xml").read_bytes())


def test_all_roots_of_the_schema_are_covered() -> None:
    """Those of schema 05.55 that no other element contains, without those that real files show."""
    roots = (
        "AGR APPEAL.TABLE CASE CHRON.TABLE CHRON.TABLE.NP CJT COMPETITION CONCLUSION CONS.LIST CONS.OTH "
        "CORRIGENDUM.ECR DECISION.ECR ECR ECR.GENERAL ENV.BIBLIO FRAGMENT GENERAL ITEM.PART JUDGMENT.NP LETTER LSEU "
        "OBSOLETE ORDER.NP PROP REPORT.HEARING RULING SUMMARY.JUDGMENT SUMMARY.PDF"
    )
    assert set(roots.split()) <= {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_word_is_lost(path: Path) -> None:
    data = path.read_bytes()
    act = parse_act(data)
    found = audit(act, [data])
    assert shortfalls(found) == []
    assert found.categories["all"].words.share == 1
    assert (found.glued, found.twice) == (0, 0)
    assert bool(act.unknown_elements) == (path.stem == "NEWER.ROOT")
    assert act.doc_type == CASE_LAW.get(path.stem, "other")
    assert (act.celex is not None) == (path.stem in ("CONCLUSION", "RULING"))


def test_an_agreement_has_articles_and_signatures() -> None:
    act = act_of("AGR")
    assert [unit.key for unit in act.units] == ["title", "pbl", "art_1", "art_2", "fin"]
    assert (act.date, act.language) == ("2020-01-03", "en")
    assert "### Article 1 – Herring\nHerring shall be harmless." in render_act(act)


def test_a_proposal_has_recitals_and_no_celex_by_rule() -> None:
    act = act_of("PROP")
    assert [unit.key for unit in act.walk()] == ["title", "pbl", "cit_1", "rec_1", "art_1"]


def test_a_decision_of_2005_keeps_its_text_outside_enacting_terms() -> None:
    assert "compatible with the common market" in render_act(act_of("ACT-2005-decision"))


def test_an_opinion_states_who_it_is() -> None:
    act = act_of("CONCLUSION")
    assert (act.celex, act.ecli, act.date, act.authors) == ("62020CC0001", "ECLI:EU:C:2020:9", "2020-01-02", ["CJ"])
    assert "never printed" not in render_act(act)
    assert act.find("par_1") is not None


def test_quoted_text_dashes_and_keywords() -> None:
    letter = act_of("LETTER").find("quo_1")
    assert letter is not None
    assert (letter.text, letter.quoted, letter.quoted_from) == ("‘The quota is 12 tonnes.’", True, None)
    assert "— first loan\n— second loan" in render_act(act_of("GENERAL"))
    assert "(Fisheries – Herring)" in render_act(act_of("SUMMARY.JUDGMENT"))
    assert act_of("APPEAL.TABLE").units[0].rows == [["Case", "Appeal"], ["T-1/19", "C-1/20 P"]]


def test_an_unknown_element_is_counted_and_joins_its_line() -> None:
    act = act_of("NEWER.ROOT")
    assert act.unknown_elements == {"NEW.INLINE": 1, "NEWER.ROOT": 1}
    assert "a later schema version" in render_act(act)
