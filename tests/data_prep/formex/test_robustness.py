"""Mutated real files: an act or a reject, never an exception, and never an empty success."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_prep.formex.acts import from_json, to_json
from data_prep.formex.parser import parse_act
from data_prep.formex.render import render_act
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
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
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


def test_the_same_bytes_give_the_same_act(formex_dir: Path) -> None:
    data = content(formex_dir / FILES[0])
    assert to_json(parse_act(data)) == to_json(parse_act(data))


@pytest.mark.parametrize("file", FILES)
def test_json_holds_the_whole_act(formex_dir: Path, file: str) -> None:
    act = parse_act(content(formex_dir / file))
    assert from_json(to_json(act)) == act
