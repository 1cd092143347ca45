"""Parts of citation keys that do not depend on the language: `8a` from `008A`, `IVa` from `IV bis`, `ch_II`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from data_prep.formex.acts import UnitKind

_IDENTIFIER = re.compile(r"0*(\d+)\s*([A-Za-z]*)")
_NUMBER_IN_TEXT = re.compile(r"\d+\s?[a-z]?\b")
_LATIN = {
    "bis": "a", "ter": "b", "quater": "c", "quinquies": "d", "sexies": "e",
    "septies": "f", "octies": "g", "nonies": "h", "decies": "i",
}  # fmt: skip
_ORDINAL = re.compile(
    r"\W*(?:(?:No|Nr|[nN]\.?[oº°])\.?\s+)?(?P<number>[IVXLCDM]+|\d+(?:\.\d+)*|[A-Z])(?:[\s\u2011-]*(?P<latin>"
    + "|".join(_LATIN)
    + r")\b"
    r"|[\u2011-](?P<capital>[A-Z])\b|(?P<letter>[a-z]|(?<=\d)[A-Z])\b)?(?![\w])"
)

_FIRST = re.compile(r"\W*(premi[eè]re?|primer[oa]?|primeir[oa]|erster?)\b", re.IGNORECASE)

_DIVISION_WORDS: dict[str, tuple[UnitKind, str]] = {}
for _kind, _prefix, _words in (
    ("part", "prt", "part partie teil parte"),
    ("title_division", "ti", "title titre titel título titulo"),
    ("chapter", "ch", "chapter chapitre kapitel capítulo capitulo"),
    ("section", "sec", "section abschnitt sección secção seccion secçao secao"),
    ("section", "ssec", "subsection sub-section sous-section unterabschnitt subsección subsecção"),
):
    _DIVISION_WORDS.update(dict.fromkeys(_words.split(), (_kind, _prefix)))  # type: ignore[arg-type]

_APPENDIX_WORDS = frozenset({"appendix", "appendice", "anlage", "apéndice", "apêndice", "appendices"})
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_POINT_NOISE = re.compile(r"[^\w.]+")


@dataclass(frozen=True)
class Division:
    """What kind of division a heading announces, and its part of the key."""

    kind: UnitKind
    part: str


def from_identifier(identifier: str | None) -> str | None:
    """`008A` -> `8a`, `014` -> `14`; None where it is missing or has no digits."""
    match = _IDENTIFIER.match(identifier.strip()) if identifier else None
    return match[1] + match[2].lower() if match else None


def article_part(identifier: str | None, printed: str, position: int) -> str:
    """The article's part of its key: from IDENTIFIER, else from what is printed, else by position."""
    number = from_identifier(identifier)
    if number is None:
        match = _NUMBER_IN_TEXT.search(printed)
        number = match[0].replace(" ", "") if match else str(position)
    return f"art_{number}"


def repeated_article_part(part: str, printed: str) -> str:
    """The part that the printed number gives, where it is a lettered variant of `part`; else `part`."""
    number = ordinal(_after_word(printed))
    return f"art_{number}" if number and f"art_{number}".startswith(part) else part


def paragraph_part(identifier: str | None, printed: str, position: int) -> str:
    """Like `article_part`, from the part of `008A.002` after its point."""
    _, _, paragraph = (identifier or "").partition(".")
    number = from_identifier(paragraph) or from_identifier(_POINT_NOISE.sub("", printed)) or str(position)
    return f"par_{number}"


def ordinal(text: str) -> str | None:
    """The number with which a heading goes on after its first word: ` IV bis` -> `IVa`, ` PREMIER` -> `I`, or None."""
    if _FIRST.match(text):
        return "I"
    match = _ORDINAL.match(text)
    if match is None:
        return None
    suffix = _LATIN[match["latin"]] if match["latin"] else (match["capital"] or match["letter"] or "").lower()
    return match["number"].replace(".", "-") + suffix


def division(heading: str, position: int) -> Division:
    """Kind and key part of a DIVISION; `position` among its siblings stands in for a number that is not there."""
    word = _WORD.search(heading)
    kind, prefix = _DIVISION_WORDS.get(word[0].lower() if word else "", ("division", "div"))
    return Division(kind, f"{prefix}_{ordinal(_after_word(heading)) or position}")


def _after_word(heading: str) -> str:
    word = _WORD.search(heading)
    return heading[word.end() :] if word else heading


def annex_part(heading: str) -> str:
    """`ANNEX IV` -> `anx_IV`, `Appendix 1` -> `app_1`, `ANNEX` -> `anx`."""
    word = _WORD.search(heading)
    prefix = "app" if word and word[0].lower() in _APPENDIX_WORDS else "anx"
    number = ordinal(_after_word(heading))
    return f"{prefix}_{number}" if number else prefix


def point_part(number: str, list_type: str | None, position: int) -> str:
    """`(b)` -> `pt_b`, `1.2.` -> `pt_1-2`; letters of another script are counted: `б)` -> `pt_b`."""
    cleaned = _POINT_NOISE.sub("", number).strip(".").replace(".", "-")
    if not cleaned.isascii() or not cleaned:
        cleaned = chr(ord("a") + position - 1) if list_type == "alpha" and position <= 26 else str(position)
    return f"pt_{cleaned}"
