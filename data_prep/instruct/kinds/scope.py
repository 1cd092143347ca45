"""What an act applies to, and where its rules do not apply."""

from __future__ import annotations

from collections.abc import Iterator

from data_prep.formex.acts import Unit
from data_prep.instruct.facts import Fact
from data_prep.instruct.kinds.patterns import EXCEPTIONS, SUBJECT_MATTER
from data_prep.instruct.kinds.reading import SHORTEST_TEXT, Reading, lowered
from data_prep.instruct.places import place_of

EARLY = 250  # characters of a sentence in which it must say so: later it is one point of many


def scope(reading: Reading) -> Iterator[Fact]:
    """The first provision of the article on the scope, else of the one on the subject matter."""
    headed = [(article, found) for article, found in reading.by_article if article.heading]
    chosen = next((found for article, found in headed if reading.delimits(article)), None)
    if chosen is None:
        chosen = next((found for article, found in headed if _is_subject_matter(article)), [])
    for provision in chosen[:1]:
        passage = reading.passage(provision)
        yield Fact(reading.source, "scope", "scope", provision.unit.key, provision.text, passage=passage)


def _is_subject_matter(article: Unit) -> bool:
    return SUBJECT_MATTER.search(article.heading or "") is not None


def exceptions(reading: Reading) -> Iterator[Fact]:
    """Provisions that derogate or do not apply, from the sentence that says so."""
    source, excepts = reading.source, EXCEPTIONS[reading.language]
    for provision in reading.provisions:
        if not excepts.search(provision.lowered):
            continue
        found = provision.sentences
        first = next((number for number, each in enumerate(found) if excepts.search(lowered(each), 0, EARLY)), None)
        if first is None or len(text := " ".join(found[first:])) < SHORTEST_TEXT:
            continue
        key = provision.unit.key
        place = place_of(key, source)
        yield Fact(source, "exception", "exception", key, text, place, passage=reading.passage(provision))
