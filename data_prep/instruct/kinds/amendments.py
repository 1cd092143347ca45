"""Which act changed this one, from the marks that consolidated texts carry (CLG.MDFO)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from data_prep.instruct.facts import Cited, Fact
from data_prep.instruct.kinds.reading import Reading
from data_prep.instruct.places import act_changed

ACTIONS = ("inserted", "replaced", "deleted")
MOST_ACTS = 3  # amending provisions that an answer names
_LAW = re.compile(r"3\d{4}[RLD]\d{4}")
_ARTICLE = re.compile(r"AR:0*(\d+)([A-Z]{0,2})(?=$|[;\s])")


def amendments(reading: Reading) -> Iterator[Fact]:
    """By which articles of which acts text was inserted, replaced or deleted; where few enough did for one answer."""
    source = reading.source
    for action in ACTIONS:
        found = _amending_articles(reading, action)
        if found and len(found) <= MOST_ACTS:
            also = tuple(Cited(work, key) for work, key in found)
            needs = tuple(dict.fromkeys(work for work, _ in found))
            slots = {"change": act_changed(action, source), "celex": source.work}
            yield Fact(source, "amendment", "amendment", None, "", slots, also, needs=needs, variant=action)


def _amending_articles(reading: Reading, action: str) -> list[tuple[str, str]]:
    """(CELEX, key of the article) of every amending provision; empty where the place of one is not told."""
    found: dict[str, set[str]] = defaultdict(set)
    for amendment in reading.act.amendments:
        if amendment.action != action:
            continue
        place = _ARTICLE.match(amendment.location or "")
        if place is None or not _LAW.fullmatch(amendment.celex) or amendment.celex == reading.source.work:
            return []
        found[amendment.celex].add(f"art_{place[1]}{place[2].lower()}")
    return [(work, key) for work in sorted(found) for key in sorted(found[work], key=_in_order)]


def _in_order(key: str) -> tuple[int, str]:
    digits = re.sub(r"\D", "", key)
    return int(digits), key
