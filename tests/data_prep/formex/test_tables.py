"""Tables: spans, block headings, cells with structure, notes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from data_prep.formex.parser import parse_act
from data_prep.formex.tables import MAX_COLUMNS, Grid


def rows_of(make: Any, corpus: str, before: str = "") -> list[list[str]]:
    act = parse_act(make.act(make.article(f"<ALINEA><TBL>{before}<CORPUS>{corpus}</CORPUS></TBL></ALINEA>")))
    return next(unit.rows for unit in act.walk() if unit.kind == "table")


def test_spans_repeat_the_text(make: Any) -> None:
    corpus = (
        '<ROW><CELL COL="1" ROWSPAN="2">a</CELL><CELL COL="2" COLSPAN="2">b</CELL></ROW>'
        '<ROW><CELL COL="2">c</CELL><CELL COL="3"><IE/></CELL></ROW><ROW><CELL COL="3">d</CELL></ROW>'
    )
    assert rows_of(make, corpus) == [["a", "b", "b"], ["a", "c", ""], ["", "", "d"]]


def test_cells_without_col_take_the_next_free_column(make: Any) -> None:
    corpus = '<ROW><CELL>a</CELL><CELL ROWSPAN="2">b</CELL><CELL>c</CELL></ROW><ROW><CELL>d</CELL><CELL>e</CELL></ROW>'
    assert rows_of(make, corpus) == [["a", "b", "c"], ["d", "b", "e"]]


def test_block_headings_are_rows(make: Any) -> None:
    heading = '<TI.BLK COL.START="1" COL.END="2"><P>Block</P></TI.BLK>'
    row = '<ROW><CELL COL="1">a</CELL><CELL COL="2">b</CELL></ROW>'
    assert rows_of(make, f"<BLK>{heading}{row}</BLK>") == [["Block", "Block"], ["a", "b"]]


def test_structured_cells_keep_their_lines(make: Any) -> None:
    cell = '<P>one:</P><LIST TYPE="DASH"><ITEM><P>x</P></ITEM></LIST><NP><NO.P>1.</NO.P><TXT>two</TXT></NP>'
    assert rows_of(make, f'<ROW><CELL COL="1">{cell}</CELL></ROW>') == [["one:\n— x\n1. two"]]


def test_notes_before_the_rows_get_their_marks(make: Any) -> None:
    notes = '<GR.NOTES><NOTE NOTE.ID="E1" TYPE="TABLE"><P>First.</P></NOTE></GR.NOTES>'
    title = "<TITLE><TI><P>Table 1</P></TI><STI><P>Prices</P></STI></TITLE>"
    corpus = '<CORPUS><ROW><CELL>a<NOTE NOTE.REF="E1"/></CELL></ROW></CORPUS>'
    act = parse_act(make.act(make.article(f"<ALINEA><TBL>{title}{notes}{corpus}</TBL></ALINEA>")))
    table = act.find("art_1.tbl_1")
    assert table is not None
    assert (table.heading, table.rows) == ("Table 1 Prices", [["a[^1]"]])
    assert [(note.number, note.text) for note in table.children] == [("1", "First.")]


cells = st.tuples(st.none() | st.integers(0, 400), st.integers(1, 300), st.integers(1, 5), st.text("ab", max_size=2))


@given(st.lists(st.lists(cells, max_size=6), max_size=6))
def test_a_grid_is_a_rectangle_of_bounded_width_that_keeps_every_text(
    raw: list[list[tuple[int | None, int, int, str]]],
) -> None:
    grid = Grid()
    for row in raw:
        grid.add_row(row)
    rows = grid.rectangle()
    assert len(rows) == len(raw)
    assert len({len(row) for row in rows}) <= 1
    assert all(len(row) <= MAX_COLUMNS for row in rows)


@given(
    st.lists(
        st.lists(
            st.tuples(st.none(), st.integers(1, 3), st.integers(1, 3), st.text("ab", min_size=1, max_size=2)),
            max_size=4,
        ),
        max_size=5,
    )
)
def test_a_grid_without_columns_given_loses_no_text(raw: list[list[tuple[None, int, int, str]]]) -> None:
    grid = Grid()
    for row in raw:
        grid.add_row(list(row))
    kept = {cell for row in grid.rectangle() for cell in row}
    assert kept >= {text for row in raw for *_, text in row}
