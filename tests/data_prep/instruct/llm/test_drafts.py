"""What counts as the JSON object asked for."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.instruct.llm.drafts import Draft, Passage, parse_draft
from tests.data_prep.instruct.llm.scripted import passage

OBJECT = '{"question": "Why?", "answer": "Because."}'


@pytest.mark.parametrize(
    "text",
    [
        OBJECT,
        f"\n  {OBJECT}\n",
        f"```json\n{OBJECT}\n```",
        f"```\n{OBJECT}\n```\n",
        f"<think>\nLet me see {{}}.\n</think>\n\n{OBJECT}",
    ],
)
def test_drafts(text: str) -> None:
    assert parse_draft(text) == Draft("Why?", "Because.")


@pytest.mark.parametrize(
    "text",
    ["", "Why? Because.", f"Here it is: {OBJECT}", f"{OBJECT}{OBJECT}", "[]", "null", '{"question": "Why?"}',
     '{"question": "Why?", "answer": 3}', '{"question": "Why?", "answer": "B", "note": ""}', OBJECT[:-1],
     "<think>I never come to an end"],
)  # fmt: skip
def test_no_drafts(text: str) -> None:
    assert parse_draft(text) is None


@given(st.text(), st.text())
def test_any_two_strings_are_a_draft_on_one_line_each(question: str, answer: str) -> None:
    draft = parse_draft(json.dumps({"question": question, "answer": answer}))
    assert draft == Draft(" ".join(question.split()), " ".join(answer.split()))


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    parse_draft(text)


def test_names_of_a_passage() -> None:
    article = passage(33)
    assert article.id == "32016R0679.en.llm.art_33"
    assert article.citation == "Article 33, Regulation (EU) 2016/679 (CELEX: 32016R0679)"
    whole = Passage(article.source, None, "text")
    assert (whole.id, whole.citation) == ("32016R0679.en.llm", "Regulation (EU) 2016/679 (CELEX: 32016R0679)")
