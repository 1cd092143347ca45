"""Marks of changes (CLG.MDFO): which units of the act each one names, and whether it is all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from data_prep.formex.acts import Act, Amendment, from_json, to_json
from data_prep.formex.parser import parse_act, parse_paths

BY = ("32033R0007", "AR:2;PT:3")


def mark(xml: str, action: str = "REPLACED", number: int = 1) -> str:
    """A passage between its two processing instructions."""
    return begin(action, number) + xml + end(number)


def begin(action: str = "REPLACED", number: int = 1) -> str:
    return f'<?CLG.MDFO ID="O{number}" IDREF="C{number}" ACTION="{action}" ACTIVE.DOC="{BY[0]}" ACTIVE.LOC="{BY[1]}"?>'


def end(number: int = 1) -> str:
    return f'<?CLG.MDFC ID="C{number}" IDREF="O{number}"?>'


def paragraph(number: str, body: str) -> str:
    return f'<PARAG IDENTIFIER="001.{int(number):03}"><NO.PARAG>{number}.</NO.PARAG>{body}</PARAG>'


def items(*texts: str) -> str:
    points = "".join(
        f"<ITEM><NP><NO.P>({letter})</NO.P><TXT>{text}</TXT></NP></ITEM>"
        for letter, text in zip("abc", texts, strict=False)
    )
    return f'<LIST TYPE="alpha">{points}</LIST>'


def named(make: Any, body: str) -> list[tuple[str | None, bool]]:
    """Unit and `whole` of each amendment of an article, all of whose marks are by the same provision."""
    found = parse_act(make.act(make.article(body))).amendments
    assert {(each.celex, each.location) for each in found} <= {BY}
    return [(each.unit, each.whole) for each in found]


ONE, TWO = (paragraph(number, f"<ALINEA>Rule {number}.</ALINEA>") for number in "12")
ONE_MARKED = paragraph("1", f"<ALINEA>{mark('Rule one')}.</ALINEA>")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (mark(ONE, "INSERTED") + TWO, [("art_1.par_1", True)]),
        (mark(ONE + TWO), [("art_1.par_1", True), ("art_1.par_2", True)]),
        (mark(ONE, "DELETED") + mark(TWO, "INSERTED", 2), [("art_1.par_1", True), ("art_1.par_2", True)]),
        (ONE_MARKED, [("art_1.par_1", False)]),
        (paragraph("1", mark("<ALINEA>Rule.</ALINEA>")), [("art_1.par_1", True)]),
        (f"<ALINEA>{mark('<P>Rules:</P>' + items('x', 'y'))}</ALINEA>", [("art_1", True)]),
        (f"<ALINEA>{mark('<P>Rules:</P>')}{items('x', 'y')}</ALINEA>", [("art_1", False)]),
        (f"<ALINEA>{mark('<P>One.</P>')}<P>Two.</P></ALINEA>", [("art_1", False)]),
        (f"<ALINEA><P>One.</P>{mark('<P>Two.</P>')}</ALINEA>", [("art_1", False)]),
        (f"<ALINEA>One.</ALINEA>{mark('<ALINEA>Two.</ALINEA>', 'INSERTED')}", [("art_1.sub_2", True)]),
        (f"<ALINEA>{items(mark('x'), 'y ' + mark('z', number=2))}</ALINEA>",
         [("art_1.pt_a", True), ("art_1.pt_b", False)]),
        (mark("<STI.ART>Heading</STI.ART>") + ONE, [("art_1", False)]),
        (f"<STI.ART>{mark('Heading')}</STI.ART>" + ONE, [("art_1", False)]),
        (f"<ALINEA>{mark('', 'DELETED')}</ALINEA>", [("art_1", False)]),
        (begin() + ONE + paragraph("2", f"<ALINEA>The {end()} rule.</ALINEA>"),
         [("art_1.par_1", True), ("art_1.par_2", False)]),
        (begin() + ONE, [("art_1", False)]),  # never ends: no more is known
        (mark(mark(ONE, "INSERTED", 2) + TWO), [("art_1.par_1", True), ("art_1.par_2", True), ("art_1.par_1", True)]),
        (f"<ALINEA>A rule.<NOTE NOTE.ID='E1' NUMBERING='ARAB'><P>{mark('A note.')}</P></NOTE></ALINEA>",
         [("art_1", False)]),
    ],
)  # fmt: skip
def test_a_passage_is_a_unit_or_lies_in_one(make: Any, body: str, expected: list[tuple[str, bool]]) -> None:
    assert named(make, body) == expected


@pytest.mark.parametrize(
    "table",
    [
        "<ROW><CELL COL='1'>{marked}</CELL></ROW>",
        "<ROW><CELL COL='1'><P>a</P>{marked}</CELL></ROW>",
        "<ROW><CELL COL='1'><NP><NO.P>1.</NO.P><TXT>{marked}</TXT></NP></CELL></ROW>",
        "<BLK><TI.BLK COL.START='1' COL.END='1'>{marked}</TI.BLK></BLK>",
        "{row}",
    ],
)
def test_what_lies_in_a_table_is_part_of_it(make: Any, table: str) -> None:
    corpus = table.format(marked=mark("x"), row=mark("<ROW><CELL COL='1'>x</CELL></ROW>"))
    tables = f"<ALINEA><TBL COLS='1'><CORPUS>{corpus}</CORPUS></TBL></ALINEA>"
    assert named(make, tables) == [("art_1.tbl_1", False)]


def test_a_changed_table_and_a_changed_annex_are_whole(make: Any) -> None:
    table = "<TBL COLS='1'><CORPUS><ROW><CELL COL='1'>x</CELL></ROW></CORPUS></TBL>"
    act = parse_act(make.act(make.article(f"<ALINEA>{mark(table)}</ALINEA>")))
    assert [(each.unit, each.whole) for each in act.amendments] == [("art_1.tbl_1", True)]
    annex = "<CONS.ANNEX><TITLE><TI><P>ANNEX II</P></TI></TITLE><P>Text.</P></CONS.ANNEX>"
    act = parse_act(make.act(make.article("<ALINEA>x</ALINEA>") + mark(annex, "INSERTED")))
    assert [(each.unit, each.whole) for each in act.amendments] == [("anx_II", True)]


def test_a_new_heading_is_part_of_its_division(make: Any) -> None:
    title = f"<TITLE><TI><P>CHAPTER I</P></TI>{mark('<STI><P>Scope</P></STI>')}</TITLE>"
    act = parse_act(make.act(f"<DIVISION>{title}{make.article('<ALINEA>x</ALINEA>')}</DIVISION>"))
    assert [(each.unit, each.whole) for each in act.amendments] == [("ch_I", False)]
    assert act.units[-1].heading == "Scope"


def test_what_covers_the_act_names_no_unit(make: Any) -> None:
    data = make.act(make.article("<ALINEA>x</ALINEA>"))
    marked = data.replace(b"<TITLE>", begin("REPEALED").encode() + b"<TITLE>").replace(
        b"</ACT>", f"{end()}</ACT>".encode()
    )
    assert parse_act(marked).amendments == [Amendment("repealed", *BY, None, whole=True)]


# -- lines of the store


def test_amendments_survive_json_and_lines_without_units_are_read(make: Any) -> None:
    act = parse_act(make.act(make.article(mark(ONE) + ONE_MARKED)))
    line = to_json(act)
    assert from_json(line) == act
    assert to_json(act) == line
    raw = orjson.loads(line)
    for each in raw["amendments"]:
        del each["unit"], each["whole"]
    assert from_json(orjson.dumps(raw)).amendments == [Amendment("replaced", *BY)] * len(act.amendments)


# -- real files


@pytest.fixture(scope="module")
def consolidated(formex_dir: Path) -> dict[str, Act]:
    """Every real act with marks, by the name of its first file without what it repeats."""
    acts = (found for found in parse_paths([formex_dir]) if isinstance(found, Act))
    return {Path(act.sources[0]).name.partition(".")[0]: act for act in acts if act.amendments}


def test_every_unit_that_is_named_is_there(consolidated: dict[str, Act]) -> None:
    assert len(consolidated) > 50
    for name, act in consolidated.items():
        keys = {unit.key for unit in act.walk()}
        for each in act.amendments:
            assert each.unit is None or each.unit in keys, (name, each)
        assert len(set(map(repr, act.amendments))) == len(act.amendments)
    found = [each for act in consolidated.values() for each in act.amendments]
    without = [each for each in found if each.unit is None]
    assert {each.action for each in without if each.whole} == {"repealed"}
    assert [(each.celex, each.location) for each in without if not each.whole] == [("32017R1084", "TO")]
    assert sum(each.whole for each in found) > len(found) / 2


PROSPECTUS, CONSUMERS, EMISSIONS, DIVISIONS, BANKS, PAYMENTS, EQUALITY, REACH = (
    "CL2017R1129EN0030010", "CL2011L0083EN0020010", "CL2003L0087EN0010010", "CL1982L0891FR0020010",
    "CL2013R0575EN0100010", "CL2015L2366FR0020010", "CL1976L0207FR0020010", "CL2006R1907EN0670010",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [  # each looked up in the XML
        (PROSPECTUS, Amendment("inserted", "32019R2115", "AR:2;PT:1", "art_1.par_6a", whole=True)),
        (PROSPECTUS, Amendment("inserted", "32019R2115", "AR:2;PT:1", "art_1.par_6b", whole=True)),  # the same mark
        (PROSPECTUS, Amendment("inserted", "32020R1503", "AR:46", "art_1.par_4.pt_k", whole=True)),
        (PROSPECTUS, Amendment("replaced", "32021R0337", "AR:1;PT:1", "art_1.par_4.pt_j.pt_ii")),  # a semicolon
        (PROSPECTUS, Amendment("replaced", "32021R0337", "AR:1;PT:3", "art_6.par_1")),  # ends before the list
        (PROSPECTUS, Amendment("inserted", "32021R0337", "AR:1;PT:5", "art_14a", whole=True)),
        (PROSPECTUS, Amendment("inserted", "32019R2115", "AR:2;PT:2;PT:b;PT:i", "art_14.par_2")),  # a sentence
        (PROSPECTUS, Amendment("inserted", "32021R0337", "AR:1;PT:11 .AND. AX:0", "anx_Va", whole=True)),
        (CONSUMERS, Amendment("inserted", "32019L2161", "AR:4;PT:5", "art_6a", whole=True)),
        (CONSUMERS, Amendment("replaced", "32015L2302", "AR:27;PA:2", "art_3.par_3.pt_g", whole=True)),
        (EMISSIONS, Amendment("inserted", "32004L0101", "AR:1;PT:4", "art_18.sub_2", whole=True)),
        (EMISSIONS, Amendment("inserted", "32004L0101", "AR:1;PT:9", "anx_III.pt_12", whole=True)),
        (DIVISIONS, Amendment("deleted", "32009L0109", "AR:3;PT:4", "art_8.par_3", whole=True)),
        (DIVISIONS, Amendment("deleted", "32009L0109", "AR:3;PT:7;PT:c", "art_20.pt_c", whole=True)),
        (DIVISIONS, Amendment("replaced", "32007L0063", "AR:3;PT:2", "art_10", whole=True)),
        (BANKS, Amendment("deleted", "32019R0876", "AR:1;PT:49", "prt_3.ti_I.ch_2", whole=True)),
        (BANKS, Amendment("replaced", "32019R0876", "AR:1;PT:60", "art_124")),  # its other paragraphs are later
        (PAYMENTS, Amendment("replaced", "32022L2556", "AR:7;PT:3", "art_19.par_6.sub_2", whole=True)),
        (EQUALITY, Amendment("deleted", "32002L0073", "AR:1;PT:4", "art_4", whole=True)),
        (REACH, Amendment("deleted", "32008R1272", "AR:57;PT:7", "ti_XI", whole=True)),
    ],
)
def test_units_of_real_acts(consolidated: dict[str, Act], name: str, expected: Amendment) -> None:
    assert expected in consolidated[name].amendments


def test_languages_name_the_same_units(consolidated: dict[str, Act]) -> None:
    """But for marks that one language lacks: each has its own corrigenda, and now and then its own mistakes."""
    english = {name.replace("EN00", "FR00"): act for name, act in consolidated.items() if "EN00" in name}
    pairs = [(_changed(act), _changed(consolidated[name])) for name, act in english.items() if name in consolidated]
    assert len(pairs) > 10
    assert sum(len(one & two) for one, two in pairs) >= 0.9 * sum(len(one | two) for one, two in pairs)


def _changed(act: Act) -> set[tuple[str, str | None, bool]]:
    own = (each for each in act.amendments if "(" not in each.celex)
    return {(each.celex, each.unit, each.whole) for each in own}
