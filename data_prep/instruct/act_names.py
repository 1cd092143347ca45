"""The name of an act inside a sentence: its label with article and preposition, `du règlement (UE) 2016/679`.

Labels come from `data_prep.formex.labels` and begin with the kind of act, which decides gender and case.
"""

from __future__ import annotations

from dataclasses import dataclass

_MASCULINE = {"règlement", "reglamento", "regulamento", "beschluss", "durchführungsbeschluss"}
# language -> gender (masculine, feminine) -> (nominative, genitive, with the preposition "in")
_ARTICLES = {
    "en": (("", "of ", "in "), ("", "of ", "in ")),
    "fr": (("le ", "du ", "dans le "), ("la ", "de la ", "dans la ")),
    "de": (("der ", "des ", "im "), ("die ", "der ", "in der ")),
    "es": (("el ", "del ", "en el "), ("la ", "de la ", "en la ")),
    "pt": (("o ", "do ", "no "), ("a ", "da ", "na ")),
}


@dataclass(frozen=True)
class ActName:
    """An act's label as it stands in a sentence: as subject, after `of`, and after `in`."""

    subject: str
    of: str
    within: str


def act_name(label: str, language: str) -> ActName:
    """The forms of a label: `le règlement (UE) 2016/679`, `du règlement ...`, `dans le règlement ...`.

    English puts no article before a label: `Regulation (EU) 2016/679`, `of Regulation ...`, `in Regulation ...`.
    """
    first, _, rest = label.partition(" ")
    if language == "de" and first.startswith("Delegierte"):
        return _delegated(first, rest)
    masculine = first.lower() in _MASCULINE
    subject, of, within = _ARTICLES[language][0 if masculine else 1]
    noun = label[0].lower() + label[1:] if language == "fr" else label
    genitive = noun
    if language == "de" and masculine:
        genitive = f"{first}es {rest}"
    return ActName(subject + noun, of + genitive, within + noun)


def _delegated(adjective: str, rest: str) -> ActName:
    """German declines the adjective too: `Delegierter Beschluss` is `der Delegierte Beschluss` after an article."""
    noun, _, number = rest.partition(" ")
    if adjective == "Delegierter":
        return ActName(f"der Delegierte {rest}", f"des Delegierten {noun}es {number}", f"im Delegierten {rest}")
    return ActName(f"die {adjective} {rest}", f"der Delegierten {rest}", f"in der Delegierten {rest}")
