"""How an act is cited in each language, `Regulation (EU) 2016/679`, and what its title says about its number.

The rules of form: since 2015 every regulation, directive and decision is `(EU) year/number`; before, a
regulation is `(EC) No number/year`, a directive `year/number/EC` (two digits up to 1998), a decision
`No number/year/EC` or `year/number/EC` as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from data_prep.formex.celex import full_year, parse

# language -> (regulation, directive, decision), each plain, implementing, delegated
_NAMES: dict[str, dict[str, tuple[str, str, str]]] = {
    "en": {
        "R": ("Regulation", "Implementing Regulation", "Delegated Regulation"),
        "L": ("Directive", "Implementing Directive", "Delegated Directive"),
        "D": ("Decision", "Implementing Decision", "Delegated Decision"),
    },
    "fr": {
        "R": ("Règlement", "Règlement d’exécution", "Règlement délégué"),
        "L": ("Directive", "Directive d’exécution", "Directive déléguée"),
        "D": ("Décision", "Décision d’exécution", "Décision déléguée"),
    },
    "de": {
        "R": ("Verordnung", "Durchführungsverordnung", "Delegierte Verordnung"),
        "L": ("Richtlinie", "Durchführungsrichtlinie", "Delegierte Richtlinie"),
        "D": ("Beschluss", "Durchführungsbeschluss", "Delegierter Beschluss"),
    },
    "es": {
        "R": ("Reglamento", "Reglamento de Ejecución", "Reglamento Delegado"),
        "L": ("Directiva", "Directiva de Ejecución", "Directiva Delegada"),
        "D": ("Decisión", "Decisión de Ejecución", "Decisión Delegada"),
    },
    "pt": {
        "R": ("Regulamento", "Regulamento de Execução", "Regulamento Delegado"),
        "L": ("Diretiva", "Diretiva de Execução", "Diretiva Delegada"),
        "D": ("Decisão", "Decisão de Execução", "Decisão Delegada"),
    },
}
_NUMBER_SIGN = {"en": "No", "fr": "n°", "de": "Nr.", "es": "n.º", "pt": "n.º"}
_COMMUNITIES = {
    "EU": {"en": "EU", "fr": "UE", "de": "EU", "es": "UE", "pt": "UE"},
    "EC": {"en": "EC", "fr": "CE", "de": "EG", "es": "CE", "pt": "CE"},
    "EEC": {"en": "EEC", "fr": "CEE", "de": "EWG", "es": "CEE", "pt": "CEE"},
}
_CANONICAL = {
    "EU": "EU", "UE": "EU", "EC": "EC", "CE": "EC", "EG": "EC", "EEC": "EEC", "CEE": "EEC", "EWG": "EEC",
}  # fmt: skip
# first words of a title -> type letter; compounds end in the word (Durchführungsverordnung)
_TYPE_WORD = re.compile(
    r"(?:(?P<R>regulation|règlement|\w*verordnung|reglamento|regulamento)"
    r"|(?P<L>directive|\w*richtlinie|directiva|diretiva)"
    r"|(?P<D>decision|décision|\w*beschluss(?:es)?|\w*entscheidung|decisión|decisão))\b",
    re.IGNORECASE,
)
_CORRECTION_WORD = re.compile(
    r"corrigendum|rectificatif|berichtigung|corrección|retificação|rectificação", re.IGNORECASE
)
_IMPLEMENTING = re.compile(r"implementing|exécution|durchführungs|ejecución|execução", re.IGNORECASE)
_DELEGATED = re.compile(r"delegated|délégué|delegiert|delegad[ao]", re.IGNORECASE)
_NUMBER = re.compile(r"\b(?P<first>\d{1,4})/(?P<second>\d{1,4})(?:/(?P<tail>[A-Z]{2,3})\b)?")
_BRACKET = re.compile(r"\((EU|UE|EC|CE|EG|EEC|CEE|EWG)\)\s*(?:No|Nr\.?|n\.?\s?[o°º]\.?)?\s*$", re.IGNORECASE)
_MENTION = 70  # characters in which a mention gives its number
_TITLE_HEAD = 160  # characters in which a title names its act; later numbers belong to other acts


@dataclass(frozen=True)
class Designation:
    """What an act calls itself.

    Attributes:
        letter: CELEX type letter.
        year, number: as integers.
        year_first: whether print puts the year before the number.
        community: EU, EC or EEC, or None.
        flavour: 0 plain, 1 implementing, 2 delegated: the index into its names.
    """

    letter: str
    year: int
    number: int
    year_first: bool
    community: str | None
    flavour: int


def community(code: str | None) -> str | None:
    """The canonical community of a COM element in any language: UE -> EU; None for others (Euratom, ECSC, ECB)."""
    return _CANONICAL.get((code or "").strip().upper())


def title_letter(title: str) -> str | None:
    """The type letter that the first words of a title name, in the five languages; None for a corrigendum's."""
    head = title[:_TITLE_HEAD]
    match = _TYPE_WORD.search(head)
    number = _NUMBER.search(head)
    if match is None or _CORRECTION_WORD.match(head) or (number and number.start() < match.start()):
        return None
    return match.lastgroup


