"""Whether one document is worth training on: the user's filters, and the reason why a document is dropped.

Language, type, year and family are decided before anything is rendered; the rest from the document's signals.
"""

from __future__ import annotations

from dataclasses import dataclass

from data_prep.choose.families import ANNEX, CORRIGENDUM, can_have_family
from data_prep.choose.language import EU_LANGUAGES
from data_prep.choose.measure import Signals
from data_prep.formex import celex as cx
from data_prep.formex.acts import LANGUAGES, Act
from lexatron.errors import UserError

LANGUAGE = "language not wanted"
TYPE = "type not wanted"
CORRIGENDA = "corrigendum"
YEAR = "year not wanted"
FAMILY_UNKNOWN = "family unknown"
SHORT = "too short"
TABLES = "mostly tables"
BOILERPLATE = "boilerplate"
WRONG_LANGUAGE = "text is not in the stated language"
QUALITY = "low quality"
REASONS = (LANGUAGE, CORRIGENDA, TYPE, YEAR, FAMILY_UNKNOWN, SHORT, TABLES, BOILERPLATE, WRONG_LANGUAGE, QUALITY)

DOC_TYPES = (*cx.DOC_TYPES.values(), "judgment", "order", "opinion", ANNEX, "other")

_LEAST_PROSE = 100  # characters: "This Regulation shall enter into force on the day of its publication." has 70
_LEAST_PROSE_SHARE = 0.15  # of what is not in tables
_TABLES_SPEAK = 0.5  # table share: a table with a line of introduction says something


@dataclass(frozen=True)
class Filters:
    """Which documents are wanted. The defaults keep every act in the five languages that has something to say.

    Attributes:
        languages: ISO 639-1.
        doc_types: of `DOC_TYPES`; None for all of them. Corrigenda are not among them.
        corrigenda: keep corrigenda too: lists of wrong and right wordings, half of which is not the law.
        years: first and last year of adoption, both included; None for all. An act of unknown year is then dropped.
        min_characters: of the rendered text.
        max_table_share: 0 to 1; above it a document is a table with an act around it.
        min_quality: 0 to 1, see `Signals.quality`.
        check_language: drop a document most of whose prose is in another language than it says.

    Raises:
        UserError: a language, type, year or share that cannot be.
    """

    languages: tuple[str, ...] = LANGUAGES
    doc_types: tuple[str, ...] | None = None
    corrigenda: bool = False
    years: tuple[int, int] | None = None
    min_characters: int = 300
    max_table_share: float = 0.95
    min_quality: float = 0.1
    check_language: bool = True

    def __post_init__(self) -> None:
        _must_be_known("language", self.languages, EU_LANGUAGES)
        _must_be_known("type of document", self.doc_types or (), DOC_TYPES)
        if self.years is not None and self.years[0] > self.years[1]:
            first, last = self.years
            raise UserError(f"no year is between {first} and {last}", remedy=f"give {last} to {first}")
        if self.min_characters < 0:
            raise UserError(f"a text cannot have {self.min_characters} characters", remedy="give 0 or more")
        for name, share in (("table share", self.max_table_share), ("quality", self.min_quality)):
            if not 0 <= share <= 1:
                raise UserError(f"a {name} of {share} cannot be", remedy="give a number from 0 to 1")


def _must_be_known(what: str, given: tuple[str, ...], known: tuple[str, ...]) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        raise UserError(f"unknown {what} {', '.join(unknown)}", remedy=f"choose from {', '.join(known)}")


def reason_before_text(act: Act, filters: Filters) -> str | None:
    """Why an act is dropped whatever its text is, or None."""
    if act.language not in filters.languages:
        return LANGUAGE
    if act.doc_type == CORRIGENDUM:
        if not filters.corrigenda:
            return CORRIGENDA
    elif filters.doc_types is not None and act.doc_type not in filters.doc_types:
        return TYPE
    if filters.years is not None and not _between(year_of(act), filters.years):
        return YEAR
    return None if can_have_family(act) else FAMILY_UNKNOWN


def reason_to_drop(act: Act, text: str, signals: Signals, filters: Filters) -> str | None:
    """Why a document is dropped whatever the others are, or None; the first reason of `REASONS` that applies.

    Args:
        text: the act as rendered.
        signals: of this act and text.
    """
    return reason_before_text(act, filters) or _reason_in_text(act, text, signals, filters)


def _reason_in_text(act: Act, text: str, signals: Signals, filters: Filters) -> str | None:
    if len(text) < filters.min_characters:
        return SHORT
    if signals.table_share > filters.max_table_share:
        return TABLES
    if _is_boilerplate(signals):
        return BOILERPLATE
    if filters.check_language and signals.language not in (None, act.language):
        return WRONG_LANGUAGE
    return QUALITY if signals.quality < filters.min_quality else None


def _is_boilerplate(signals: Signals) -> bool:
    """Whether almost all that is not in tables is title, citations, formulae, signatures, footnotes and headings."""
    if signals.table_share > _TABLES_SPEAK:
        return False
    outside_tables = signals.prose_share + signals.formal_share
    return signals.prose < _LEAST_PROSE or signals.prose_share < _LEAST_PROSE_SHARE * outside_tables


def year_of(act: Act) -> int | None:
    """The year in which an act was adopted, or that its CELEX number tells; None where neither is known."""
    if act.date:
        return int(act.date[:4])
    parsed = cx.parse(act.base_celex or act.celex or "")
    return parsed.year if parsed else None


def _between(year: int | None, years: tuple[int, int]) -> bool:
    return year is not None and years[0] <= year <= years[1]
