"""References to places in an act: from a unit's key to print (`Article 5(1)(b)`), in five languages.

What can be cited is an article, its paragraphs, subparagraphs, points and indents; a recital; an annex and its
points. Deeper or other units (tables, footnotes, quoted text) are cited by the nearest of these that holds them.
`reference_reader` is the way back.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from data_prep.instruct.reference_forms import FORMS, LATIN, Forms

POINT = (
    r"\d{1,3}(?:\.\d{1,3})*[A-Za-z]?|[ivxIVX]{1,6}|(?P<same>[A-Za-z])(?P=same)?"  # as printed: 1, 1.2, 1a, ii, b, aa
)
_POINT = re.compile(POINT)
_REMEMBERED = 1 << 14  # references: acts number their articles alike
_REPEAT = re.compile(r"~\d+")
_NUMBER = r"\d{1,4}[a-z]{0,2}"
_FIRST = re.compile(rf"art_{_NUMBER}|rec_{_NUMBER}|(?:anx|app)(?:_(?:[IVXLC]+|\d+|[A-Z])[a-z]?)?")
_SECOND = re.compile(rf"par_{_NUMBER}|sub_(?:[1-9]|10)|pt_.+|ind_(?:[1-9]|10)")
# what may follow what, by the first letters of a key's parts
_FOLLOWERS = {
    "art": {"par", "sub", "pt", "ind"},
    "par": {"sub", "pt", "ind"},
    "sub": {"pt", "ind"},
    "pt": {"pt", "ind"},
    "anx": {"pt"},
    "app": {"pt"},
}


@lru_cache(maxsize=_REMEMBERED)
def citable(key: str | None) -> str | None:
    """The longest beginning of a unit's key that a citation can name, or None: `art_2.par_1.tbl_1` -> `art_2.par_1`.

    The marks of repeated keys (`~2`) are left out: print does not tell such units apart either.
    """
    first, *rest = _REPEAT.sub("", key or "").split(".")
    if not _FIRST.fullmatch(first):
        return None
    parts = [first]
    for part in rest:
        if not _may_follow(parts, part):
            break
        parts.append(part)
    return ".".join(parts)


def _may_follow(parts: list[str], part: str) -> bool:
    kind, _, value = part.partition("_")
    if kind not in _FOLLOWERS.get(_kind(parts[-1]), set()) or not _SECOND.fullmatch(part):
        return False
    return kind != "pt" or _POINT.fullmatch(value.replace("-", ".")) is not None


def _kind(part: str) -> str:
    return part.partition("_")[0]


def article_of(key: str | None) -> str | None:
    """The number of the article that a unit stands in: `art_8a.par_1` -> `8a`; None outside of articles."""
    match = re.match(rf"art_({_NUMBER})(?![a-z\d])", key or "")
    return match[1] if match else None


@lru_cache(maxsize=_REMEMBERED)
def format_reference(key: str | None, language: str) -> str:
    """A unit's place as printed, without its act; empty where the key names nothing that can be cited.

    `art_5.par_1.pt_b` -> `Article 5(1)(b)`, `article 5, paragraphe 1, point b)`, `Artikel 5 Absatz 1 Buchstabe b`.
    """
    cited = citable(key)
    if cited is None:
        return ""
    forms = FORMS[language]
    parts = cited.split(".")
    printed = _first(parts[0], forms)
    for before, part in pairwise(parts):
        printed += _next(before, part, forms)
    return printed


def _first(part: str, forms: Forms) -> str:
    kind, _, value = part.partition("_")
    if kind == "art":
        return forms.article.format(n=_article_number(value, forms))
    if kind == "rec":
        return forms.recital.format(n=value)
    name = forms.annex if kind == "anx" else forms.appendix
    return f"{name} {_inserted(value, forms)}" if value else name


def _next(before: str, part: str, forms: Forms) -> str:
    kind, _, value = part.partition("_")
    if kind == "par":
        return forms.paragraph.format(n=_inserted(value, forms))
    if kind == "pt":
        return _point_form(before, value, forms).format(p=value.replace("-", "."))
    form = forms.indent if kind == "ind" else forms.unnumbered if _kind(before) == "art" else forms.subparagraph
    return form.format(o=forms.ordinals[int(value) - 1], i=value)


def _point_form(before: str, value: str, forms: Forms) -> str:
    above, _, outer = before.partition("_")
    if above == "par" and forms.after_paragraph:
        return forms.after_paragraph
    if above == "pt" and outer.isalpha() and re.fullmatch("[ivxIVX]+", value):
        return forms.roman
    if above == "pt" and value.isalpha():
        return forms.nested
    return forms.letter if value.isalpha() else forms.digit


def _article_number(value: str, forms: Forms) -> str:
    if forms.inserted == "8-A":
        number, letters = _split(value)
        return f"{number}.º-{letters.upper()}" if letters else f"{number}.º"
    return forms.first if value == "1" else _inserted(value, forms)


def _inserted(value: str, forms: Forms) -> str:
    """`8a`, `8 bis` or `8-A`; letters after `i` have no Latin ordinal and stay, and so do two letters."""
    number, letters = _split(value)
    if not letters or forms.inserted == "8a":
        return value
    if forms.inserted == "8-A":
        return f"{number}-{letters.upper()}"
    place = ord(letters) - ord("a") if len(letters) == 1 else len(LATIN)
    return f"{number} {LATIN[place]}" if place < len(LATIN) else value


def _split(value: str) -> tuple[str, str]:
    number = value.rstrip("abcdefghijklmnopqrstuvwxyz")
    return number, value[len(number) :]
