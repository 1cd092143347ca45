"""The language of real law: each provision of the real acts is taken for its own language, never for another."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_prep.formex.acts import LANGUAGES, Act
from data_prep.formex.parser import parse_paths
from data_prep.instruct.llm.language import seems_other
from data_prep.instruct.passages import unit_text

SENTENCES = {
    "en": "Under which article must the controller notify the authority, and within what time?",
    "fr": "Selon quel article le responsable doit-il notifier la violation à l’autorité, et dans quel délai ?",
    "de": "Nach welchem Artikel muss der Verantwortliche die Verletzung der Behörde melden, und in welcher Frist?",
    "es": "¿Según qué artículo debe el responsable notificar la violación a la autoridad, y en qué plazo?",
    "pt": "Segundo que artigo deve o responsável notificar a violação à autoridade, e em que prazo?",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences(language: str) -> None:
    assert [other for other in LANGUAGES if not seems_other(SENTENCES[language], other)] == [language]


@pytest.mark.parametrize("text", ["", "32016R0679", "Regulation (EU) 2016/679", "qwz xvb"])
def test_too_little_tells_nothing(text: str) -> None:
    assert not any(seems_other(text, language) for language in LANGUAGES)


def test_real_provisions(formex_dir: Path) -> None:
    """Of the beginnings of articles in five languages none is taken for another language, and 99 % are told apart."""
    passed, told, all_ = 0, 0, 0
    for act in parse_paths([formex_dir / "gdpr-xml"]):
        if not isinstance(act, Act) or act.language not in LANGUAGES:
            continue
        for text in filter(lambda text: len(text) >= 60, (unit_text(unit)[:400] for unit in act.articles())):
            all_ += 1
            passed += not seems_other(text, act.language)
            told += all(seems_other(text, other) for other in LANGUAGES if other != act.language)
    assert all_ > 500
    assert passed == all_
    assert told >= 0.99 * all_
