"""Provisions that refer to another article of the same act, together with what they refer to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_prep.formex.acts import Unit
from data_prep.instruct.citation import cite
from data_prep.instruct.facts import Cited, Fact
from data_prep.instruct.kinds.patterns import OTHER_ACT
from data_prep.instruct.kinds.reading import LONG_TEXT, Provision, Reading
from data_prep.instruct.passages import unit_text
from data_prep.instruct.places import place_of
from data_prep.instruct.reference import article_of
from data_prep.instruct.reference_reader import find_references

# an article and its number; a plural names several articles, of which each alone would tell half
_ARTICLE = re.compile(r"[Aa]rt(?:icle|ikel|[ií]culo|igo)(?P<plural>s|n)?\s+\d")
_ANOTHER = re.compile(r"\s*(?:,|and|or|to|et|ou|à|und|oder|bis|y|o|u|e|a)\s*\(?\d")  # Article 39 or 40; 73(2) and (5)
SHORTEST_TARGET = 60


def cross_references(reading: Reading) -> Iterator[Fact]:
    """One fact a provision whose only reference leads to a unit of another article of this act."""
    units = {unit.key: unit for article in reading.articles for unit in article.walk() if unit.key}
    source = reading.source
    for provision in reading.rules:
        target = _target(provision, reading, units)
        if target is None:
            continue
        key, text = provision.unit.key, unit_text(target)
        enough = len(text) >= SHORTEST_TARGET and len(provision.text) + len(text) >= LONG_TEXT
        if enough and cite(source.work, target.key) != cite(source.work, key):
            also = Cited(source.work, target.key, source.label, text)
            slots = place_of(key, source)
            yield Fact(source, "cross_reference", "cross_reference", key, provision.text, slots, (also,))


def _target(provision: Provision, reading: Reading, units: dict[str, Unit]) -> Unit | None:
    """The unit that a provision refers to, where it refers to one and speaks of no other act."""
    named = list(_ARTICLE.finditer(provision.text))
    if len(named) != 1 or named[0]["plural"]:
        return None
    references = find_references(provision.text)
    if len(references) != 1 or _ANOTHER.match(provision.text, references[0].end):
        return None
    key = references[0].key
    target = units.get(key) if article_of(key) != article_of(provision.unit.key) else None
    return target if target and not OTHER_ACT[reading.language].search(provision.lowered) else None
