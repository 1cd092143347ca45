"""The tree of units and its keys, on fragments whose structure is known."""

from __future__ import annotations

from typing import Any

from data_prep.formex.acts import Act
from data_prep.formex.parser import parse_act


def keys(act: Act, kind: str | None = None) -> list[str]:
    return [unit.key for unit in act.walk() if kind is None or unit.kind == kind]


def items(*points: str) -> str:
    return "".join(f"<ITEM><NP><NO.P>{p[0]}</NO.P><TXT>{p[1:]}</TXT></NP></ITEM>" for p in points)


def test_paragraphs_points_and_what_follows_them(make: Any) -> None:
    body = (
        '<PARAG IDENTIFIER="001.001"><NO.PARAG>1.</NO.PARAG><ALINEA><P>Member States:</P>'
        f'<LIST TYPE="alpha">{items("aone", "btwo")}</LIST><P>as they wish.</P></ALINEA></PARAG>'
    )
    paragraph = parse_act(make.act(make.article(body))).find("art_1.par_1")
    assert paragraph is not None
    assert (paragraph.number, paragraph.text) == ("1.", "Member States:")
    assert [(u.kind, u.key, u.number, u.text) for u in paragraph.children] == [
        ("point", "art_1.par_1.pt_a", "a", "one"),
        ("point", "art_1.par_1.pt_b", "b", "two"),
        ("text", "art_1.par_1.txt_1", None, "as they wish."),
    ]


def test_points_are_cited_without_their_subparagraph_unless_ambiguous(make: Any) -> None:
    listed = f'<ALINEA><P>x:</P><LIST TYPE="alpha">{items("aone")}</LIST></ALINEA>'
    act = parse_act(make.act(make.article(listed * 2)))
    assert keys(act, "subparagraph") == ["art_1.sub_1", "art_1.sub_2"]
    assert keys(act, "point") == ["art_1.pt_a", "art_1.sub_2.pt_a"]


def test_a_list_in_a_paragraph_of_a_point_is_nested(make: Any) -> None:
    inner = f'<P><LIST TYPE="roman">{items("i", "x")}</LIST></P>'
    outer = f'<LIST TYPE="alpha"><ITEM><NP><NO.P>(a)</NO.P><TXT>one:</TXT>{inner}<P>end</P></NP></ITEM></LIST>'
    act = parse_act(make.act(make.article(f"<ALINEA><P>x:</P>{outer}</ALINEA>")))
    assert keys(act, "point") == ["art_1.pt_a", "art_1.pt_a.pt_i", "art_1.pt_a.pt_x"]
    assert act.find("art_1.pt_a.txt_1").text == "end"  # type: ignore[union-attr]


def test_dashes_are_written_and_bare_items_have_no_number(make: Any) -> None:
    lists = "".join(f'<LIST TYPE="{kind}"><ITEM><P>x</P></ITEM></LIST>' for kind in ("DASH", "NDASH", "NONE"))
    act = parse_act(make.act(make.article(f"<ALINEA>{lists}</ALINEA>")))
    assert [(u.key, u.number) for u in act.walk() if u.kind == "point"] == [
        ("art_1.ind_1", "—"),
        ("art_1.ind_2", "–"),
        ("art_1.ind_3", None),
    ]


def test_definition_lists_print_their_separator(make: Any) -> None:
    body = (
        '<ALINEA><DLIST SEPARATOR=":"><DLIST.ITEM><PREFIX>(1)</PREFIX><TERM>data</TERM>'
        "<DEFINITION>a thing</DEFINITION></DLIST.ITEM>"
        '</DLIST><DLIST SEPARATOR="="><DLIST.ITEM><TERM>E</TERM>'
        "<DEFINITION><P>energy</P><P>in J</P></DEFINITION></DLIST.ITEM></DLIST></ALINEA>"
    )
    act = parse_act(make.act(make.article(body)))
    assert [(u.key, u.number, u.text) for u in act.walk() if u.kind == "point"] == [
        ("art_1.pt_1", "(1)", "data: a thing"),
        ("art_1.def_1", None, "E = energy\nin J"),
    ]


