"""What a later act did to an act or to a place in it, in words: `replaced Article 12 of Regulation (EU) 2031/123`.

A change of a whole unit is told apart from one of a part of its text. Only articles, annexes and what is in them are
named; all of them are masculine but the French `annexe`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from data_prep.instruct.facts import Source
from data_prep.instruct.places import in_act
from data_prep.instruct.reference import format_reference

Action = Literal["inserted", "replaced", "deleted"]
ACTIONS: tuple[Action, ...] = get_args(Action)

# language -> what an amending act did to this one; in German as the end of a perfect tense
_OF_ACT: dict[str, dict[Action, str]] = {
    "en": {
        "inserted": "inserted text into {label}",
        "replaced": "replaced part of the text of {label}",
        "deleted": "deleted part of the text of {label}",
    },
    "fr": {
        "inserted": "a inséré du texte {within}",
        "replaced": "a remplacé une partie du texte {of}",
        "deleted": "a supprimé une partie du texte {of}",
    },
    "de": {
        "inserted": "den Wortlaut {of} ergänzt",
        "replaced": "den Wortlaut {of} teilweise ersetzt",
        "deleted": "den Wortlaut {of} teilweise gestrichen",
    },
    "es": {
        "inserted": "ha insertado texto {within}",
        "replaced": "ha sustituido parte del texto {of}",
        "deleted": "ha suprimido parte del texto {of}",
    },
    "pt": {
        "inserted": "inseriu texto {within}",
        "replaced": "substituiu parte do texto {of}",
        "deleted": "suprimiu parte do texto {of}",
    },
}


@dataclass(frozen=True)
class Phrases:
    """How a change of a place is said; `{unit}` is the place alone, `{place}` the place in its act, without articles.

    Attributes:
        change: what the amending act did, `replaced Article 12 of ...`; in German as the end of a perfect tense.
        passive: what follows `By which act was`, `Article 12 of ... replaced`; in French and Spanish with the verb.
        done: what was done, `was replaced`, said of the place. `{e}` and `{il}` follow the gender.
    """

    change: str
    passive: str
    done: str


_WHOLE: dict[str, dict[Action, Phrases]] = {
    "en": {
        "inserted": Phrases("inserted {unit} into {label}", "{unit} inserted into {label}", "was inserted"),
        "replaced": Phrases("replaced {place}", "{place} replaced", "was given its wording"),
        "deleted": Phrases("deleted {place}", "{place} deleted", "was deleted"),
    },
    "fr": {
        "inserted": Phrases(
            "a inséré l’{unit} {within}", "l’{unit} a-t-{il} été inséré{e} {within}", "a été inséré{e}"
        ),
        "replaced": Phrases("a remplacé l’{place}", "l’{place} a-t-{il} été remplacé{e}", "a été reformulé{e}"),
        "deleted": Phrases("a supprimé l’{place}", "l’{place} a-t-{il} été supprimé{e}", "a été supprimé{e}"),
    },
    "de": {
        "inserted": Phrases("{place} eingefügt", "{place} eingefügt", "eingefügt"),
        "replaced": Phrases("{place} ersetzt", "{place} ersetzt", "neu gefasst"),
        "deleted": Phrases("{place} gestrichen", "{place} gestrichen", "gestrichen"),
    },
    "es": {
        "inserted": Phrases(
            "ha insertado el {unit} {within}", "ha sido insertado el {unit} {within}", "ha sido insertado"
        ),
        "replaced": Phrases("ha sustituido el {place}", "ha sido sustituido el {place}", "ha sido reformulado"),
        "deleted": Phrases("ha suprimido el {place}", "ha sido suprimido el {place}", "ha sido suprimido"),
    },
    "pt": {
        "inserted": Phrases("inseriu o {unit} {within}", "inserido o {unit} {within}", "foi inserido"),
        "replaced": Phrases("substituiu o {place}", "substituído o {place}", "foi reformulado"),
        "deleted": Phrases("suprimiu o {place}", "suprimido o {place}", "foi suprimido"),
    },
}
_PART: dict[str, dict[Action, Phrases]] = {
    "en": {
        "inserted": Phrases("inserted text into {place}", "text inserted into {place}", "was supplemented"),
        "replaced": Phrases(
            "replaced part of the text of {place}", "part of the text of {place} replaced", "was reworded in part"
        ),
        "deleted": Phrases(
            "deleted part of the text of {place}", "part of the text of {place} deleted", "was deleted in part"
        ),
    },
    "fr": {
        "inserted": Phrases(
            "a inséré du texte à l’{place}", "du texte a-t-il été inséré à l’{place}", "a été complété{e}"
        ),
        "replaced": Phrases(
            "a remplacé une partie du texte de l’{place}",
            "une partie du texte de l’{place} a-t-elle été remplacée",
            "a été en partie reformulé{e}",
        ),
        "deleted": Phrases(
            "a supprimé une partie du texte de l’{place}",
            "une partie du texte de l’{place} a-t-elle été supprimée",
            "a été en partie supprimé{e}",
        ),
    },
    "de": {
        "inserted": Phrases("den Wortlaut von {place} ergänzt", "der Wortlaut von {place} ergänzt", "ergänzt"),
        "replaced": Phrases(
            "den Wortlaut von {place} teilweise ersetzt",
            "der Wortlaut von {place} teilweise ersetzt",
            "teilweise neu gefasst",
        ),
        "deleted": Phrases(
            "den Wortlaut von {place} teilweise gestrichen",
            "der Wortlaut von {place} teilweise gestrichen",
            "teilweise gestrichen",
        ),
    },
    "es": {
        "inserted": Phrases(
            "ha insertado texto en el {place}", "ha sido insertado texto en el {place}", "ha sido completado"
        ),
        "replaced": Phrases(
            "ha sustituido parte del texto del {place}",
            "ha sido sustituida parte del texto del {place}",
            "ha sido reformulado en parte",
        ),
        "deleted": Phrases(
            "ha suprimido parte del texto del {place}",
            "ha sido suprimida parte del texto del {place}",
            "ha sido suprimido en parte",
        ),
    },
    "pt": {
        "inserted": Phrases("inseriu texto no {place}", "inserido texto no {place}", "foi completado"),
        "replaced": Phrases(
            "substituiu parte do texto do {place}", "substituída parte do texto do {place}", "foi em parte reformulado"
        ),
        "deleted": Phrases(
            "suprimiu parte do texto do {place}", "suprimida parte do texto do {place}", "foi em parte suprimido"
        ),
    },
}


def act_changed(action: Action, source: Source) -> str:
    """What a provision that `inserted`, `replaced` or `deleted` text did to an act: `inserted text into ...`."""
    form = _OF_ACT[source.language][action]
    return form.format(label=source.label, of=source.name.of, within=source.name.within)


def unit_changed(action: Action, key: str, source: Source, *, whole: bool) -> dict[str, str]:
    """Slots `change`, `passive` and `done` for what a provision did to a unit, or to part of its text."""
    language = source.language
    phrases = (_WHOLE if whole else _PART)[language][action]
    feminine = language == "fr" and key.startswith("anx")
    unit = format_reference(key, language)
    filled = {
        "unit": f"{unit}," if "," in unit else unit,
        "place": in_act(key, source),
        "label": source.label,
        "within": source.name.within,
        "e": "e" * feminine,
        "il": "elle" if feminine else "il",
    }
    said = {"change": phrases.change, "passive": phrases.passive, "done": phrases.done}
    return {slot: form.format(**filled) for slot, form in said.items()}
