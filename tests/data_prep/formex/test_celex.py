"""CELEX numbers and OJ references: known answers; nothing guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.formex import celex as cx


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("32016R0679", "32016R0679"),
        (" 32016r0679 ", "32016R0679"),
        ("377L0388", "31977L0388"),
        ("308L0008", "32008L0008"),
        ("351R0001", "31951R0001"),
        ("350R0001", "32050R0001"),
        ("32012R0601R(02)", "32012R0601R(02)"),
        ("32016D0123(01)", "32016D0123(01)"),
        ("02016R0679-20160504", "02016R0679-20160504"),
        ("62019CJ0001", "62019CJ0001"),
        ("62019CV0001(02)", "62019CV0001(02)"),
        ("12012J/ACT", "12012J/ACT"),
        ("02016R0679-20161399", None),
        ("103T", None),
        ("679J0120", None),
        ("2016/679", None),
        ("", None),
    ],
)
def test_normalise(raw: str, expected: str | None) -> None:
    assert cx.normalise(raw) == expected


@given(st.integers(1951, 2099), st.sampled_from("RLDH"), st.integers(1, 9999))
def test_parse_inverts_str(year: int, letter: str, number: int) -> None:
    parts = cx.Celex("3", year, letter, f"{number:04}")
    assert cx.parse(str(parts)) == parts


@given(st.text(max_size=20))
def test_normalise_is_idempotent(text: str) -> None:
    once = cx.normalise(text)
    assert once is None or cx.normalise(once) == once


@pytest.mark.parametrize(
    ("value", "letter"),
    [
        ("REG", "R"),
        ("REG_IMPL", "R"),
        ("REGIMP", "R"),
        ("DIR", "L"),
        ("DEC", "D"),
        ("DECIS", "D"),
        ("OTHER", None),
        (None, None),
    ],
)
def test_letter_of(value: str | None, letter: str | None) -> None:
    assert cx.letter_of(value) == letter


def test_from_number_needs_a_whole_year_and_number() -> None:
    assert cx.from_number("L", "95", "46") == "31995L0046"
    assert cx.from_number("R", "2016", "679") == "32016R0679"
    assert cx.from_number("R", None, "679") is None
    assert cx.from_number("R", "2016", "67a") is None
    assert cx.from_number("R", "2016", "0") is None


def test_consolidated() -> None:
    assert cx.consolidated("2016R0679", "20160504") == "02016R0679-20160504"
    assert cx.consolidated("2016R0679", "99999999") is None
    assert cx.consolidated(None, "20160504") is None


def test_oj_reference() -> None:
    assert cx.oj_reference("L", "119", "20160504", "1") == "OJ L 119, 4.5.2016, p. 1"
    assert cx.oj_reference("L", "012", "20010116", "001") == "OJ L 12, 16.1.2001, p. 1"
    assert cx.oj_reference("L", "2024/1689", "20240712", "1") == "OJ L, 2024/1689, 12.7.2024"
    assert cx.oj_reference("L", "343", "2012", "32") is None