def corrected_act(title: str) -> Designation | None:
    """The act that the title of a corrigendum names."""
    return designation(title[match.end() :]) if (match := _CORRECTION_WORD.match(title)) else None


def designation(title: str) -> Designation | None:
    """Type, number and year by which a title names its own act; None where it is ambiguous or says too little."""
    letter, match = title_letter(title), _NUMBER.search(title[:_TITLE_HEAD])
    if letter is None or match is None:
        return None
    before = title[: match.start()]
    bracket = _BRACKET.search(before)
    shown = community(bracket[1] if bracket else match["tail"])
    year_first = _year_first(letter, match["first"], match["second"], signed=_has_number_sign(before))
    if year_first is None:
        return None
    year, number = (match["first"], match["second"]) if year_first else (match["second"], match["first"])
    whole_year = full_year(year)
    if whole_year is None:
        return None
    return Designation(letter, whole_year, int(number), year_first, shown, flavour(before))


def mentions(text: str) -> Iterator[Designation]:
    """Acts that a text names by type, number and year, in order: `Directive 95/46/EC`; not plural enumerations."""
    for word in _TYPE_WORD.finditer(text):
        following = _TYPE_WORD.search(text, word.end())
        end = min(word.start() + _MENTION, following.start() if following else len(text))
        shown = designation(text[word.start() : end])
        if shown is not None:
            yield shown


def _has_number_sign(before: str) -> bool:
    return re.search(r"(?:\bNo|\bNr\.?|\bn\.?\s?[o°º]\.?)\s*$", before, re.IGNORECASE) is not None


def _year_first(letter: str, first: str, second: str, *, signed: bool) -> bool | None:
    """A number sign means number/year; without one the year comes first, if it can be one."""
    if signed:
        return False
    if letter == "R" and len(first) < 4:
        return None
    return full_year(first) is not None or None


def flavour(title: str) -> int:
    """0 for a plain act, 1 for an implementing one, 2 for a delegated one, by the words before its number."""
    head = title[:_TITLE_HEAD]
    number = _NUMBER.search(head)
    head = head[: number.start()] if number else head
    return 1 if _IMPLEMENTING.search(head) else 2 if _DELEGATED.search(head) else 0


def label(celex: str | None, language: str, shown: Designation | None) -> str | None:
    """How an act is cited: `Regulation (EU) 2016/679`, `Directive 95/46/EC`, `Regulation (EC) No 1907/2006`.

    Args:
        celex: of the act; a consolidated text is cited as its act.
        language: en, fr, de, es or pt; others give None.
        shown: how the act designates itself; None where unknown.

    Returns:
        None where the designation is unknown or contradicts the CELEX number.
    """
    parsed = parse(celex) if celex else None
    if parsed is None or shown is None or shown.community is None or language not in _NAMES:
        return None
    agrees = (shown.letter, shown.year) == (parsed.type, parsed.year) and parsed.number.isdigit()
    if parsed.type not in "RLD" or not agrees or shown.number != int(parsed.number):
        return None
    name = _NAMES[language][parsed.type][shown.flavour]
    return f"{name} {_number(shown, language)}"


def _number(shown: Designation, language: str) -> str:
    where = _COMMUNITIES[shown.community or "EU"][language]
    year = str(shown.year)
    if shown.year >= 2015:
        return f"({where}) {year}/{shown.number}"
    if shown.letter == "R":
        return f"({where}) {_NUMBER_SIGN[language]} {shown.number}/{_short(year)}"
    if shown.year_first:
        return f"{_short(year)}/{shown.number}/{where}"
    return f"{_NUMBER_SIGN[language]} {shown.number}/{_short(year)}/{where}"


def _short(year: str) -> str:
    """Acts wrote the year with two digits up to 1998."""
    return year[2:] if int(year) < 1999 else year