def test_divisions_nest_and_articles_do_not_carry_them(make: Any) -> None:
    body = (
        "<DIVISION><TITLE><TI><P>TITLE I</P></TI><STI><P>General</P></STI></TITLE>"
        "<DIVISION><TITLE><TI><P>CHAPTER II</P>"
        f"</TI></TITLE>{make.article('<ALINEA>x</ALINEA>')}</DIVISION></DIVISION>"
    )
    act = parse_act(make.act(body))
    assert [(u.kind, u.key, u.number, u.heading) for u in act.walk() if u.kind != "title"] == [
        ("title_division", "ti_I", "TITLE I", "General"),
        ("chapter", "ti_I.ch_II", "CHAPTER II", None),
        ("article", "art_1", "Article 1", None),
    ]


def test_quoted_articles_do_not_become_the_acts_own(make: Any) -> None:
    quoted = make.article('<PARAG IDENTIFIER="008A.001"><NO.PARAG>1.</NO.PARAG><ALINEA>new</ALINEA></PARAG>', "008A")
    act = parse_act(make.act(make.article(f'<ALINEA><P>Inserted:</P><QUOT.S LEVEL="1">{quoted}</QUOT.S></ALINEA>')))
    assert [unit.key for unit in act.articles()] == ["art_1"]
    inserted = act.find("art_1.quo_1.art_8a.par_1")
    assert inserted is not None
    assert inserted.quoted
    assert inserted.text == "new"
    assert not act.find("art_1").quoted  # type: ignore[union-attr]


def test_recitals_are_numbered_by_the_file_or_by_position(make: Any) -> None:
    numbered = "<CONSID><NP><NO.P>(26)</NO.P><TXT>one</TXT><P>two</P></NP></CONSID>"
    consid = f"<GR.CONSID.INIT>Whereas:</GR.CONSID.INIT>{numbered}<CONSID><P>old</P></CONSID>"
    act = parse_act(make.act(f"<PREAMBLE><GR.CONSID>{consid}</GR.CONSID></PREAMBLE>"))
    found = [(u.key, u.number, u.text) for u in act.walk() if u.kind == "recital"]
    assert found == [("rec_26", "(26)", "one\ntwo"), ("rec_2", None, "old")]


def test_what_stands_in_an_annex_is_keyed_below_it(make: Any) -> None:
    sequence = (
        "<GR.SEQ><TITLE><TI><NP><NO.P>A.</NO.P><TXT>Scope</TXT></NP></TI></TITLE><P>text</P></GR.SEQ>"
        "<GR.SEQ><P>loose</P></GR.SEQ>"
    )
    body = sequence + make.article("<ALINEA>x</ALINEA>")
    act = parse_act(
        make.act(make.article("<ALINEA>y</ALINEA>")), annexes=[make.annex(body, "ANNEX IV"), make.annex("<P>z</P>")]
    )
    assert keys(act, "annex") == ["anx_IV", "anx"]
    division = act.find("anx_IV.div_A")
    assert division is not None
    assert (division.number, division.heading, division.text) == ("A.", "Scope", "text")
    assert act.find("anx_IV.txt_1").text == "loose"  # type: ignore[union-attr]
    assert [unit.key for unit in act.articles()] == ["art_1", "anx_IV.art_1"]


def test_repeated_keys_get_a_suffix_or_their_printed_letter(make: Any) -> None:
    first = make.article("<ALINEA>x</ALINEA>", "002")
    body = first + first.replace("Article 2", "Article 2 bis") + first
    assert [unit.key for unit in parse_act(make.act(body)).articles()] == ["art_2", "art_2a", "art_2~2"]


def test_contents_lists_are_dropped_and_included_documents_read_in_place(make: Any) -> None:
    act = parse_act(make.act("<TOC><TITLE><TI><P>CONTENTS</P></TI></TITLE></TOC>" + make.article("<ALINEA>x</ALINEA>")))
    assert "CONTENTS" not in "".join(unit.text + (unit.heading or "") for unit in act.walk())
