"""What print shows comes back, on fragments whose text is known."""

from __future__ import annotations

from typing import Any

import pytest

from data_prep.formex import inline
from data_prep.formex.parser import parse_act

QS, QE = '<QUOT.START CODE="2018"/>', '<QUOT.END CODE="2019"/>'


def text_of(make: Any, alinea: str) -> str:
    act = parse_act(make.act(make.article(f"<ALINEA>{alinea}</ALINEA>")))
    return act.articles()[0].text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"the {QS}controller{QE}, if", "the ‘controller’, if"),
        ('<QUOT.START CODE="00AB"/>a<QUOT.END CODE="00BB"/>', "«a»"),
        ('CO<HT TYPE="SUB">2</HT> and N<HT TYPE="SUP">o</HT>\u00a01', "CO2 and No 1"),
        ('<HT TYPE="UC">Regulation <DATE ISO="1">of May</DATE></HT> (EU)', "REGULATION OF MAY (EU)"),
        ('day <HT TYPE="BOX">1</HT>.', "day [1]."),
        ('EUR <FT TYPE="NUMBER">35000000</FT> or <FT TYPE="NUMBER">5500,25</FT>', "EUR 35 000 000 or 5 500,25"),
        ('<FT TYPE="NUMBER">100</FT> <FT TYPE="DECIMAL">1234,5</FT>', "100 1234,5"),
        ('CN <FT TYPE="CN">27101921</FT>, <FT TYPE="CN">0207</FT>', "CN 2710 19 21, 0207"),
        ("one <?PAGE NO='2'?>two<?COL.PAGE?> three", "one two three"),
        ("one<!-- comment --> two", "one two"),
        ("two\n   lines", "two lines"),
        ("<P>one</P><P>two</P>", "one\ntwo"),
        ('see <INCL.ELEMENT FILEREF="a.tif" TYPE="TIFF" CONTENT="FORMULA"/> here', "see [formula] here"),
        ('<INCL.ELEMENT FILEREF="a.tif" TYPE="TIFF"><IMG.CNT><P>words</P></IMG.CNT></INCL.ELEMENT>', "[image]\nwords"),
        ("a <BRAND.NEW>word</BRAND.NEW>!", "a word!"),
        ("<BRAND.NEW>one</BRAND.NEW><BRAND.NEW>two</BRAND.NEW>", "one\ntwo"),
    ],
)
def test_text(make: Any, source: str, expected: str) -> None:
    assert text_of(make, source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('a<OP.CMP TYPE="EQ"/><EXPR>b<OP.MATH TYPE="PLUS"/>c</EXPR>', "a = b + c"),
        ('<EXPR TYPE="BRACKET">a<OP.MATH TYPE="DIV"/>b</EXPR>', "(a / b)"),
        ('10<EXPONENT><OP.MATH TYPE="MINUS"/>6</EXPONENT>', "10^−6"),
        ("<FRACTION><DIVIDEND>a</DIVIDEND><DIVISOR>b</DIVISOR></FRACTION>", "(a)/(b)"),
        ("<ROOT>x</ROOT>", "√(x)"),
        ("<SUM><UNDER>i</UNDER></SUM>x<IND>i</IND>", "Σ[i] xi"),
        ("<EXPR>a</EXPR><EXPR>b</EXPR>", "a b"),
    ],
)
def test_formulas(make: Any, source: str, expected: str) -> None:
    assert text_of(make, f'<FORMULA TYPE="OUTLINE">{source}</FORMULA>') == expected


def test_unknown_elements_are_counted(make: Any) -> None:
    act = parse_act(make.act(make.article("<ALINEA><NEW.ONE>a</NEW.ONE><NEW.ONE>b</NEW.ONE></ALINEA>")))
    assert act.unknown_elements == {"NEW.ONE": 2}


def test_footnotes_are_cut_out_of_the_flow_and_their_tails_kept(make: Any) -> None:
    note = '<NOTE NOTE.ID="E{0}" NUMBERING="{1}"><P>Note {0}.</P></NOTE>'
    line = f"Council{note.format(1, 'ARAB')} Regulation{note.format(2, 'STAR')}; again<NOTE NOTE.REF='E1'/>."
    unit = parse_act(make.act(make.article(f"<ALINEA>{line}</ALINEA>"))).articles()[0]
    assert unit.text == "Council[^1] Regulation[^*1]; again[^1]."
    assert [(n.kind, n.key, n.number, n.text) for n in unit.children] == [
        ("footnote", "fn_1", "1", "Note 1."),
        ("footnote", "fn_*1", "*1", "Note 2."),
    ]


def test_a_note_given_twice_is_written_once(make: Any) -> None:
    body = '<ALINEA>a<NOTE NOTE.ID="E1"><P>N.</P></NOTE> b<NOTE NOTE.REF="E1"><P>N.</P></NOTE></ALINEA>'
    act = parse_act(make.act(make.article(body)))
    assert [unit.text for unit in act.walk() if unit.kind == "footnote"] == ["N."]


def test_note_numbers_go_on_through_the_annexes(make: Any) -> None:
    note = '<P>x<NOTE NOTE.ID="E1" NUMBERING="ARAB"><P>{0}</P></NOTE></P>'
    act = parse_act(
        make.act(make.article(f"<ALINEA>{note.format('in the act')}</ALINEA>")),
        annexes=[make.annex(note.format("in the annex"))],
    )
    found = [(unit.number, unit.text) for unit in act.walk() if unit.kind == "footnote"]
    assert found == [("1", "in the act"), ("2", "in the annex")]


def test_references_and_amendments_are_remembered(make: Any) -> None:
    body = (
        '<ALINEA><?CLG.MDFO ACTION="REPLACED" ACTIVE.DOC="308L0008" ACTIVE.LOC="AR:76;PT:1"?>'
        '<REF.DOC.OJ COLL="L" NO.OJ="119" DATE.PUB="20160504" PAGE.FIRST="1">OJ L 119</REF.DOC.OJ> '
        '<LINK URI="http://data.europa.eu/eli/reg/2014/910/oj">here</LINK> <LINK URI="http://example.org">there</LINK></ALINEA>'
    )
    act = parse_act(make.act(make.article(body)))
    assert act.references == ["OJ L 119, 4.5.2016, p. 1", "http://data.europa.eu/eli/reg/2014/910/oj"]
    assert [(a.action, a.celex, a.location) for a in act.amendments] == [("replaced", "32008L0008", "AR:76;PT:1")]
    assert act.articles()[0].text == "OJ L 119 here there"


@pytest.mark.parametrize(
    ("raw", "printed"), [("5500", "5 500"), ("-1234567", "-1 234 567"), ("0012345", "0 012 345"), ("n.a.", "n.a.")]
)
def test_thousands(raw: str, printed: str) -> None:
    assert inline.thousands(raw) == printed
