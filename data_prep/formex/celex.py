"""CELEX numbers and how acts are cited: parse, normalise, derive from metadata, label in five languages.

Nothing here guesses: what the evidence does not settle is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_CELEX = re.compile(
    r"(?P<sector>[0-9CE])(?P<year>\d{4})(?P<type>[A-Z]{1,2})(?P<number>\d{4,6}|/[A-Z]{3,4}|)"
    r"(?P<suffix>(?:/[A-Z]{3,4})?(?:\(\d{2}\))?(?:R\(\d{2}\))?(?:-(?P<version>\d{8}))?)"
)
_LEGACY = re.compile(r"(?P<sector>[2-5])(?P<year>\d{2})(?P<rest>[A-Z]\d{4}(?:\(\d{2}\))?(?:R\(\d{2}\))?(?:-\d{8})?)")
_CONSOLIDATION = re.compile(r"\d{4}[A-Z]{1,2}\d{4}(?:\(\d{2}\))?")
_LETTERS = {"REG": "R", "DIR": "L", "DEC": "D", "DECIS": "D"}
DOC_TYPES = {"R": "regulation", "L": "directive", "D": "decision", "H": "recommendation"}


@dataclass(frozen=True)
class Celex:
    """The parts of a CELEX number.

    Attributes:
        sector: `3` for legislation, `0` for consolidated texts, `6` for case law.
        year: four digits.
        type: one or two letters: `R`, `L`, `D`, `CJ`.
        number: as a string of at least four digits; empty or with a slash for treaties.
        suffix: `(01)`, `R(02)`, `-20160504`, or empty.
    """

    sector: str
    year: int
    type: str
    number: str
    suffix: str = ""

    def __str__(self) -> str:
        return f"{self.sector}{self.year:04}{self.type}{self.number}{self.suffix}"


def parse(text: str) -> Celex | None:
    """The parts of a CELEX number in modern form, or None where it is not one."""
    match = _CELEX.fullmatch(text)
    if match is None or (match["version"] and iso_date(match["version"]) is None):
        return None
    return Celex(match["sector"], int(match["year"]), match["type"], match["number"], match["suffix"])


def normalise(text: str) -> str | None:
    """A CELEX number in modern form: `377L0388` -> `31977L0388`, `12012J/ACT` as it is; None where it is none."""
    cleaned = "".join(text.split()).upper()
    legacy = _LEGACY.fullmatch(cleaned)
    if legacy:
        century = "19" if int(legacy["year"]) > 50 else "20"
        cleaned = f"{legacy['sector']}{century}{legacy['year']}{legacy['rest']}"
    parsed = parse(cleaned)
    return str(parsed) if parsed else None


def iso_date(digits: str | None) -> str | None:
    """`20160504` -> `2016-05-04`; None where it is not a day of the calendar."""
    if not digits or not re.fullmatch(r"\d{8}", digits):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        return None


def full_year(text: str | None) -> int | None:
    """`2016` -> 2016, `95` -> 1995; None where it is no year of an act (1951 to 2099)."""
    if not text or not text.isascii() or not text.isdigit():
        return None
    year = int(text) if len(text) == 4 else 1900 + int(text) if len(text) == 2 else 0
    return year if 1951 <= year <= 2099 else None


def letter_of(legal_value: str | None) -> str | None:
    """The type letter of a LEGAL.VALUE or LEG.VAL: REG, REG_IMPL, REGIMP -> R; None for OTHER."""
    match = re.match(r"REG|DIR|DEC", legal_value or "")
    return _LETTERS[match[0]] if match else None


def from_number(letter: str, year: str | None, number: str | None) -> str | None:
    """The sector-3 CELEX of an act of the L series by type letter, year and number."""
    whole_year = full_year(year)
    if whole_year is None or not number or not number.isascii() or not number.isdigit() or int(number) == 0:
        return None
    return f"3{whole_year}{letter}{int(number):04}"


def consolidated(reference: str | None, start: str | None) -> str | None:
    """The sector-0 CELEX of a consolidated text: CONSLEG.REF `2016R0679` and START.DATE `20160504`."""
    if not reference or not _CONSOLIDATION.fullmatch(reference) or iso_date(start) is None:
        return None
    return f"0{reference}-{start}"


def doc_type(celex: str | None) -> str:
    """regulation, directive, decision, recommendation or other, by the type letter."""
    parsed = parse(celex) if celex else None
    return DOC_TYPES.get(parsed.type, "other") if parsed and parsed.sector in "30" else "other"


def oj_reference(series: str | None, number: str | None, published: str | None, page: str | None) -> str | None:
    """`OJ L 119, 4.5.2016, p. 1`, the English canonical form; None where series, number or day is missing.

    Since October 2023 each act is an issue of its own: `number` is then `2024/1689`, and no page is cited.
    """
    day = iso_date(published)
    if not series or not number or day is None:
        return None
    year, month, day_of_month = (int(part) for part in day.split("-"))
    printed = f"{day_of_month}.{month}.{year}"
    if "/" in number:
        return f"OJ {series}, {number}, {printed}"
    place = f", p. {int(page)}" if page and page.isascii() and page.isdigit() else ""
    return f"OJ {series} {number.lstrip('0') or number}, {printed}{place}"


def oj_issue(year: str | None, number: str | None) -> str | None:
    """The issue number of an act that is published on its own: `2024/1689`."""
    return f"{year}/{number}" if year and number else None
