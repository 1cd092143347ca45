"""Finds references to places in an act in free text of five languages: the inverse of `reference.format_reference`.

Made for what models write: upper or lower case, missing accents, blanks before brackets, a bracket that never
closes, abbreviations (`Art. 5 Abs. 1 lit. b`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from data_prep.instruct.reference import POINT, citable
from data_prep.instruct.reference_forms import FORMS, LATIN

_SUFFIX = rf"(?:[ ]?(?P<latin>{'|'.join(LATIN)})\b|-?(?P<letter>[a-z]{{1,2}})(?!\w))"
_NUMBER = rf"(?P<number>\d{{1,4}})(?:er\b|(?:\.[ ]?)?[ºª°]|\.o\b)?{_SUFFIX}?(?![\d/])"
_ARTICLE = re.compile(rf"\b(?P<word>artikeln?|articles?|art[ií]culos?|artigos?|arts?\b\.?)\s*{_NUMBER}", re.IGNORECASE)
_ARTICLE_IN_WORDS = re.compile(r"\barticle premier\b", re.IGNORECASE)
_RECITAL = re.compile(
    rf"\b(?:recitals?|consid[ée]rants?|considerandos?|erwägungsgr(?:und|undes|ünde|ünden))\s*\(?{_NUMBER}\)?",
    re.IGNORECASE,
)
_ANNEX = re.compile(
    r"\b(?:(?P<annex>annex(?:es|e)?|anhangs?|anexos?)|(?P<appendix>appendix|appendice|anlage|ap[ée]ndice|apêndice))\b"
    rf"(?:\s+(?P<number>[ivx]+|(?-i:[IVXLC]+)|\d+|(?-i:[A-Z]))(?:[ ](?P<latin>{'|'.join(LATIN)})|-?(?P<letter>[a-z]))?"
    r"(?![\w/]))?",
    re.IGNORECASE,
)
_ORDINAL_WORDS = {
    word: number
    for forms in FORMS.values()
    for number, word in enumerate(forms.ordinals, start=1)
    if word not in ("quarto", "sexto")  # the same number in Spanish and Portuguese
} | {"première": 1, "seconde": 2, "second": 2, "primer": 1, "tercer": 3, "quarto": 4, "sexto": 6}
_ORDINAL = "|".join(sorted(_ORDINAL_WORDS, key=len, reverse=True))
_SUBPARAGRAPH_WORD = r"(?:sub-?paragraph|paragraph|alin[ée]a|p[áa]rrafo|par[áa]grafo)"
_INDENT_WORD = r"(?:indent|tiret|gui[oó]n|travess[ãa]o|gedankenstrich|spiegelstrich)"
_POINT_WORD = (
    r"(?:(?:sub)?points?|letters?|lettre|letra|lit\.|(?:sub)?al[ií]neas?|buchstaben?|buchst\.|nummer|nr\.|ziffer|ziff\.|punkt"
    r"|puntos?|pontos?|incisos?|sous)"
)
_SEGMENTS = [
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("sub", rf"[\s,]*(?:the\s+)?(?P<ordinal>{_ORDINAL})\s+{_SUBPARAGRAPH_WORD}\b"),
        ("sub", rf"[\s,]*(?:p[áa]rrafo|unterabsatz|uabs\.)\s+(?:(?P<ordinal>{_ORDINAL})\b|(?P<digits>\d{{1,2}})\b)"),
        ("ind", rf"[\s,]*(?:the\s+)?(?P<ordinal>{_ORDINAL})\s+{_INDENT_WORD}\b"),
        ("ind", rf"[\s,]*{_INDENT_WORD}\s+(?P<ordinal>{_ORDINAL})\b"),
        (
            "par",
            r"[\s,]*(?:paragraphe|paragraph|par\.|absatz|abs\.|apartado|apdo\.|n\.?[ ]?[ºo°]\.?|n[úu]mero|§)"
            rf"\s*\(?{_NUMBER}\)?",
        ),
        ("pt", rf"[\s,]*{_POINT_WORD}\s*\(?(?P<point>{POINT})(?![\w/.]\w|\w)\)?"),
        ("bracket", rf"\s?\(\s?(?:(?P<point>{POINT})|{_NUMBER})(?:\s?\)|(?=[\s,;:(]|\.?$))"),
        ("pt", rf"\s(?P<point>{POINT})\)"),
    )
]
_PLURAL = re.compile(r"articles|artikeln?|art[ií]culos|artigos|arts\.?", re.IGNORECASE)
_ANOTHER = re.compile(rf"(?:\s*,\s*|\s+(?:and|or|et|ou|und|oder|y|o|e)\s+){_NUMBER}", re.IGNORECASE)


@dataclass(frozen=True)
class Reference:
    """A place that a text names: the key of the unit, and the characters `start` to `end` that name it."""

    key: str
    start: int
    end: int


def find_references(text: str) -> list[Reference]:
    """Every article, recital and annex that `text` names, in its order, each with the paragraph and point named."""
    found = [*_articles(text), *_recitals(text), *_annexes(text)]
    return sorted(found, key=lambda reference: reference.start)


def _articles(text: str) -> Iterator[Reference]:
    for match in _ARTICLE_IN_WORDS.finditer(text):
        yield _with_tail(text, "art_1", match.start(), match.end())
    for match in _ARTICLE.finditer(text):
        reference = _with_tail(text, f"art_{_number(match)}", match.start(), match.end())
        yield reference
        while _PLURAL.fullmatch(match["word"]) and (another := _ANOTHER.match(text, reference.end)):
            reference = _with_tail(text, f"art_{_number(another)}", another.start("number"), another.end())
            yield reference


def _recitals(text: str) -> Iterator[Reference]:
    for match in _RECITAL.finditer(text):
        yield Reference(f"rec_{_number(match)}", match.start(), match.end())


def _annexes(text: str) -> Iterator[Reference]:
    for match in _ANNEX.finditer(text):
        number = (match["number"] or "").upper()
        name = "anx" if match["annex"] else "app"
        key = f"{name}_{number}{_letter(match)}" if number else name
        yield _with_tail(text, key, match.start(), match.end())


def _number(match: re.Match[str]) -> str:
    return match["number"] + _letter(match)


def _letter(match: re.Match[str]) -> str:
    if match["latin"]:
        return chr(ord("a") + LATIN.index(match["latin"].lower()))
    return (match["letter"] or "").lower()


def _with_tail(text: str, key: str, start: int, end: int) -> Reference:
    """Follow the reference into paragraphs, subparagraphs, points and indents, as far as they make sense."""
    while (step := _next_part(text, key, end)) is not None:
        key, end = step
    return Reference(key, start, end)


def _next_part(text: str, key: str, end: int) -> tuple[str, int] | None:
    for kind, pattern in _SEGMENTS:
        match = pattern.match(text, end)
        if match is None:
            continue
        longer = f"{key}.{_part(kind, match, key)}"
        if citable(longer) == longer:
            return longer, match.end()
    return None


def _part(kind: str, match: re.Match[str], key: str) -> str:
    found = match.groupdict()
    if kind in ("sub", "ind"):
        return f"{kind}_{found.get('digits') or _ORDINAL_WORDS[found['ordinal'].lower()]}"
    if kind == "par":
        return f"par_{_number(match)}"
    point = found["point"] or _number(match)
    paragraph = (
        kind == "bracket" and key.startswith("art_") and "." not in key and re.fullmatch(r"\d+[A-Za-z]{0,2}", point)
    )
    return f"par_{point.lower()}" if paragraph else "pt_" + point.replace(".", "-")
