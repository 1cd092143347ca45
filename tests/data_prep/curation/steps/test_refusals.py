"""Answers that refuse are dropped in five languages, answers about refusals are not."""

from __future__ import annotations

import time

import pytest

from data_prep.curation.steps.refusals import Refusals, refuses
from tests.data_prep.curation.steps.records import LAW, answered, record

REFUSALS = [
    "I'm sorry, but I can't assist with that request.",
    "I’m sorry, but I can’t help with that.",
    "Sorry, I cannot help you with this.",
    "I cannot assist with that.",
    "I can't help you.",
    "I apologize, but I am unable to provide legal advice on that.",
    "Unfortunately, I am not able to fulfill this request.",
    "I understand your concern. I cannot provide instructions for that.",
    "I must decline to answer this.",
    "I won't write that for you.",
    "As an AI language model, I do not have personal opinions.",
    "As an AI, I can't browse the internet.",
    "As a large language model trained by somebody, I am not able to access files.",
    "I'm sorry, but as an AI language model, I don't have access to real-time data.",
    "Je suis désolé, mais je ne peux pas répondre à cette question.",
    "Désolée, je ne peux pas vous aider.",
    "En tant que modèle de langage, je ne peux pas donner d'avis.",
    "En tant qu'IA, je n'ai pas accès à Internet.",
    "Es tut mir leid, aber ich kann Ihnen dabei nicht helfen.",
    "Tut mir leid, dabei kann ich nicht helfen.",
    "Leider kann ich diese Frage nicht beantworten.",
    "Als KI-Sprachmodell habe ich keine persönliche Meinung.",
    "Als Sprachmodell kann ich das nicht beurteilen.",
    "Lo siento, pero no puedo ayudarte con eso.",
    "Lo siento, no puedo proporcionar esa información.",
    "Como modelo de lenguaje, no tengo opiniones.",
    "Como una inteligencia artificial, no puedo acceder a internet.",
    "Desculpe, mas não posso ajudar com isso.",
    "Sinto muito, mas não posso fornecer essa informação.",
    "Como modelo de linguagem, não tenho acesso à internet.",
]

ANSWERS = [
    "The authority may refuse the request: it writes 'I cannot assist with that' and gives its reasons.",
    "A typical refusal reads: I'm sorry, but I can't assist with that request.",
    "I can't help but admire how short Article 1 is.",
    "I cannot wait to help you with your garden!",
    "Dear Ms Jones,\n\nI'm sorry, but I cannot attend the meeting.",
    "I'm sorry for your loss. Under Article 15 you may ask for the data.",
    "As an AI researcher, I have access to many papers.",
    "As an AI Act provider, you must keep logs. I can't think of an exception.",
    "As an artist, I do not have a boss.",
    "Je ne peux pas imaginer un monde sans pain, dit-elle.",
    "Je suis désolée que cela vous soit arrivé. L'article 15 vous donne un droit d'accès.",
    "Ich kann nicht schlafen, sagte er, und öffnete das Fenster.",
    "Leider gilt die Verordnung nicht für Vereine.",
    "No puedo más, dijo el juez.",
    "No. Article 17 does not apply.",
    "Não posso negar que a lei é clara.",
    *LAW,
]


@pytest.mark.parametrize("answer", REFUSALS)
def test_refusals_are_dropped(answer: str) -> None:
    assert Refusals().check(answered(answer)) == "refusal"


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_stay(answer: str) -> None:
    assert Refusals().check(answered(answer)) is None


def test_a_disclaimer_that_turns_into_help_is_no_refusal() -> None:
    begin = "As an AI language model, I don't have personal experience. "
    assert refuses(begin + "However, ask a lawyer.")
    assert refuses(begin + "This topic is sensitive. " * 30)
    assert not refuses(begin + "However, here is how the appeal works: " + "first you write to the court. " * 20)


def test_every_answer_counts_but_the_rejected_one() -> None:
    assert Refusals().check(record("Q", REFUSALS[0], "And now?", "Fine.")) == "refusal"
    assert Refusals().check(record("Q", "Fine.", rejected=REFUSALS[0])) is None


@pytest.mark.parametrize(
    "long", ["I am sorry " * 5000, "I understand " + "a" * 50_000, "As an AI " + "x " * 50_000, "Ich kann " * 9000]
)
def test_no_pattern_backtracks_far(long: str) -> None:
    begin = time.process_time()
    refuses(long)
    assert time.process_time() - begin < 0.05
