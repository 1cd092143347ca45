"""The canonical citation, `Article 5(1)(b), Regulation (EU) 2016/679 (CELEX: 32016R0679)`, and its inverse.

Answers are written with `format_citation`; evaluation reads what a model wrote with `extract_citations`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from data_prep.formex.celex import normalise
from data_prep.instruct.act_names import act_name
from data_prep.instruct.reference import article_of, citable, format_reference
from data_prep.instruct.reference_forms import FORMS
from data_prep.instruct.reference_reader import Reference, find_references

_CELEX = re.compile(
    r"(?<![\w/])(?:[0-9CE]\d{4}[A-Z]{1,2}\d{4,6}|[0-9CE][ ]?\d{4}[ ]?[A-Z]{1,2}[ ]?\d{4})"
    r"(?:\(\d{2}\))?(?:R\(\d{2}\))?(?:-\d{8})?(?![\w])",
    re.IGNORECASE,
)
_REACH = 200  # characters between a place and the CELEX of its act: the name of the act, however long
_SENTENCE_END = re.compile(
    r"(?<!\bart)(?<!\bn[or])(?<!\bn)(?<!\babs)(?<!\bpar)(?<!\blit)(?<!buchst)[.!?]\s|\n\s*\n", re.IGNORECASE
)
_BETWEEN_PLACES = re.compile(
    r"[\s,;]*(?:(?:and|or|et|ou|und|oder|y|o|e|in conjunction with|en liaison avec|in verbindung mit)\s+)?"
    r"(?:(?:l['’]|à l['’]|the|el|o|del|do|der|dem|des)\s*)?",
    re.IGNORECASE,
)
_BEFORE_PLACE = re.compile(r"[\s,;:()\[\]–—-]*(?:(?:in|à|en|no|dans)\s+)?(?:(?:l['’]|the|el|its|o)\s*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Citation:
    """One place in one act.

    Attributes:
        celex: CELEX number in modern form.
        article: number of the article, `8a`; None where the citation names none.
        unit: key of the unit that is cited, `art_5.par_1.pt_b`; None for an act as a whole.
    """

    celex: str
    article: str | None = None
    unit: str | None = None


def cite(celex: str, unit_key: str | None = None) -> Citation:
    """The citation of a unit: of the nearest place that print can name."""
    key = citable(unit_key)
    return Citation(celex, article_of(key), key)


def format_citation(label: str | None, celex: str, unit_key: str | None, language: str) -> str:
    """The canonical citation of a unit in its language.

    Args:
        label: how the act is cited in that language, `Règlement (UE) 2016/679`; None where it is not known.
        celex: CELEX number of the act.
        unit_key: key of the unit; None for the act as a whole.
        language: en, fr, de, es or pt.

    Returns:
        `Article 5(1)(b), Regulation (EU) 2016/679 (CELEX: 32016R0679)`,
        `article 5, paragraphe 1, point b), du règlement (UE) 2016/679 (CELEX: 32016R0679)`;
        without a place `Règlement (UE) 2016/679 (CELEX: 32016R0679)`.
    """
    place, number = format_reference(unit_key, language), f"(CELEX: {celex})"
    if not place:
        return f"{label} {number}" if label else number
    if not label:
        return f"{place} {number}"
    key = citable(unit_key) or ""
    link = FORMS[language].link[1 if "." in key else 0]
    named = label if language == "en" else act_name(label, language).of
    return f"{place}{link}{named} {number}"


def extract_citations(text: str) -> list[Citation]:
    """The citations in a text, in its order and without repetition.

    A citation needs a CELEX number. The places that belong to it are those named right before it, with nothing but
    the act's name and within one sentence, or else right after it. A place without a CELEX number cites nothing, and
    a CELEX number without a place cites the act, unless the text also cites a place in that act.
    """
    numbers = [(match, celex) for match in _CELEX.finditer(text) if (celex := normalise(match[0]))]
    places = find_references(text)
    found: dict[Citation, None] = {}
    floor = 0
    for position, (match, celex) in enumerate(numbers):
        ceiling = numbers[position + 1][0].start() if position + 1 < len(numbers) else len(text)
        own = _before(text, places, floor, match.start()) or _after(text, places, match.end(), ceiling)
        floor = max([match.end(), *(place.end for place in own)])
        found.update(dict.fromkeys([cite(celex, place.key) for place in own] or [cite(celex)]))
    with_place = {citation.celex for citation in found if citation.unit}
    return [citation for citation in found if citation.unit or citation.celex not in with_place]


def _before(text: str, places: list[Reference], floor: int, end: int) -> list[Reference]:
    """The run of places that ends before `end`; empty where a sentence ends in between."""
    reachable = [place for place in places if floor <= place.start and end - _REACH <= place.end <= end]
    if not reachable or _SENTENCE_END.search(text, reachable[-1].end, end):
        return []
    run = [reachable[-1]]
    for place in reversed(reachable[:-1]):
        if not _BETWEEN_PLACES.fullmatch(text, place.end, run[0].start):
            break
        run.insert(0, place)
    return run


def _after(text: str, places: list[Reference], start: int, ceiling: int) -> list[Reference]:
    """The run of places that begins at `start`, but for brackets and commas; those of the next act do not count."""
    run: list[Reference] = []
    between = _BEFORE_PLACE
    for place in places:
        if start <= place.start and place.end <= ceiling and between.fullmatch(text, start, place.start):
            run.append(place)
            start, between = place.end, _BETWEEN_PLACES
    return run
