"""Questions that the act does not answer: an article that is not there, a term not defined, a passage that is silent.

The right answer says so, and cites the act all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b

from data_prep.instruct.facts import Fact
from data_prep.instruct.kinds.definitions import defined_terms
from data_prep.instruct.kinds.patterns import AMOUNT, DUTY, PUNISHES, TIME
from data_prep.instruct.kinds.reading import Reading
from data_prep.instruct.places import place_of
from data_prep.instruct.reference import format_reference

FEWEST_ARTICLES = 3
BEYOND = 40  # a missing article's number is at most so much higher than the last
TERM_LENGTH = 40
MOST_TERMS = 3
MOST_PASSAGES = 4  # of an act, for each thing that passages may be silent about
_FEW_WORDS = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+){0,2}")


def unanswerable(reading: Reading) -> Iterator[Fact]:
    """One missing article, a few terms and a few passages."""
    yield from _missing_article(reading)
    yield from _undefined_terms(reading)
    yield from _silent_passages(reading)


def _missing_article(reading: Reading) -> Iterator[Fact]:
    articles = reading.act.articles()  # a deleted article was there once
    numbers = [int(match[1]) for article in articles if (match := re.match(r"art_(\d+)", article.key))]
    if len(numbers) < FEWEST_ARTICLES:
        return
    source, last = reading.source, max(numbers)
    number = last + 1 + _hash(source.work, "article") % min(BEYOND, 2 * last)
    slots = {
        **place_of(f"art_{number}", source),
        "article": format_reference(f"art_{number}", source.language),
        "last": format_reference(f"art_{last}", source.language),
    }
    yield Fact(source, "unanswerable", "unanswerable_article", None, "", slots, variant=f"art_{number}")


def _undefined_terms(reading: Reading) -> Iterator[Fact]:
    """Short headings of articles that the act never puts in quotation marks, in an act that defines terms."""
    source = reading.source
    articles = [article for article in reading.articles if reading.defines(article)]
    defined = [term.casefold() for article in articles for _, term, _ in defined_terms(article)]
    if len(articles) != 1 or not defined:
        return
    offered = [
        (key, heading)
        for key, heading in reading.unique_headings.items()
        if len(heading) <= TERM_LENGTH
        and key != articles[0].key
        and _FEW_WORDS.fullmatch(heading)
        and not any(term in heading.casefold() or heading.casefold() in term for term in defined)
    ]
    offered.sort(key=lambda entry: _hash(source.work, entry[0]))
    for key, heading in offered[:MOST_TERMS]:
        term = heading if source.language == "de" else heading[0].lower() + heading[1:]
        slots = {"term": term}
        yield Fact(source, "unanswerable", "unanswerable_term", articles[0].key, "", slots, variant=key)


def _silent_passages(reading: Reading) -> Iterator[Fact]:
    """Provisions that command without a time limit or a fine, shown to whoever asks for one."""
    duty, time, punishes = (patterns[reading.language] for patterns in (DUTY, TIME, PUNISHES))
    commanding = [found for found in reading.rules if duty.search(found.text)]
    commanding.sort(key=lambda found: _hash(reading.source.work, found.unit.key))
    silent = {
        "unanswerable_time": (p for p in commanding if not time.search(p.lowered)),
        "unanswerable_fine": (p for p in commanding if not punishes.search(p.lowered) and not AMOUNT.search(p.lowered)),
    }
    for form, provisions in silent.items():
        for provision, _ in zip(provisions, range(MOST_PASSAGES), strict=False):
            key, slots = provision.unit.key, place_of(provision.unit.key, reading.source)
            passage = reading.headed(provision.unit, provision.text)
            yield Fact(reading.source, "unanswerable", form, key, provision.text, slots, passage=passage)


def _hash(work: str, name: str) -> int:
    """The same in every language of a work."""
    return int.from_bytes(blake2b(f"{work}:{name}".encode(), digest_size=8).digest())
