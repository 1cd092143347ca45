"""The words of the sample acts in five languages: each entry one notion, `entry[language]` its word there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from data_prep.formex.acts import LANGUAGES
from data_prep.sample.lexicon import activities, places, properties, things

Gender = Literal["m", "f", "n"]
_GENDERS: dict[str, Gender] = {"m": "m", "f": "f", "n": "n"}
Word = TypeVar("Word")


@dataclass(frozen=True, slots=True)
class Noun:
    """A countable noun; the gender of an English one means nothing."""

    singular: str
    plural: str
    gender: Gender


@dataclass(frozen=True, slots=True)
class Property:
    """An adjective by (gender, number), and the relative clause, without its pronoun, that defines it."""

    m: str
    f: str
    m_plural: str
    f_plural: str
    clause: str


@dataclass(frozen=True, slots=True)
class Activity:
    """What is regulated, and the document that proves it."""

    name: str
    gender: Gender
    document: str
    document_gender: Gender


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with duties, always masculine, and the verb of what makes one such a person: `operates`."""

    singular: str
    plural: str
    verb: str


def _gendered(entry: str) -> tuple[str, Gender]:
    """`fiche de registre f` -> (`fiche de registre`, f); without a gender, m."""
    words, _, last = entry.rpartition(" ")
    return (words, _GENDERS[last]) if words and last in _GENDERS else (entry, "m")


def _noun(entry: str) -> Noun:
    words, gender = _gendered(entry)
    singular, plural = (word.replace("_", " ") for word in words.split())
    return Noun(singular, plural, gender)


def _property(entry: str) -> Property:
    adjective, _, clause = entry.partition(": ")
    forms = adjective.split()
    if len(forms) == 1:
        forms *= 4
    elif len(forms) == 2:
        first, second = forms
        forms = [first, first, second, second] if second.endswith("s") else [first, second, f"{first}s", f"{second}s"]
    m, f, m_plural, f_plural = forms
    return Property(m, f, m_plural, f_plural, clause)


def _activity(entry: str) -> Activity:
    name, document = entry.split("; ")
    return Activity(*_gendered(name), *_gendered(document))


def _person(entry: str) -> Person:
    nouns, verb = entry.split("; ")
    singular, plural = nouns.split()
    return Person(singular, plural, verb)


def _read(table: str, parse: Callable[[str], Word]) -> tuple[Mapping[str, Word], ...]:
    """One mapping from language to word for each row; `|` divides columns, a line that starts with it goes on a row."""
    entries = []
    for row in filter(None, table.strip().replace("\n|", " |").split("\n")):
        cells = [cell.strip() for cell in row.split("|")]
        assert len(cells) == len(LANGUAGES), row
        entries.append({language: parse(cell) for language, cell in zip(LANGUAGES, cells, strict=True)})
    return tuple(entries)


_DEVICES, _STRUCTURES, _VESSELS = (_read(t, _noun) for t in (things.DEVICES, things.STRUCTURES, things.VESSELS))
_WATERSIDES, _OUTDOORS, _INDOORS = (_read(t, str) for t in (places.WATERSIDES, places.OUTDOORS, places.INDOORS))
THINGS = _DEVICES + _STRUCTURES + _VESSELS
PLACES = _WATERSIDES + _OUTDOORS + _INDOORS
PROPERTIES = _read(properties.PROPERTIES, _property)
ACTIVITIES = _read(activities.ACTIVITIES, _activity)
PERSONS = _read(places.PERSONS, _person)
OFFICES = _read(places.OFFICES, str)
AIMS = _read(places.AIMS, str)
EXCLUSIONS = _read(places.EXCLUSIONS, str)


def _sensible() -> Iterator[tuple[int, int]]:
    """Where each thing may be: devices anywhere, structures outdoors, vessels where there is water."""
    for thing in range(len(THINGS)):
        devices, structures = len(_DEVICES), len(_DEVICES) + len(_STRUCTURES)
        last = len(PLACES) if thing < devices else len(PLACES) - len(_INDOORS)
        last = len(_WATERSIDES) if thing >= structures else last
        yield from ((thing, place) for place in range(last))


THINGS_IN_PLACES = tuple(_sensible())
