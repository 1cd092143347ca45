"""What a term means: the points of the articles headed Definitions that begin with a term."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_prep.formex.acts import Unit
from data_prep.instruct.facts import Fact
from data_prep.instruct.kinds.reading import PASSAGE_LENGTH, SHORTEST_TEXT, Reading
from data_prep.instruct.passages import shorten, unit_text

_QUOTED_TERM = re.compile(
    r"(?:‘(?P<a>.+?)’(?!\w)|“(?P<b>.+?)”|«\s?(?P<c>.+?)\s?»|„(?P<d>.+?)[“”]|\"(?P<e>.+?)\"|'(?P<f>.+?)'(?!\w))"
)
_BARE_TERM = re.compile(r"(?P<term>[^\W\d][^:;.,]{1,60}):\s+\S")
TERM_LENGTH = 80


def definitions(reading: Reading) -> Iterator[Fact]:
    """One fact a defined term; a prompt shows the definitions beside it, too."""
    for article in filter(reading.defines, reading.articles):
        found = list(defined_terms(article))
        lines = [f"{unit.number or ''} {text}".strip() for unit, _, text in found]
        for number, (unit, term, text) in enumerate(found):
            beside = "\n".join(shorten(line, PASSAGE_LENGTH // 3) for line in lines[max(number - 1, 0) : number + 2])
            passage = reading.headed(article, beside)
            yield Fact(reading.source, "definition", "definition", unit.key, text, {"term": term}, passage=passage)


def defined_terms(unit: Unit) -> Iterator[tuple[Unit, str, str]]:
    """Points that define a term, each with the term and its words; what stands below such a point belongs to it."""
    for child in unit.children:
        if child.kind in ("footnote", "table", "quoted"):
            continue
        text = unit_text(child)
        term = _term(text) if child.kind == "point" else None
        if term is None:
            yield from defined_terms(child)
        elif len(text) > len(term) + SHORTEST_TEXT // 2:
            yield child, term, text


def _term(text: str) -> str | None:
    match = _QUOTED_TERM.match(text) or _BARE_TERM.match(text)
    term = next((group.strip() for group in match.groups() if group), None) if match else None
    return term if term and len(term) <= TERM_LENGTH else None
