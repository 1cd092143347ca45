"""What is asked for: how many records, in which languages, how long, and how many of each planted fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from data_prep.sample.instructions.sources import SOURCES
from data_prep.sample.instructions.words import BY_CODE
from lexatron.errors import UserError

BATCH = 1000  # records that are made together; copies stand in the same batch as their originals
LANGUAGES = {"en": 0.68, "fr": 0.08, "de": 0.08, "es": 0.08, "pt": 0.08}
FAULTS = {
    "exact_duplicate": 0.02,
    "near_duplicate_high": 0.01,
    "near_duplicate": 0.015,
    "near_miss": 0.01,
    "contamination_exact": 0.005,
    "contamination_near": 0.005,
    "pii": 0.02,
    "pii_lookalike": 0.01,
    "mojibake": 0.01,
    "control_characters": 0.01,
    "control_token": 0.005,
    "refusal": 0.01,
    "boilerplate": 0.01,
    "repetition": 0.01,
    "repairable_turns": 0.005,
    "malformed_turns": 0.01,
    "too_short": 0.005,
    "too_long": 0.001,
    "wrong_language": 0.01,
    "other_language": 0.005,
    "blocklisted": 0.005,
    "url": 0.01,
    "unreadable": 0.005,
}
"""Kind of fault -> its share of all records; unreadable rows stand beside them."""
_MOST = 0.6
_SHORTEST, _LONGEST = 1200, 4000


@dataclass(frozen=True)
class Request:
    """What decides every byte.

    Attributes:
        records: readable ones of the training sources, planted ones included; the test set is beside them.
        characters: mean length of a conversation.
        languages: ISO 639-1 -> share. faults: kind -> share; those not named have their share of FAULTS.
    """

    records: int = 2000
    seed: int = 1
    characters: int = 3000
    languages: Mapping[str, float] = field(default_factory=lambda: dict(LANGUAGES))
    faults: Mapping[str, float] = field(default_factory=dict)

    @property
    def shares(self) -> dict[str, float]:
        """The share of every kind of fault."""
        return {**FAULTS, **self.faults}

    def check(self) -> None:
        """Refuse what cannot be made.

        Raises:
            UserError: an unknown fault or language, shares out of range, or lengths that no text of words can have.
        """
        if unknown := sorted(set(self.faults) - set(FAULTS)):
            raise UserError(f"no fault named {unknown[0]}", remedy=f"choose from {', '.join(FAULTS)}")
        if unknown := sorted(set(self.languages) - set(BY_CODE)):
            raise UserError(f"no instructions in {unknown[0]}", remedy=f"choose from {', '.join(BY_CODE)}")
        if min(self.faults.values(), default=0) < 0 or sum(self.shares.values()) > _MOST:
            raise UserError(
                "too many faults", remedy=f"give shares from 0 that add up to {_MOST} at most with the others"
            )
        if min(self.languages.values(), default=-1) < 0 or not sum(self.languages.values()):
            raise UserError("the languages' shares are not positive", remedy="give shares like en=0.8,fr=0.2")
        if not _SHORTEST <= self.characters <= _LONGEST:
            raise UserError(f"{self.characters} characters", remedy=f"give from {_SHORTEST} to {_LONGEST}")
        if self.records < 10 * len(SOURCES):
            raise UserError(
                f"{self.records} records for {len(SOURCES)} files", remedy=f"give {10 * len(SOURCES)} or more"
            )

    def count(self, kind: str, start: int, end: int) -> int:
        """How many records from `start` to `end` have a fault; over all records that is the rounded share."""
        share = self.shares[kind]
        return round(share * end) - round(share * start)
