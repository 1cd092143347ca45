"""A set of sample acts and what ties them together: near-duplicates, amendments with consolidated texts, corrigenda.

Everything follows from the request alone, so that any process can work out the set, and any part of it can be
written by any process.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from data_prep.sample.changes import changes_by
from data_prep.sample.lexicon import OFFICES, PERSONS
from data_prep.sample.plan import CHANGE_KINDS, ActPlan, Amends, Change, Kind, plan_acts

IN_FORCE = timedelta(days=20)  # after publication, as every act says
NEAR = 50  # a near-duplicate repeats one of so many acts before it
CHANGES = 2  # that one act makes to another


@dataclass(frozen=True)
class Request:
    """What a set of sample acts holds; shares are of the acts, from 0 to 1.

    Attributes:
        acts: how many. languages: of the texts.
        versions: share that later acts of the set amend, once or twice, and that has a consolidated text of each time.
        corrigenda: share that has a corrigendum.
        near_duplicates: share that repeats an earlier act nearly word for word.
    """

    acts: int
    seed: int
    languages: tuple[str, ...]
    versions: float = 0.0
    corrigenda: float = 0.0
    near_duplicates: float = 0.0


@dataclass(frozen=True)
class Version:
    """A consolidated text: from which day, all changes up to it, and the positions of the acts that made them."""

    day: date
    changes: tuple[Change, ...]
    amending: tuple[int, ...]


@dataclass(frozen=True)
class Collection:
    """The acts in order of date, and by position: consolidated texts, acts with a corrigendum, whom a copy repeats."""

    plans: Sequence[ActPlan]
    versions: dict[int, tuple[Version, ...]]
    corrected: frozenset[int]
    copies: dict[int, int]


@lru_cache(maxsize=1)
def collect(request: Request) -> Collection:
    """The set that was asked for; the same for the same request.

    Raises:
        UserError: more acts are wanted than there are numbers for.
    """
    plans = plan_acts(request.acts, request.seed)
    copies = _copy(plans, _share(request, "near_duplicates"), _chance(request, "near-duplicates"))
    originals = set(copies.values())
    amendable = [position for position in range(len(plans)) if position not in copies]
    amended = _amend(plans, amendable, originals, _share(request, "versions"), _chance(request, "versions"))
    versions = {position: _versions(plans, position, by) for position, by in sorted(amended.items())}
    corrected = _chance(request, "corrigenda").sample(range(len(plans)), _share(request, "corrigenda"))
    return Collection(plans, versions, frozenset(corrected), copies)


def _share(request: Request, name: str) -> int:
    share: float = getattr(request, name)
    return round(share * request.acts)


def _chance(request: Request, purpose: str) -> random.Random:
    """A stream of its own for each purpose, so that asking for one thing leaves the others as they are."""
    return random.Random(f"{request.seed} {purpose}")  # noqa: S311 determinism is the point


def _copy(plans: list[ActPlan], count: int, chance: random.Random) -> dict[int, int]:
    """Turn so many acts into near-duplicates of earlier ones; position -> position of the original."""
    copies: dict[int, int] = {}
    chosen = sorted(chance.sample(range(1, len(plans)), min(count, len(plans) - 1)))
    for position in chosen:
        originals = [earlier for earlier in range(max(0, position - NEAR), position) if earlier not in copies]
        if originals:
            copies[position] = chance.choice(originals)
            plans[position] = _near_duplicate(plans[position], plans[copies[position]], close=chance.random() < 0.5)
    return copies


def _near_duplicate(plan: ActPlan, original: ActPlan, *, close: bool) -> ActPlan:
    """The original under another number and date; a close one with one other figure, else with all, and persons."""
    if close:
        figures = replace(original.figures, share=plan.figures.share)
        persons, office = original.persons, original.office
    else:
        figures, step = plan.figures, plan.number
        first, second = (_another(person, len(PERSONS), step) for person in original.persons)
        persons, office = (first, second), _another(original.office, len(OFFICES), step)
    return replace(
        original,
        year=plan.year,
        number=plan.number,
        adopted=plan.adopted,
        published=plan.published,
        applies=plan.applies,
        figures=figures,
        persons=persons,
        office=office,
    )


def _another(index: int, count: int, step: int) -> int:
    """An index other than this one, by a step."""
    return (index + 1 + step % (count - 1)) % count


def _amend(
    plans: list[ActPlan], amendable: Sequence[int], quoted: set[int], count: int, chance: random.Random
) -> dict[int, list[int]]:
    """Let later acts amend so many earlier ones, as far as there are later ones; position -> those that amend it.

    An act amends one other at most, of its own kind; one that near-duplicates repeat amends none, for they would not
    repeat that.
    """
    wanted = set(chance.sample(amendable, min(count, len(amendable))))
    free_by_kind: dict[Kind, list[int]] = {}
    amended: dict[int, list[int]] = {}
    for position in reversed(amendable):
        free = free_by_kind.setdefault(plans[position].kind, [])
        later = [_take(free, chance) for _ in range(min(chance.randint(1, 2), len(free)))] if position in wanted else []
        if later:
            amended[position] = _in_order(plans, later)
            _write_amendments(plans, position, amended[position], chance)
        if position not in quoted:
            free.append(position)
    return amended


def _take(free: list[int], chance: random.Random) -> int:
    """Any of the free positions, which is free no longer."""
    index = chance.randrange(len(free))
    free[index], free[-1] = free[-1], free[index]
    return free.pop()


def _in_order(plans: Sequence[ActPlan], positions: Iterable[int]) -> list[int]:
    """In the order in which they enter into force; one of those that do so on the same day."""
    by_day = {plans[position].published: position for position in sorted(positions, reverse=True)}
    return [by_day[day] for day in sorted(by_day)]


def _write_amendments(plans: list[ActPlan], position: int, amending: Sequence[int], chance: random.Random) -> None:
    """Give each amending act its share of the changes; it cites the act in a recital, too."""
    kinds = list(CHANGE_KINDS)
    chance.shuffle(kinds)
    for order, other in enumerate(amending):
        mine = set(kinds[order * CHANGES : (order + 1) * CHANGES])
        amends = Amends(position, tuple(kind for kind in CHANGE_KINDS if kind in mine))
        cites = tuple(sorted({*plans[other].cites, position}))
        plans[other] = replace(plans[other], amends=amends, cites=cites)


def _versions(plans: Sequence[ActPlan], position: int, amending: Sequence[int]) -> tuple[Version, ...]:
    """One consolidated text for each act that amends, with the changes so far."""
    changes: tuple[Change, ...] = ()
    versions = []
    for order, other in enumerate(amending, start=1):
        amends = plans[other].amends
        assert amends is not None
        assert amends.position == position
        changes += changes_by(plans[other], amends, order)
        versions.append(Version(plans[other].published + IN_FORCE, changes, tuple(amending[:order])))
    return tuple(versions)
