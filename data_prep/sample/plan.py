"""What a sample act says, before any language: its number, subject, persons, figures and references to other acts.

Every act is invented. Years are 2030 to 2039, so that no CELEX number can be that of a real act of today.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from data_prep.sample.lexicon import ACTIVITIES, AIMS, EXCLUSIONS, OFFICES, PERSONS, PROPERTIES, THINGS_IN_PLACES
from lexatron.errors import UserError

FIRST_YEAR, YEARS = 2030, 10
NUMBERS_PER_YEAR = 9_999
LETTERS = {"regulation": "R", "directive": "L", "decision": "D"}

Kind = Literal["regulation", "directive", "decision"]
_KINDS: tuple[Kind, ...] = ("regulation", "regulation", "directive", "decision")
Duty = Literal["register", "keep", "report", "train", "inspect", "insure", "mark", "withdraw", "inform", "copy"]
DUTIES: tuple[Duty, ...] = (
    "register", "keep", "report", "train", "inspect", "insure", "mark", "withdraw", "inform", "copy",
)  # fmt: skip


ChangeKind = Literal["definition", "article", "figure", "paragraph"]
CHANGE_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)  # in the order in which an act has them


@dataclass(frozen=True, slots=True)
class Amends:
    """Which earlier act of the set an act amends, as a position in it, and what it changes there."""

    position: int
    kinds: tuple[ChangeKind, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What the text of an act owes to a later one.

    Attributes:
        celex: of the amending act. location: where that orders it: `AR:9;PT:2`.
        order: of the amending act among those that have amended this text, from 1. number: among its changes, from 1.
    """

    kind: ChangeKind
    celex: str
    location: str
    order: int
    number: int


@dataclass(frozen=True, slots=True)
class Subject:
    """What an act is about, as indices into the lexicon; no two acts of a set have the same."""

    activity: int
    thing: int
    property: int
    place: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers that an act lays down; each is at least 2, so that plurals are right in every language.

    Attributes:
        deadline_days, incident_hours, training_hours, inspection_months, keep_years, validity_years, trial_days:
            as named. insurance, fine: in euro. share: per cent. study_year: of the study that a recital cites.
        fees: (mass in kilograms up to which, euro), rising.
        limits: (noise in decibels, temperature in degrees), one pair for each class A, B, C.
    """

    deadline_days: int
    incident_hours: int
    training_hours: int
    inspection_months: int
    keep_years: int
    validity_years: int
    trial_days: int
    insurance: int
    fine: int
    share: int
    study_year: int
    fees: tuple[tuple[int, int], ...]
    limits: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ActPlan:
    """One act, the same in every language.

    Attributes:
        cites: earlier acts of the same set, as positions in it.
        persons: two indices into PERSONS: who bears the first and the second group of duties.
        duties: the duties of each of the two.
        technical_annex: whether an annex with limit values follows the one on the document.
        amends: what it changes in another act. changes: what others have changed in this text.
    """

    kind: Kind
    year: int
    number: int
    adopted: date
    published: date
    applies: date
    subject: Subject
    persons: tuple[int, int]
    duties: tuple[tuple[Duty, ...], tuple[Duty, ...]]
    office: int
    aim: int
    exclusion: int
    figures: Figures
    cites: tuple[int, ...]
    technical_annex: bool
    amends: Amends | None = None
    changes: tuple[Change, ...] = ()

    @property
    def celex(self) -> str:
        """`32031R0123`."""
        return f"3{self.year}{LETTERS[self.kind]}{self.number:04}"


def plan_acts(count: int, seed: int) -> list[ActPlan]:
    """`count` acts in order of date; the same for the same count and seed.

    Raises:
        UserError: more acts are wanted than there are numbers for.
    """
    largest = min(YEARS * NUMBERS_PER_YEAR, _subjects())
    if not 1 <= count <= largest:
        raise UserError(f"{count:,} acts cannot be made", remedy=f"ask for 1 to {largest:,}")
    chance = random.Random(seed)  # noqa: S311 determinism is the point
    slots = sorted(chance.sample(range(YEARS * NUMBERS_PER_YEAR), count))
    subjects = chance.sample(range(_subjects()), count)
    return [_plan(chance, position, slot, subjects[position]) for position, slot in enumerate(slots)]


def _subjects() -> int:
    return len(ACTIVITIES) * len(PROPERTIES) * len(THINGS_IN_PLACES)


def _subject(index: int) -> Subject:
    index, activity = divmod(index, len(ACTIVITIES))
    index, owned = divmod(index, len(PROPERTIES))
    thing, place = THINGS_IN_PLACES[index]
    return Subject(activity, thing, owned, place)


def _plan(chance: random.Random, position: int, slot: int, subject: int) -> ActPlan:
    year, number = FIRST_YEAR + slot // NUMBERS_PER_YEAR, 1 + slot % NUMBERS_PER_YEAR
    adopted = date(year, 1, 2) + timedelta(days=340 * number // NUMBERS_PER_YEAR)
    kind = chance.choice(_KINDS)
    first, second = chance.sample(range(len(PERSONS)), 2)
    duties = chance.sample(DUTIES, 5 if kind == "regulation" else 4)
    return ActPlan(
        kind=kind,
        year=year,
        number=number,
        adopted=adopted,
        published=adopted + timedelta(days=chance.randint(3, 14)),
        applies=date(year + chance.randint(1, 3), chance.choice((1, 4, 7, 10)), 1),
        subject=_subject(subject),
        persons=(first, second),
        duties=(tuple(duties[:-2]), tuple(duties[-2:])),
        office=chance.randrange(len(OFFICES)),
        aim=chance.randrange(len(AIMS)),
        exclusion=chance.randrange(len(EXCLUSIONS)),
        figures=_figures(chance, year),
        cites=tuple(sorted(chance.sample(range(position), min(position, chance.randint(1, 2))))),
        technical_annex=kind == "regulation" and chance.random() < 0.5,
    )


def _figures(chance: random.Random, year: int) -> Figures:
    base = chance.randrange(100, 1000, 50)
    fee = chance.randrange(40, 400, 10)
    quiet, cool = chance.randrange(40, 60), chance.randrange(30, 50)
    return Figures(
        deadline_days=chance.choice((10, 14, 20, 30, 45, 60, 90)),
        incident_hours=chance.choice((12, 24, 36, 48, 72)),
        training_hours=chance.choice((4, 6, 8, 12, 16, 20)),
        inspection_months=chance.choice((2, 3, 4, 6, 9, 12, 18)),
        keep_years=chance.randint(2, 12),
        validity_years=chance.randint(2, 10),
        trial_days=chance.randrange(10, 100, 5),
        insurance=chance.choice((100_000, 250_000, 500_000, 750_000, 1_000_000, 2_000_000)),
        fine=chance.randrange(5_000, 100_000, 5_000),
        share=chance.randint(5, 60),
        study_year=year - chance.randint(2, 4),
        fees=tuple((base * step * step, fee * step) for step in (1, 2, 3)),
        limits=tuple((quiet + 5 * step, cool + 10 * step) for step in range(3)),
    )
