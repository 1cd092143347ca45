"""Languages are told, checked and chosen; translations are kept where asked."""

from __future__ import annotations

import pytest

from data_prep.curation.record import Record
from data_prep.curation.steps.language import Language, language_report, tell
from tests.data_prep.curation.steps.records import record

QUESTIONS = {
    "en": "What does the regulation say about the right of access to personal data, and who must answer?",
    "fr": "Que dit le règlement sur le droit d'accès aux données personnelles, et qui doit y répondre ?",
    "de": "Was sagt die Verordnung über das Recht auf Auskunft über persönliche Daten, und wer muss antworten?",
    "es": "¿Qué dice el reglamento sobre el derecho de acceso a los datos personales y quién debe responder?",
    "pt": "O que diz o regulamento sobre o direito de acesso aos dados pessoais, e quem deve responder?",
    "ru": "Что говорит регламент о праве доступа к личным данным, и кто обязан ответить на этот запрос?",
    "zh": "该条例对个人数据的访问权是怎么规定的？谁必须在一个月内作出答复？请用简单的语言解释规则。谢谢！",
}
ANSWERS = {
    "en": "Everybody may ask a company what it knows about them; the company has a month, and must not charge for it.",
    "fr": "Toute personne peut demander à une entreprise ce qu'elle sait d'elle ; elle a un mois pour répondre.",
    "de": "Jeder darf ein Unternehmen fragen, was es über ihn weiß; das Unternehmen hat dafür einen Monat Zeit.",
    "es": "Cualquier persona puede preguntar a una empresa qué sabe de ella; la empresa tiene un mes para contestar.",
    "pt": "Qualquer pessoa pode perguntar a uma empresa o que sabe dela; a empresa tem um mês para responder.",
    "ru": "Каждый может спросить компанию, что она о нём знает; у компании есть месяц, чтобы дать ответ.",
    "zh": "任何人都可以询问公司掌握了哪些关于自己的信息；公司必须在一个月内免费答复，除非请求特别复杂。",
}


def pair(question: str, answer: str, stated: str | None = None) -> Record:
    return record(QUESTIONS[question], ANSWERS[answer], language=stated)


@pytest.mark.parametrize("language", QUESTIONS)
def test_the_language_is_told_where_none_is_stated(language: str) -> None:
    found = pair(language, language)
    assert Language().check(found) is None
    assert found.language == language


@pytest.mark.parametrize("language", QUESTIONS)
def test_only_languages_to_be_kept_stay(language: str) -> None:
    step = Language(keep=("en", "fr"))
    assert step.check(pair(language, language)) == (None if language in ("en", "fr") else "language: other")
    stated = pair(language, language, language)
    assert step.check(stated) == (None if language in ("en", "fr") else "language: other")


def test_a_wrong_label_is_found_out_and_believed_where_asked() -> None:
    assert Language().check(pair("en", "en", "de")) == "language: not the one stated"
    assert Language(verify=False).check(pair("en", "en", "de")) is None
    assert Language().check(pair("en", "en", "en")) is None


def test_translations_are_kept_or_dropped() -> None:
    for stated in ("en", "fr", None):
        found = pair("en", "fr", stated)
        assert Language().check(found) is None
        assert found.language == (stated or "fr")
        assert Language(multilingual=False).check(pair("en", "fr", stated)) == "language: question and answer differ"


def test_short_texts_are_told_together_or_not_at_all() -> None:
    found = record("Was ist die Hauptstadt von Frankreich?", "Paris.")
    assert Language().check(found) is None
    assert found.language == "de"
    bare = record("1 + 1?", "2")
    assert Language().check(bare) is None
    assert bare.language is None
    assert Language(keep=("en",)).check(record("1 + 1?", "2")) == "language: uncertain"
    assert Language(keep=("en",), min_confidence=0.99).check(record("Hello!", "Ok.")) == "language: uncertain"


def test_a_short_text_disproves_no_label() -> None:
    found = record("List 5 fruits", "Apple, Banana, Cherry", language="en")
    assert Language().check(found) is None
    assert Language().check(record("Hola", "Ola", language="gl")) is None


def test_code_is_not_read() -> None:
    code = "```python\n" + "for item in the_list_of_all_things:\n    print('This is English text')\n" * 20 + "```"
    found = record(QUESTIONS["de"], f"{ANSWERS['de']}\n{code}")
    assert Language(keep=("de",)).check(found) is None


def test_a_foreign_passage_in_the_middle_does_not_decide() -> None:
    told = tell(ANSWERS["de"] * 3 + "€ 5, 10 % …; " * 10 + ANSWERS["de"] * 3)
    assert told.language == "de"


def test_the_report_counts_agreement_and_shows_disagreement() -> None:
    sample = [pair(language, language, language) for language in QUESTIONS] + [pair("en", "en", "de"), record("1", "2")]
    report = language_report(sample)
    assert (report["records"], report["told"], report["agree"]) == (9, 8, 7)
    assert report["agreement"] == 7 / 8
    assert report["table"]["de"] == {"de": 1, "en": 1}
    assert [(found["stated"], found["detected"]) for found in report["disagreements"]] == [("de", "en")]
    assert language_report([])["agreement"] is None
