"""An act without what later acts have deleted from it: FORMEX keeps the words of deleted provisions in the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import is_

from data_prep.formex.acts import Act, Unit

DELETED = "deleted"


def in_force(act: Act) -> Act:
    """The act without the units that a later act deleted whole; the act itself where there are none.

    A unit that bears another mark beside its deletion stays: the marks do not tell which of them came last.
    """
    deleted = {mark.unit for mark in act.amendments if mark.action == DELETED and mark.whole}
    deleted -= {mark.unit for mark in act.amendments if mark.action != DELETED}
    deleted.discard(None)
    return replace(act, units=_without(act.units, deleted)) if deleted else act


def _without(units: Iterable[Unit], deleted: set[str | None]) -> list[Unit]:
    """The units that stay, as they are wherever nothing below them goes."""
    return [_pruned(unit, deleted) for unit in units if unit.key not in deleted]


def _pruned(unit: Unit, deleted: set[str | None]) -> Unit:
    children = _without(unit.children, deleted)
    unchanged = len(children) == len(unit.children) and all(map(is_, children, unit.children))
    return unit if unchanged else replace(unit, children=children)
