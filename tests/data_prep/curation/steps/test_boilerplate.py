"""Phrases around answers are stripped; what is nothing else is dropped."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.steps.boilerplate import Boilerplate, stripped
from tests.data_prep.curation.steps.records import LAW, after, answered, assert_idempotent, record

TAILS = [
    "I hope this helps!",
    "Hope that helps.",
    "Let me know if you have any other questions.",
    "Please let me know if you need anything else!",
    "If you have any further questions, feel free to ask!",
    "Feel free to ask if anything is unclear.",
    "Is there anything else I can help you with?",
    "J'espère que cela vous aide !",
    "N'hésitez pas à poser d'autres questions.",
    "Ich hoffe, das hilft!",
    "Lassen Sie mich wissen, wenn Sie Fragen haben.",
    "¡Espero que esto te ayude!",
    "Espero que isso ajude!",
]


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("by", [" ", "\n\n"])
def test_tails_are_stripped(tail: str, by: str) -> None:
    assert after(Boilerplate(), f"Article 15 applies.{by}{tail}") == "Article 15 applies."


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        ("As an AI language model, the answer is 5.", "The answer is 5."),
        ("As an AI language model developed by a company, here is a list:\n- a", "Here is a list:\n- a"),
        ("En tant que modèle de langage, voici la liste.", "Voici la liste."),
        ("Als KI-Sprachmodell, hier ist die Liste.", "Hier ist die Liste."),
        ("Como modelo de lenguaje, esta es la lista.", "Esta es la lista."),
        ("Como modelo de linguagem, esta é a lista.", "Esta é a lista."),
        ("Yes. I hope this helps! Let me know if you have any questions.", "Yes."),
    ],
)
def test_leads_and_several_tails_are_stripped(answer: str, rest: str) -> None:
    assert after(Boilerplate(), answer) == rest


@pytest.mark.parametrize(
    "answer",
    [
        "They said: I hope this helps the poor. Then they left.",
        "As an AI provider, you keep logs.",
        "As a lawyer, you advise.",
        "Dear Sir,\nfeel free to ask for the file.\nYours, Ann",
        "```\nprint('I hope this helps')\n```",
        *LAW,
    ],
)
def test_other_answers_are_not_touched(answer: str) -> None:
    assert after(Boilerplate(), answer) == answer


def test_an_answer_of_nothing_else_is_dropped() -> None:
    assert Boilerplate().check(answered("I hope this helps! Let me know if you have any questions.")) == (
        "boilerplate: nothing else"
    )


def test_policies() -> None:
    assert Boilerplate(policy="drop").check(answered("Yes. I hope this helps!")) == "boilerplate"
    assert after(Boilerplate(policy="keep"), "Yes. I hope this helps!") == "Yes. I hope this helps!"


def test_both_answers_of_a_pair_are_stripped_and_questions_are_not() -> None:
    found = record("Say it. I hope this helps!", "Yes. I hope this helps!", rejected="No. I hope this helps!")
    assert Boilerplate().check(found) is None
    assert [message["content"] for message in found.contents()] == ["Say it. I hope this helps!", "Yes.", "No."]
    assert found.changed == ["boilerplate stripped"]


@given(st.lists(st.sampled_from([*TAILS, "As an AI language model, ", "yes. ", " ", "\n"]), max_size=6).map("".join))
def test_it_is_idempotent(answer: str) -> None:
    assert stripped(stripped(answer)) == stripped(answer)
    assert_idempotent(Boilerplate(), answered(answer))


def test_it_is_linear() -> None:
    begin = time.process_time()
    stripped("I hope this helps " * 5_000 + ". \n" * 5_000)
    assert stripped("I hope this helps! " * 5_000) == ""
    stripped("As an AI, " * 5_000)
    assert time.process_time() - begin < 1.0
