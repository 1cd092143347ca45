"""Mutated real files: an act or a reject, never an exception, a hang or an empty success.

LEXATRON_EXAMPLES=20000 runs more of them.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from data_prep.formex.acts import Act, Reject, from_json, to_json
from data_prep.formex.growing import GrowingTree
from data_prep.formex.parser import build_act, parse_act, parse_paths
from data_prep.formex.rendering import render_act
from data_prep.formex.xml import Malformed

FILES = [
    "lex-corpus-eu-eurlex/31962r0141/2004-05-01/en.fmx4/CL1962R0141EN0020010.0001.xml",
    "lex-corpus-eu-eurlex/32022r1299/2022-07-26/fr.fmx4/CL2022R1299FR0000020.0001.xml",
    "lex-corpus-eu-eurlex/32009d1008/2019-01-01/en.fmx4/CL2009D1008EN0030010.0001.xml",
    "eIDAS20/2024_2977_PID_and_EAA/formex/L_202402977EN.000701.fmx.xml",
    "tulit/5cca93ee-e193-46bf-8416-c2f57cbc34c9.0004.05/DOC_4.xml",
]
TAGS = [
    b"<P>",
    b"</P>",
    b"<TBL>",
    b"<LIST>",
    b"<NP>",
    b"<QUOT.S>",
    b"<NOTE/>",
    b"<CELL COLSPAN='9' ROWSPAN='9'>",
    b"<X.Y/>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"&#0;",
    b"<?CLG.MDFO ACTIVE.DOC='x'?>",
    b"<![CDATA[<P>]]>",
    b"<QUOT.START CODE='110000'/>",
    b"<INCL.ELEMENT TYPE='FORMEX.DOC' FILEREF='x'/>",
]
RENAMES = [
    b"ARTICLE",
    b"TITLE",
    b"TI",
    b"NP",
    b"P",
    b"CELL",
    b"ROW",
    b"LIST",
    b"ITEM",
    b"NOTE",
    b"ALINEA",
    b"TXT",
    b"GR.SEQ",
]


@cache
def content(path: Path) -> bytes:
    return path.read_bytes()


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, list[tuple[str, float, object]]]:
    change = st.one_of(
        st.tuples(st.just("cut"), st.floats(0, 1), st.integers(1, 400)),
        st.tuples(st.just("insert"), st.floats(0, 1), st.sampled_from(TAGS) | st.binary(max_size=6)),
        st.tuples(st.just("truncate"), st.floats(0, 1), st.none()),
        st.tuples(st.just("rename"), st.floats(0, 1), st.tuples(st.sampled_from(RENAMES), st.sampled_from(RENAMES))),
        st.tuples(
            st.just("number"), st.floats(0, 1), st.sampled_from([b"999999999999", b"-1", b"", b"x", "٣".encode()])
        ),
    )
    return draw(st.sampled_from(FILES)), draw(st.lists(change, min_size=1, max_size=3))


def mutate(data: bytes, kind: str, where: float, what: object) -> bytes:
    place = int(where * len(data))
    if kind == "cut":
        assert isinstance(what, int)
        return data[:place] + data[place + what :]
    if kind == "insert":
        assert isinstance(what, bytes)
        return data[:place] + what + data[place:]
    if kind == "truncate":
        return data[:place]
    if kind == "rename":  # stays well-formed: the parser itself must cope
        old, new = what  # type: ignore[misc]
        for before, after in ((b"<%s>", b"<%s>"), (b"<%s ", b"<%s "), (b"</%s>", b"</%s>")):
            data = data.replace(before % old, after % new)
        return data
    start = data.find(b'="', place) + 2
    return data[:start] + what + data[data.find(b'"', start) :] if start > 1 else data  # type: ignore[operator]


@settings(
    max_examples=int(os.environ.get("LEXATRON_EXAMPLES", "1500")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(case=mutations())
def test_a_mutated_file_gives_an_act_or_a_reject(
    formex_dir: Path, case: tuple[str, list[tuple[str, float, object]]]
) -> None:
    file, changes = case
    data = content(formex_dir / file)
    for change in changes:
        data = mutate(data, *change)
    try:
        act = parse_act(data)
    except Malformed:
        return
    assert any(unit.text or unit.rows or unit.heading for unit in act.walk())
    assert from_json(to_json(act)) == act
    assert len(render_act(act)) > 2
    if len(data) % 4 == 0:  # read in pieces it is the same act
        assert build_act(GrowingTree(lambda: io.BytesIO(data)))[0] == act


def test_the_same_bytes_give_the_same_act(formex_dir: Path) -> None:
    data = content(formex_dir / FILES[0])
    assert to_json(parse_act(data)) == to_json(parse_act(data))


@pytest.mark.parametrize("file", FILES)
def test_json_holds_the_whole_act(formex_dir: Path, file: str) -> None:
    act = parse_act(content(formex_dir / file))
    assert from_json(to_json(act)) == act


def outcome(folder: Path, name: str, data: bytes) -> str:
    """What one file gives: the celex of its act, or the reason of its reject."""
    (folder / name).write_bytes(data)
    (found,) = parse_paths([folder])
    return found.reason if isinstance(found, Reject) else f"act {found.celex}"


BODY = '<ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART><ALINEA>déjà vu €</ALINEA></ARTICLE>'
LAUGHS = b"<!DOCTYPE ACT [<!ENTITY a 'ha'>%s]>" % b"".join(
    b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda data: data, "act 32020R0007"),
        (lambda data: b"\xef\xbb\xbf" + data, "act 32020R0007"),
        (lambda data: data.replace(b"\n", b"\r\n"), "act 32020R0007"),
        (lambda data: data.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "act 32020R0007"),
        (lambda data: data.decode().replace("UTF-8", "ISO-8859-15").encode("iso-8859-15"), "act 32020R0007"),
        (lambda data: data.decode().encode("iso-8859-15"), "not well-formed XML"),  # says UTF-8, but is not
        (lambda data: data.replace(b"UTF-8", b"KLINGON"), "not well-formed XML"),
        (lambda data: data[:-9], "not well-formed XML"),
        (lambda data: data[: len(data) // 2], "not well-formed XML"),
        (lambda data: data.replace(b"<ACT>", LAUGHS + b"<ACT>").replace(b"vu", b"&j;"), "DOCTYPE"),
        (lambda data: data.replace(b"<ACT>", b'<!DOCTYPE ACT SYSTEM "file:///etc/passwd"><ACT>'), "DOCTYPE"),
        (lambda data: data.replace(b"vu", b"&nowhere;"), "not well-formed XML"),
        (lambda data: b"", "empty"),
        (lambda data: b" \n ", "empty"),
        (lambda data: b"\0" * 100, "no XML root element"),
        (lambda data: data.replace(b"<ALINEA>", b"<P>" * 300 + b"<ALINEA>"), "not well-formed XML"),
    ],
)
def test_each_kind_of_bad_input_has_a_clear_outcome(tmp_path: Path, make: Any, change: Any, expected: str) -> None:
    assert expected in outcome(tmp_path, "a.xml", change(make.act(BODY)))


def text_or_reason(data: bytes) -> str:
    """The rendered act, or why there is none."""
    try:
        return render_act(parse_act(data))
    except Malformed as error:
        return error.reason


@pytest.mark.parametrize("element", ["P", "HT", "X", "NOTE", "LIST", "QUOT.S", "DIVISION", "TBL", "ITEM"])
def test_two_hundred_levels_of_anything(make: Any, element: str) -> None:
    """An act with its text; where that would make units in units, a reject that says so."""
    found = text_or_reason(make.act(f"<{element}>" * 200 + "deep down" + f"</{element}>" * 200))
    if element in ("P", "HT", "X", "LIST"):
        assert "deep down" in found
    else:
        assert "deep down" in found or "nested deeper" in found or "nested too deeply" in found


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, make: Any) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xml", b"<ACT>" + b"<P/>" * 5_000_000 + b"</ACT>")
        archive.writestr("pages.tif", bytes(20_000_000))  # blank pages are packed as tightly, and never read
        archive.writestr("sound.xml", make.act(BODY))
    found = list(parse_paths([tmp_path / "a.zip"]))
    assert [item.celex for item in found if isinstance(item, Act)] == ["32020R0007"]
    (reject,) = (item for item in found if isinstance(item, Reject))
    assert reject.file == "a.zip/bomb.xml"
    assert "zip bomb" in reject.reason


SENTINEL = "xyzzy"
SILENT = re.compile(r"BIB\..*|FAM\.COMP|INFO\..*|TOC|CURR\.TITLE|LOC\.NOTES")


def places(root: etree._Element) -> list[etree._Element]:
    """One element of each name, with its parent's name, that is not metadata."""
    found: dict[tuple[object, object], etree._Element] = {}
    for element in root.iter(etree.Element):
        above = [element, *element.iterancestors()]
        if not any(SILENT.fullmatch(str(one.tag)) for one in above):
            parent = element.getparent()
            found.setdefault((element.tag, parent.tag if parent is not None else None), element)
    return list(found.values())


@pytest.mark.parametrize("file", FILES)
def test_a_word_put_anywhere_is_not_lost(formex_dir: Path, file: str) -> None:
    """Every element is mixed content to somebody: text right inside it, or right after it, must not be lost."""
    root = etree.fromstring(content(formex_dir / file))
    lost = []
    for element in places(root):
        for attribute in ("text", "tail"):
            parent = element.getparent()
            if (attribute == "tail" and parent is None) or element.tag in ("QUOT.START", "QUOT.END"):
                continue
            before = getattr(element, attribute)
            setattr(element, attribute, f" {SENTINEL} {before or ''}")
            act, _ = build_act(root)
            setattr(element, attribute, before)
            if SENTINEL not in render_act(act).casefold():
                lost.append(f"{attribute} of {element.tag} in {parent.tag if parent is not None else None}")
    assert lost == []
