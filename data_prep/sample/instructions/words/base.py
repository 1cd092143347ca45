"""What a language must know for invented instructions: phrases that fit together in any combination.

A frame is a sentence with slots in braces, all in the third person singular of the present:

- `{person}`, `{name}`, `{place}`: `the clerk`, an invented name, an invented town;
- `{thing}`, `{object}`: a noun of the record's domain with article and adjective, as subject and as object;
- `{verb}`: what a person does to an object; `{state}`: what is true of a thing; `{task}`: what one is asked to do;
- `{when}`, `{where}`, `{unit}`; `{mark}`: a catalogue number; `{small}`, `{number}`, `{year}`: figures;
- `{sum}`: an equation that is true.

A slot that begins with a capital begins with one in the text: `{Person}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

DOMAINS = ("general", "law", "mathematics", "code", "science", "writing")


@dataclass(frozen=True)
class Words:
    """The phrases of one language.

    Attributes:
        nouns: domain -> singular nouns with their articles. joined: a noun and an adjective to subject and object.
        openers: what may stand before a sentence; `after` tells whether that sentence goes on with a small letter.
        cores: frames of main clauses, without a full stop; special: more of them by domain.
        tails: what may follow a core. prompts: instructions by domain, `any` for all.
        followups: a user's next questions. systems: system prompts, `{domain}` in them.
        phrases: fixed texts by the name of a planted fault.
    """

    code: str
    nouns: Mapping[str, tuple[str, ...]]
    adjectives: tuple[str, ...]
    joined: Callable[[str, str], tuple[str, str]]
    people: tuple[str, ...]
    verbs: tuple[str, ...]
    states: tuple[str, ...]
    when: tuple[str, ...]
    where: tuple[str, ...]
    units: tuple[str, ...]
    openers: tuple[str, ...]
    small_after: bool
    cores: tuple[str, ...]
    special: Mapping[str, tuple[str, ...]]
    tails: tuple[str, ...]
    prompts: Mapping[str, tuple[str, ...]]
    followups: tuple[str, ...]
    systems: tuple[str, ...]
    phrases: Mapping[str, tuple[str, ...]]


def phrases(text: str) -> tuple[str, ...]:
    """Phrases that are divided by semicolons or line ends."""
    return tuple(phrase for line in text.split("\n") for part in line.split(";") if (phrase := part.strip()))


def lines(text: str) -> tuple[str, ...]:
    """One frame a line."""
    return tuple(line.strip() for line in text.strip().split("\n"))


def after_noun(noun: str, adjective: str) -> tuple[str, str]:
    """`le registre`, `fiable` -> `le registre fiable`, as subject and as object."""
    joined = f"{noun} {adjective}".rstrip()
    return joined, joined
