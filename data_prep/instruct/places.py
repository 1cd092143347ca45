"""What questions name, in a sentence: a place in an act (`Article 33(2) of Regulation (EU) 2016/679`), a language."""

from __future__ import annotations

from data_prep.instruct.facts import Source
from data_prep.instruct.reference import format_reference

# language -> (article before the place, the same with "in")
_BEFORE_NUMBER = {
    "en": ("", "in "),
    "fr": ("l’", "à l’"),
    "de": ("", "in "),
    "es": ("el ", "en el "),
    "pt": ("o ", "no "),
}
# language -> (an article by its title, the same with "in")
_TITLED = {
    "en": ("the article “{0}”", "in the article “{0}”"),
    "fr": ("l’article «{0}»", "à l’article «{0}»"),
    "de": ("der Artikel „{0}“", "in dem Artikel „{0}“"),
    "es": ("el artículo «{0}»", "en el artículo «{0}»"),
    "pt": ("o artigo «{0}»", "no artigo «{0}»"),
}

_LANGUAGE_NAMES = {
    "en": {"en": "English", "fr": "French", "de": "German", "es": "Spanish", "pt": "Portuguese"},
    "fr": {"en": "anglais", "fr": "français", "de": "allemand", "es": "espagnol", "pt": "portugais"},
    "de": {"en": "Englisch", "fr": "Französisch", "de": "Deutsch", "es": "Spanisch", "pt": "Portugiesisch"},
    "es": {"en": "inglés", "fr": "francés", "de": "alemán", "es": "español", "pt": "portugués"},
    "pt": {"en": "inglês", "fr": "francês", "de": "alemão", "es": "espanhol", "pt": "português"},
}


def language_named(code: str, language: str) -> str:
    """The name of a language, in another."""
    return _LANGUAGE_NAMES[language][code]


def place_of(key: str, source: Source) -> dict[str, str]:
    """Slots `place` (as subject) and `at` (with the preposition) for an article's unit, by its number."""
    return _slots(_BEFORE_NUMBER[source.language], in_act(key, source))


def in_act(key: str, source: Source) -> str:
    """A unit's place in its act, without an article before it: `article 12, paragraphe 1, du règlement ...`."""
    printed = format_reference(key, source.language)
    link = ", " if "," in printed else " "
    return printed + link + source.name.of


def article_titled(heading: str, source: Source) -> dict[str, str]:
    """Slots `place` and `at` for an article, by its heading."""
    subject, within = (form.format(heading) for form in _TITLED[source.language])
    return {"place": f"{subject} {source.name.of}", "at": f"{within} {source.name.of}"}


def _slots(before: tuple[str, str], place: str) -> dict[str, str]:
    return {"place": before[0] + place, "at": before[1] + place}
