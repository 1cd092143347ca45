"""A place in an act inside a question: `Article 33(2) of Regulation (EU) 2016/679`, `in the article “Scope” of ...`."""

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


def place_of(key: str, source: Source) -> dict[str, str]:
    """Slots `place` (as subject) and `at` (with the preposition) for an article's unit, by its number."""
    printed = format_reference(key, source.language)
    link = ", " if "," in printed else " "
    return _slots(_BEFORE_NUMBER[source.language], printed + link + source.name.of)


def article_titled(heading: str, source: Source) -> dict[str, str]:
    """Slots `place` and `at` for an article, by its heading."""
    subject, within = (form.format(heading) for form in _TITLED[source.language])
    return {"place": f"{subject} {source.name.of}", "at": f"{within} {source.name.of}"}


def _slots(before: tuple[str, str], place: str) -> dict[str, str]:
    return {"place": before[0] + place, "at": before[1] + place}
