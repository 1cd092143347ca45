"""Which fines and sanctions an act provides for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_prep.instruct.facts import Fact
from data_prep.instruct.kinds.patterns import AMOUNT, PENALTY
from data_prep.instruct.kinds.reading import SHORTEST_TEXT, Reading, lowered
from data_prep.instruct.places import place_of

NEAR = 150  # characters between a fine and its amount


def penalties(reading: Reading) -> Iterator[Fact]:
    """Provisions on penalties with an amount, or in an article whose heading announces penalties."""
    source, threatens = reading.source, PENALTY[reading.language]
    for provision in reading.rules:
        if not threatens.search(provision.lowered):
            continue
        headed = threatens.search(lowered(reading.headings[provision.article.key])) is not None
        for number, sentence in enumerate(provision.sentences):
            if len(sentence) >= SHORTEST_TEXT and _punishes(lowered(sentence), threatens, headed):
                key, place = provision.unit.key, place_of(provision.unit.key, source)
                text = " ".join(provision.sentences[number:])
                yield Fact(source, "penalty", "penalty", key, text, place, passage=reading.passage(provision))
                break


def _punishes(sentence: str, threatens: re.Pattern[str], headed: bool) -> bool:
    for found in threatens.finditer(sentence):
        if headed or AMOUNT.search(sentence, max(found.start() - NEAR, 0), found.end() + NEAR):
            return True
    return False
