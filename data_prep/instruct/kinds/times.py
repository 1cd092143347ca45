"""When: time limits and days by which something must be done, entry into force and application."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from data_prep.formex.acts import Unit
from data_prep.instruct.facts import Fact
from data_prep.instruct.kinds.patterns import APPLIES_FROM, BY_DATE, COMMAND, ENTRY_INTO_FORCE, HOWEVER, PERIOD
from data_prep.instruct.kinds.reading import Provision, Reading
from data_prep.instruct.places import place_of

LONGEST_DATE_SENTENCE = 400
_WORD = re.compile(r"(?<= )[^\W\d_]{2,}")
LAST_ARTICLES = 5
NEAR = 150  # characters of a sentence that may stand before its time limit


def deadlines(reading: Reading) -> Iterator[Fact]:
    """Provisions with one time limit and no other, `within 72 hours` or `by 31 December 2025`."""
    period, day, command = (patterns[reading.language] for patterns in (PERIOD, BY_DATE, COMMAND))
    for provision in reading.rules:
        limits = [*period.finditer(provision.lowered), *day.finditer(provision.lowered)]
        if len(limits) != 1:
            continue
        limit = provision.text[limits[0].start() : limits[0].end()]
        sentence = next((each for each in provision.sentences if limit in each), "")
        if command.search(sentence):
            form = "deadline_period" if limits[0].re is period else "deadline_date"
            yield _deadline(form, reading, provision, sentence, limit)


def _deadline(form: str, reading: Reading, provision: Provision, sentence: str, limit: str) -> Fact:
    said = limit[0].lower() + limit[1:]
    slots = {**place_of(provision.unit.key, reading.source), "limit": said}
    text = _from_near(sentence, sentence.index(limit))
    return Fact(reading.source, "deadline", form, provision.unit.key, text, slots, passage=reading.passage(provision))


def _from_near(sentence: str, position: int) -> str:
    """The sentence, or its part from a clause or a word shortly before `position`: a short answer must show that."""
    if position <= NEAR:
        return sentence
    clause = max(sentence.rfind(sign, position - NEAR, position) for sign in (", ", "; ", ": "))
    if clause >= 0:
        return f"… {sentence[clause + 2 :]}"
    word = _WORD.search(sentence, position - NEAR)
    return f"… {sentence[word.start() :]}" if word and word.start() <= position else sentence


def dates(reading: Reading) -> Iterator[Fact]:
    """When the act enters into force, and from when it applies: one place each, in its last articles."""
    for form, patterns in (("entry_into_force", ENTRY_INTO_FORCE), ("application_date", APPLIES_FROM)):
        found = list(_sentences_that(reading, patterns))
        if len(found) == 1:
            unit, text, passage = found[0]
            yield Fact(reading.source, "date", form, unit.key, text, passage=passage)


def _sentences_that(reading: Reading, patterns: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[Unit, str, str]]:
    """Where a sentence matches: the unit, the text from there on, and the passage to show.

    Where a later provision of the article takes something back, `However, ...`, the whole article is meant.
    """
    says = patterns[reading.language]
    for article, provisions in reading.by_article[-LAST_ARTICLES:]:
        for number, provision in enumerate(provisions):
            for position, sentence in enumerate(provision.sentences):
                if len(sentence) <= LONGEST_DATE_SENTENCE and says.search(sentence):
                    after = [later.text for later in provisions[number + 1 :]]
                    text = " ".join(provision.sentences[position:])
                    limited = any(map(HOWEVER.match, after))
                    unit = article if limited else provision.unit
                    yield unit, " ".join([text, *after]) if limited else text, reading.passage(provision)
