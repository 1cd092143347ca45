"""A provision shown in one language and asked about in another.

    for shared in shared_passages(act, source): ...          # of each act
    fact = cross_lingual(asked=english, shown=french)        # of two with the same work and key

Which provisions are offered depends on the work and their keys, so that the versions of an act offer the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from data_prep.formex.acts import Act
from data_prep.instruct.citation import format_citation
from data_prep.instruct.facts import Fact, Source
from data_prep.instruct.kinds.reading import LONG_TEXT, PASSAGE_LENGTH, Reading
from data_prep.instruct.places import language_named, place_of

CROSS_LINGUAL = "cross_lingual"
MOST_SHARED = 3  # of an act


@dataclass(frozen=True)
class Shared:
    """A provision of one act in one language.

    Attributes:
        work: CELEX number. `key`: of the unit. `label`: of the act. `subject`: what its title says it is about.
        text: the whole provision on one line.
    """

    work: str
    language: str
    key: str
    label: str
    text: str
    subject: str = ""


def shared_passages(act: Act, source: Source) -> Iterator[Shared]:
    """At most three provisions of an act, the same in each of its languages wherever their texts have like lengths."""
    return shared_of(Reading(act, source))


def shared_of(reading: Reading) -> Iterator[Shared]:
    """`shared_passages` of an act that has been read."""
    source = reading.source
    found = [p for p in reading.provisions if LONG_TEXT <= len(p.text) <= PASSAGE_LENGTH]
    found.sort(key=lambda provision: _rank(source.work, provision.unit.key))
    for provision in found[:MOST_SHARED]:
        yield Shared(source.work, source.language, provision.unit.key, source.label, provision.text, source.subject)


def cross_lingual(asked: Shared, shown: Shared) -> Fact:
    """The fact that is asked about in the language of `asked`, with the text of `shown` in the prompt.

    Raises:
        ValueError: the two are not one provision in two languages.
    """
    if (asked.work, asked.key) != (shown.work, shown.key) or asked.language == shown.language:
        raise ValueError(f"not one provision in two languages: {asked.work} {asked.key}, {shown.work} {shown.key}")
    source = Source(asked.work, asked.language, asked.label, asked.subject)
    header = format_citation(shown.label, shown.work, shown.key, shown.language)
    slots = {**place_of(asked.key, source), "shown": language_named(shown.language, asked.language)}
    passage = f"{header}\n{shown.text}"
    variant = shown.language
    return Fact(source, CROSS_LINGUAL, CROSS_LINGUAL, asked.key, asked.text, slots, passage=passage, variant=variant)


def _rank(work: str, key: str) -> bytes:
    return blake2b(f"{work}:{key}".encode(), digest_size=8).digest()
