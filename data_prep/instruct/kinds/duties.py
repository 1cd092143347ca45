"""What must be done and on which conditions: obligations, and provisions that list requirements or conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_prep.formex.acts import Unit
from data_prep.instruct.facts import Fact
from data_prep.instruct.kinds.patterns import COMMAND, CONDITIONS, DUTY, MAY, NO_DUTY
from data_prep.instruct.kinds.reading import SHORTEST_TEXT, Provision, Reading, lowered
from data_prep.instruct.passages import clean, sentences, shorten, unit_text
from data_prep.instruct.places import article_titled, place_of

_FORMULA = re.compile("[=×√∑Σ]")  # what follows it explains symbols
FEWEST_POINTS = 2
INTRODUCTION_LENGTH = 200  # of the words before the first point that a question quotes


def obligations(reading: Reading) -> Iterator[Fact]:
    """The provisions whose own sentences command; each article's first one by its heading."""
    unique, source = reading.unique_headings, reading.source
    asked: set[str] = set()
    for provision in reading.rules:
        text = _duty(provision, source.language)
        if text is None:
            continue
        article, key = provision.article.key, provision.unit.key
        by_heading = article not in asked and article in unique
        place = article_titled(unique[article], source) if by_heading else place_of(key, source)
        asked.add(article)
        yield Fact(source, "obligation", "obligation", key, text, place, passage=reading.passage(provision))


def _duty(provision: Provision, language: str) -> str | None:
    """The provision from its first commanding sentence on, or None."""
    command, aside = DUTY[language], NO_DUTY[language]
    if not command.search(provision.text):
        return None
    for number, sentence in enumerate(provision.sentences):
        if len(sentence) >= SHORTEST_TEXT and command.search(sentence) and not aside.search(lowered(sentence)):
            return " ".join(provision.sentences[number:])
    return None


def requirements(reading: Reading) -> Iterator[Fact]:
    """Provisions that command and list what: `The notification shall contain at least:` and its points."""
    for provision, introduction in _lists(reading):
        language = reading.language
        commands = COMMAND[language].search(introduction) and not NO_DUTY[language].search(lowered(introduction))
        if commands and not _conditional(introduction, language) and not MAY[language].search(lowered(introduction)):
            yield _listing("requirement", reading, provision, introduction)


def conditions(reading: Reading) -> Iterator[Fact]:
    """Provisions that make something depend on the points of a list: `... only if one of the following applies:`."""
    for provision, introduction in _lists(reading):
        if _conditional(introduction, reading.language):
            yield _listing("condition", reading, provision, introduction)


def _conditional(introduction: str, language: str) -> bool:
    return CONDITIONS[language].search(lowered(introduction)) is not None


def _lists(reading: Reading) -> Iterator[tuple[Provision, str]]:
    """The provisions whose own text ends with a colon and goes on in points, with the sentence before it."""
    for provision in reading.rules:
        text = provision.unit.text
        if text.endswith(":") and sum(child.kind == "point" for child in provision.unit.children) >= FEWEST_POINTS:
            introduction = sentences(clean(text))[-1]
            if not _FORMULA.search(provision.text):
                yield provision, introduction


def _listing(kind: str, reading: Reading, provision: Provision, introduction: str) -> Fact:
    key, source = provision.unit.key, reading.source
    slots = {**place_of(key, source), "introduction": shorten(introduction, INTRODUCTION_LENGTH).rstrip(" :")}
    points = [f"{unit.number or ''} {unit_text(unit)}".strip() for unit in provision.unit.children if _listed(unit)]
    text = "\n".join([introduction, *points])
    return Fact(source, kind, kind, key, text, slots, passage=reading.passage(provision))


def _listed(unit: Unit) -> bool:
    return unit.kind in ("point", "text", "subparagraph")
