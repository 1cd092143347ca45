"""Fenced code blocks are told from prose, and nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.steps.contents import add_note, outside_code, parts, prose, rewrite
from tests.data_prep.curation.steps.records import record

FENCED = "See:\n```python\nx = 1\n```\nDone.\n~~~\n```\n~~~\nEnd"


def test_blocks_are_found_with_their_fences() -> None:
    assert [code for piece, code in parts(FENCED) if code] == [True, True]
    assert [piece for piece, code in parts(FENCED) if code] == ["```python\nx = 1\n```", "~~~\n```\n~~~"]
    assert prose(FENCED) == "See:\n\nDone.\n\nEnd"


def test_a_block_that_nobody_closes_goes_to_the_end() -> None:
    assert parts("a\n```\nb\nc") == [("a\n", False), ("```\nb\nc", True)]


def test_a_fence_is_closed_by_one_as_long() -> None:
    assert parts("````\n```\n````") == [("````\n```\n````", True)]


def test_backticks_inside_a_line_open_nothing() -> None:
    assert parts("Write ```x``` here.") == [("Write ```x``` here.", False)]


@given(st.text(alphabet="`~ \nab", max_size=60))
def test_the_parts_are_the_text(text: str) -> None:
    assert "".join(piece for piece, _ in parts(text)) == text
    assert outside_code(text, str) == text


def test_only_prose_is_changed() -> None:
    assert outside_code("a\n```\na\n```\na", str.upper) == "A\n```\na\n```\nA"


def test_a_change_is_noted_once_a_record() -> None:
    found = record("a", "a", rejected="b")
    rewrite(found, str.upper, "raised")
    add_note(found, "raised")
    assert (found.messages[0]["content"], found.answer, found.changed) == ("A", "A", ["raised"])
    assert found.rejected is not None
    assert found.rejected["content"] == "B"
    rewrite(found, str.upper, "again")
    assert found.changed == ["raised"]
