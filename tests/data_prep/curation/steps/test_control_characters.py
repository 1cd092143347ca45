"""Nobody sees them, and they are gone; joiners that mean something stay."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.steps.control_characters import ControlCharacters
from tests.data_prep.curation.steps.records import LAW, after, answered, assert_idempotent

step = ControlCharacters()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x00b\x07c\x7fd\x9fe", "abcde"),
        ("a\r\nb\rc\u2028d\u2029e\x0bf\x0cg\x85h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("zero\u200bwidth\ufeff and \u2060soft\u00adhyphen", "zerowidth and softhyphen"),
        ("left\u200eright\u200f \u202aembed\u202c \u2066iso\u2069", "leftright embed iso"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("e\u0301te\u0301 A\u030a", "été Å"),
        ("\\(\x0crac{1}{2} \x07lpha \x08egin{x} \x0bec{v}\\)", "\\(\\frac{1}{2} \\alpha \\begin{x} \\vec{v}\\)"),
        ("a  \nb\t\n\n\n\n\n\nc", "a\nb\n\n\nc"),
        ("\n \n    indented\n", "    indented"),
        ("a\u200db c\u200cd", "ab cd"),
        ("seen\U000e0049\U000e0067\U000e006eunseen", "seenunseen"),
    ],
)
def test_known_answers(text: str, clean: str) -> None:
    assert after(step, text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d👩\u200d👧 and ❤️\u200d🔥 and 🏴\u200d☠️",
        "می\u200cخواهم",
        "क्\u200dष श्री\u200dलंका",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "tab\tstays, so do two\n\n\nempty lines, 5\u00a0€ and 10²",
        *LAW,
    ],
)
def test_what_means_something_stays(text: str) -> None:
    assert after(step, text) == text


def test_code_keeps_its_blanks() -> None:
    assert after(step, "a  \n```\nx  \n\n\n\n\ny\t\n```\nb  \nc") == "a\n```\nx  \n\n\n\n\ny\t\n```\nb\nc"


def test_each_kind_of_change_is_noted() -> None:
    found = answered("a\x00 e\u0301  \nb")
    assert step.check(found) is None
    assert found.changed == ["control characters removed", "characters composed", "blanks tidied"]


def test_a_message_of_nothing_else_is_dropped() -> None:
    assert step.check(answered("\u200b\x00 ")) == "control characters: nothing else"


@given(
    st.text(max_size=60)
    | st.text(alphabet="a `\n\t\r\x00\x1b[3m\u200b\u200c\u200d\u202e\u00e9e\u0301م👩\ufe0f\u00a0", max_size=60)
)
def test_they_are_gone_and_stay_gone(text: str) -> None:
    found = answered(text)
    if step.check(found) is not None:
        return
    clean = found.answer
    assert not any(unicodedata.category(char) == "Cc" for char in clean.replace("\n", "").replace("\t", ""))
    assert not set(clean) & set("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028")
    assert unicodedata.is_normalized("NFC", clean)
    assert_idempotent(step, answered(text))
