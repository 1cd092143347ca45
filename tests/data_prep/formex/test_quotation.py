"""Whose text a quotation is: told where the amending act tells it, in five languages, and never guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data_prep.formex.acts import Act, from_json, to_json
from data_prep.formex.labels import mentions
from data_prep.formex.parser import parse_act, parse_paths

QUOTE = (
    '<QUOT.S LEVEL="1"><ARTICLE IDENTIFIER="003A"><TI.ART>Article 3a</TI.ART><ALINEA>new text</ALINEA></ARTICLE>'
    "</QUOT.S>"
)


def quoted_from(act: Act) -> list[str | None]:
    return [unit.quoted_from for unit in act.walk() if unit.kind == "quoted"]


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("EN", "Directive 2009/16/EC is amended as follows:", "32009L0016"),
        (
            "EN",
            "In Article 3 of Regulation (EC) No 1/2003, the reference to Directive 95/46/EC is replaced:",
            "32003R0001",
        ),
        ("EN", "Implementing Regulation (EU) 2018/764 is amended as follows:", "32018R0764"),
        ("FR", "Le règlement (UE) n° 575/2013 est modifié comme suit:", "32013R0575"),
        ("DE", "Die Richtlinie 77/388/EWG wird wie folgt geändert:", "31977L0388"),
        ("ES", "El Reglamento (UE) n.º 1093/2010 se modifica como sigue:", "32010R1093"),
        ("PT", "O Regulamento (CE) n.º 1060/2009 é alterado do seguinte modo:", "32009R1060"),
        ("EN", "Article 3 is replaced by the following:", None),
        ("EN", "Decision 2008/615/JHA is amended as follows:", None),  # other bodies number on their own
        ("EN", "For the purposes of Directive 2009/16/EC, the following applies:", None),
    ],
)
def test_the_passage_names_the_act(make: Any, language: str, words: str, expected: str | None) -> None:
    body = f'<ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART><ALINEA><P>{words}</P>{QUOTE}</ALINEA></ARTICLE>'
    act = parse_act(make.act(body, language=language))
    assert quoted_from(act) == [expected]
    for unit in act.walk():
        assert unit.quoted_from == (expected if unit.quoted else None)
    assert from_json(to_json(act)) == act


def test_the_nearest_passage_decides(make: Any) -> None:
    point = "<ITEM><NP><NO.P>({0})</NO.P><TXT>{1}</TXT><P>" + QUOTE + "</P></NP></ITEM>"
    items = point.format("a", "Article 3 is replaced:") + point.format("b", "Directive 95/46/EC is amended:")
    body = (
        '<ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART><ALINEA><P>Directive 2009/16/EC is amended:</P>'
        f'<LIST TYPE="alpha">{items}</LIST></ALINEA></ARTICLE>'
    )
    assert quoted_from(parse_act(make.act(body))) == ["32009L0016", "31995L0046"]


def test_the_title_decides_only_where_it_names_one_act(make: Any) -> None:
    body = f'<ARTICLE IDENTIFIER="001"><ALINEA><P>Article 2 is replaced:</P>{QUOTE}</ALINEA></ARTICLE>'
    one = "Regulation (EU) 2020/7 amending Regulation (EU) No 575/2013 as regards capital"
    two = one + " and Regulation (EU) No 648/2012"
    assert quoted_from(parse_act(make.act(body, title=one))) == ["32013R0575"]
    assert quoted_from(parse_act(make.act(body, title=two))) == [None]


def test_mentions_are_those_with_a_type_of_their_own() -> None:
    found = list(mentions("Regulation (EC) No 1/2003 and Directives 96/9/EC and 2001/29/EC, Decision No 1386/2013/EU"))
    assert [(shown.letter, shown.year, shown.number) for shown in found] == [("R", 2003, 1), ("D", 2013, 1386)]


def test_real_quotations(formex_dir: Path) -> None:
    """How many quotations of each act there are; these are the acts that the titles say are amended."""
    expected = {
        "eur-lex-loader/32019L0790": {"31996L0009": 2, "32001L0029": 3},
        "eur-lex-loader/32011L0083": {"31993L0013": 1, "31999L0044": 1},
        "lex-corpus-eu-eurlex/32004l0039": {"31985L0611": 1, "31993L0006": 3, "32000L0012": 1},
        "lex-corpus-eu-eurlex/32019r0876": {"32013R0575": 227, "32012R0648": 3, None: 3},
    }
    for folder, counts in expected.items():
        told = [
            celex for act in parse_paths([formex_dir / folder]) if isinstance(act, Act) for celex in quoted_from(act)
        ]
        assert {celex: told.count(celex) for celex in told} == counts


def test_a_corrigendum_quotes_the_act_that_it_corrects(formex_dir: Path) -> None:
    acts = [act for act in parse_paths([formex_dir / "gdpr-xml/corr-2018-original"]) if isinstance(act, Act)]
    english = next(act for act in acts if act.language == "en")
    assert set(quoted_from(english)) == {"32016R0679"}
