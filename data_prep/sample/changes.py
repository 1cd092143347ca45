"""What later acts make of an act: its text with their changes, and where these stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from data_prep.sample.layout import article_number
from data_prep.sample.plan import DUTIES, ActPlan, Amends, Change, ChangeKind, Duty

ACTIONS: dict[ChangeKind, str] = {
    "definition": "INSERTED", "article": "REPLACED", "figure": "REPLACED", "paragraph": "INSERTED",
}  # fmt: skip
_DEFINED = {"decision": 3, "directive": 4, "regulation": 5}
_RULES_ON_DOCUMENT = 3


def changes_by(amending: ActPlan, amends: Amends, order: int) -> tuple[Change, ...]:
    """What `amending` changes, as the `order`-th act to amend that text."""
    article = article_number(amending, "amendments")
    return tuple(
        Change(kind, amending.celex, f"AR:{article};PT:{number}", order, number)
        for number, kind in enumerate(amends.kinds, start=1)
    )


def revise(plan: ActPlan, changes: Sequence[Change]) -> ActPlan:
    """The plan of an act's consolidated text."""
    kinds = {change.kind for change in changes}
    duties = (plan.duties[0], _new_duties(plan)) if "article" in kinds else plan.duties
    years = _new_validity(plan.figures.validity_years, plan.number) if "figure" in kinds else None
    figures = replace(plan.figures, validity_years=years) if years else plan.figures
    return replace(plan, duties=duties, figures=figures, changes=tuple(changes))


def _new_duties(plan: ActPlan) -> tuple[Duty, ...]:
    """As many duties as the second group has, none of which the act has yet."""
    old = {duty for group in plan.duties for duty in group}
    return tuple(duty for duty in DUTIES if duty not in old)[: len(plan.duties[1])]


def _new_validity(years: int, number: int) -> int:
    """Another number of years from 2 to 10."""
    return 2 + (years - 2 + 1 + number % 8) % 9


def places(plan: ActPlan, changes: Iterable[Change]) -> dict[ChangeKind, str]:
    """The citation key of each changed passage, in the order in which the text has them."""
    keys: dict[ChangeKind, str] = {
        "definition": f"art_{article_number(plan, 'definitions')}.pt_{_DEFINED[plan.kind] + 1}",
        "article": f"art_{article_number(plan, 'second_duties')}",
        "figure": f"art_{article_number(plan, 'document')}.par_1",
        "paragraph": f"art_{article_number(plan, 'document')}.par_{_RULES_ON_DOCUMENT + 1}",
    }
    kinds = {change.kind for change in changes}
    return {kind: key for kind, key in keys.items() if kind in kinds}
