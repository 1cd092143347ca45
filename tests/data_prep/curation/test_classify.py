"""Domain and difficulty where nobody says them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from data_prep.curation.classify import Classify, classify
from tests.data_prep.curation.steps.records import record


@pytest.mark.parametrize(
    ("question", "answer", "domain"),
    [
        ("Which regulation protects personal data?", "The GDPR.", "law"),
        ("Was sagt die Verordnung dazu?", "Das Gesetz regelt es.", "law"),
        ("Que dit le règlement ?", "Le tribunal décide.", "law"),
        ("¿Qué dice la ley?", "El reglamento lo prohíbe.", "law"),
        ("O que diz o regulamento?", "A lei proíbe.", "law"),
        ("Write a Python function that sorts.", "```python\ndef f(x):\n    return sorted(x)\n```", "code"),
        ("Solve the equation 2x = 6.", "x = 3", "mathematics"),
        ("What are symptoms of flu?", "Patients have fever; see a doctor.", "medicine"),
        ("How should I invest in stocks?", "Look at the dividends and the portfolio.", "finance"),
        ("What is photosynthesis?", "Cells turn light into energy.", "science"),
        ("Write a poem.", "Roses are red.", "writing"),
        ("Übersetze den Satz.", "Good day.", "translation"),
        ("Name three fruits.", "Apples, pears, plums.", "general"),
    ],
)
def test_keywords_tell_the_domain(question: str, answer: str, domain: str) -> None:
    found = record(question, answer)
    classify(found, Classify())
    assert found.domain == domain


def test_one_word_of_an_answer_is_not_enough_and_of_a_question_is() -> None:
    asked, said = record("Is it legal?", "Yes."), record("Is it?", "It is legal.")
    classify(asked, Classify())
    classify(said, Classify())
    assert (asked.domain, said.domain) == ("law", "general")


def test_what_is_stated_stays() -> None:
    found = record("Which regulation?", "The law.", domain="chat", difficulty="expert")
    classify(found, Classify())
    assert (found.domain, found.difficulty) == ("chat", "expert")


def test_domains_of_ones_own_and_ties_go_to_the_first() -> None:
    options = Classify.model_validate({"domains": {"food": [r"\bbread\b"], "drink": ["wine"]}, "otherwise": "rest"})
    found = [record(text, "Yes.") for text in ("Bread or wine?", "WINE?", "Breaded?")]
    for each in found:
        classify(each, options)
    assert [each.domain for each in found] == ["food", "drink", "rest"]


def test_a_wrong_pattern_is_an_error() -> None:
    with pytest.raises(ValidationError, match="no regular expression"):
        Classify.model_validate({"domains": {"law": ["("]}})


@pytest.mark.parametrize(
    ("contents", "difficulty"),
    [
        (("Q", "A" * 799), "easy"),
        (("Q", "A" * 800), "medium"),
        (("Q", "A", "Q", "A"), "medium"),
        (("Q", "A" * 3000), "hard"),
        (("Q", "A") * 4, "hard"),
    ],
)
def test_turns_and_lengths_tell_the_difficulty(contents: tuple[str, ...], difficulty: str) -> None:
    found = record(*contents)
    classify(found, Classify())
    assert found.difficulty == difficulty
