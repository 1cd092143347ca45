"""Prompts in five languages: what they hold, and that the second is stricter and otherwise the same."""

from __future__ import annotations

import pytest

from data_prep.formex.acts import LANGUAGES
from data_prep.instruct.llm.drafts import Passage
from data_prep.instruct.llm.language import seems_other
from data_prep.instruct.llm.prompts import PROMPTS, messages
from tests.data_prep.instruct.llm.test_checked import LABELS, NATIVE, Source


def test_the_five_languages() -> None:
    assert tuple(PROMPTS) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_prompt(language: str) -> None:
    passage = Passage(Source("32016R0679", language, LABELS[language]), "art_5.par_1", f"{NATIVE[language][0]} {{x}}")
    system, user = messages(passage)
    stricter = messages(passage, stricter=True)[1]["content"]
    assert (system["role"], user["role"]) == ("system", "user")
    for held in (passage.citation, LABELS[language], '{"question": "…", "answer": "…"}'):
        assert held in user["content"]
    assert user["content"].endswith(f"\n{passage.text}")
    assert set(user["content"].splitlines()) < set(stricter.splitlines())
    assert "{{" not in stricter
    assert not seems_other(stricter, language)
    assert all(seems_other(stricter, other) for other in LANGUAGES if other != language)
