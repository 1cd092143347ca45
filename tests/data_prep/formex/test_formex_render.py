"""The reading text: known answers."""

from __future__ import annotations

from typing import Any

import pytest

from data_prep.formex.acts import Act, Unit
from data_prep.formex.parser import parse_act
from data_prep.formex.rendering import render_act, render_unit
from lexatron.errors import UserError


@pytest.fixture
def act(make: Any) -> Act:
    note = '<NOTE NOTE.ID="E1"><P>OJ L 1.</P></NOTE>'
    rows = "<ROW><CELL>a|b</CELL></ROW><ROW><CELL>c</CELL></ROW>"
    table = f"<TBL><TITLE><TI><P>Prices</P></TI></TITLE><CORPUS>{rows}</CORPUS></TBL>"
    lists = '<LIST TYPE="alpha"><ITEM><NP><NO.P>(a)</NO.P><TXT>one;</TXT></NP></ITEM></LIST>'
    body = (
        "<DIVISION><TITLE><TI><P>CHAPTER I</P></TI><STI><P>Scope</P></STI></TITLE>"
        '<ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART><STI.ART>Aim</STI.ART>'
        f'<PARAG IDENTIFIER="001.001"><NO.PARAG>1.</NO.PARAG><ALINEA><P>Text{note}:</P>{lists}</ALINEA></PARAG>'
        '<PARAG IDENTIFIER="001.002"><NO.PARAG>2.</NO.PARAG><ALINEA>First.</ALINEA><ALINEA>Second.</ALINEA></PARAG>'
        f"</ARTICLE></DIVISION><P>After</P>{table}"
    )
    return parse_act(make.act(body))


def test_render_act(act: Act) -> None:
    assert render_act(act) == (
        "# Regulation (EU) 2020/7 [CELEX 32020R0007]\n"
        "\n## CHAPTER I – Scope\n"
        "\n### Article 1 – Aim\n"
        "1. Text[^1]:\n"
        "[^1]: OJ L 1.\n"
        "(a) one;\n"
        "2. First.\n"
        "Second.\n"
        "After\n"
        "\n**Prices**\n"
        "\n| a\\|b |\n| --- |\n| c |\n\n"
    )


def test_render_unit_says_where_it_stands(act: Act) -> None:
    assert render_unit(act, "art_1.par_1.pt_a") == (
        "# Regulation (EU) 2020/7 [CELEX 32020R0007] > CHAPTER I – Scope > Article 1 – Aim > 1.\n(a) one;\n"
    )


def test_render_unit_with_an_unknown_key(act: Act) -> None:
    with pytest.raises(UserError, match="no unit art_9"):
        render_unit(act, "art_9")


def test_a_number_without_text_leads_what_follows() -> None:
    point = Unit("point", "pt_a", number="(a)", children=[Unit("point", "pt_a.pt_i", number="(i)", text="x")])
    bare = Unit("point", "pt_b", number="(b)")
    act = Act(None, None, "en", "other", "T", [point, bare])
    assert render_act(act) == "# T\n(a) (i) x\n(b)\n"


def test_the_package_offers_its_functions_by_name() -> None:
    """`render` and `audit` are functions even after their modules have been imported."""
    from data_prep.formex import audit, parse_act, read_acts, render

    act = parse_act(b"<ACT><TITLE><TI><P>A title</P></TI></TITLE><ARTICLE IDENTIFIER='001'><P>x</P></ARTICLE></ACT>")
    assert render(act) == "# A title\nx\n"
    assert render(act, "art_1") == "# A title\nx\n"
    assert callable(audit)
    assert callable(read_acts)
