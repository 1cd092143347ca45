"""The CELEX number of every real act against evidence that the parser does not read: the names that others gave it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from data_prep.formex import celex as cx
from data_prep.formex.acts import Act
from data_prep.formex.parser import parse_paths

BY_HAND = {  # folder or file -> CELEX, by the printed titles
    "L_2016119": "32016R0679", "L_202400903": "32024R0903", "L_2022333": "32022L2555", "L_202402977": "32024R2977",
    "5cca93ee": "32011R1319", "gdpr-consolidated": "02016R0679-20160504",
}  # fmt: skip


@pytest.fixture(scope="module")
def acts(formex_dir: Path) -> list[Act]:
    return [found for found in parse_paths([formex_dir]) if isinstance(found, Act)]


def expected(act: Act) -> str | None:
    """What the path of an act says about its CELEX number."""
    path = act.sources[0]
    version = re.search(r"lex-corpus-eu-eurlex/3(\d{4})([rld])(\d{4})/(\d{4})-(\d\d)-(\d\d)/", path)
    if version:
        return f"0{version[1]}{version[2].upper()}{version[3]}-{''.join(version.groups()[3:])}"
    named = re.search(r"eur-lex-loader/(3\d{4}[RLD]\d{4})/(L_|CL)", path)
    if named:
        return named[1] if named[2] == "L_" else f"0{named[1][1:]}"  # of a consolidated text the date is not named
    case = re.search(r"(6\d{4}C[JO]\d{4})\.xml", path)
    return case[1] if case else next((celex for name, celex in BY_HAND.items() if name in path), None)


def test_every_act_has_the_celex_that_its_path_says(acts: list[Act]) -> None:
    known = [(act, celex) for act in acts if act.doc_type != "corrigendum" and (celex := expected(act))]
    assert len(known) == len(acts) - 5 == 83
    wrong = {act.sources[0]: act.celex for act, celex in known if not (act.celex or "").startswith(celex)}
    assert wrong == {}


def test_a_corrigendum_states_no_celex_of_its_own(acts: list[Act]) -> None:
    """Its number is not in the files: unknown is said, not guessed."""
    found = [act for act in acts if act.doc_type == "corrigendum"]
    assert [act.celex for act in found] == [None] * 5
    assert {act.base_celex for act in found} <= {"32016R0679", None}


def test_the_rule_on_every_labelled_pair_of_the_real_files(formex_dir: Path) -> None:
    """FAM.COMP gives type, year, number and CELEX of hundreds of acts: the rule says the same or nothing."""
    right = silent = 0
    wrong = set()
    for path in formex_dir.rglob("CL*.xml"):
        for data in etree.parse(path).getroot().iter("BIB.DATA"):
            parent = data.getparent()
            stated = cx.normalise(data.findtext("NO.CELEX") or "")
            letter = cx.letter_of(parent.get("LEG.VAL") if parent is not None else None)
            number = data.find("BIB.INSTANCE.CONS/NO.DOC")
            if stated is None or number is None or "R(" in stated:
                continue
            rule = cx.from_number(letter, number.findtext("YEAR"), number.findtext("NO.CURRENT")) if letter else None
            silent += rule is None
            right += rule == stated
            if rule not in (None, stated):
                wrong.add((path.name, rule, stated))
    assert right > 200
    print(f"rule on labelled pairs: {right} right, {silent} silent, wrong: {sorted(wrong)}")
    assert len(wrong) <= 0.005 * right
