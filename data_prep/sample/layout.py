"""Which articles an act has, by chapter, and their numbers."""

from __future__ import annotations

from data_prep.sample.plan import ActPlan

# which articles an act has, by chapter; a single group stands in no chapter
LAYOUT: dict[str, tuple[tuple[str, ...], ...]] = {
    "regulation": (
        ("scope", "definitions"),
        ("duties", "second_duties", "document", "limits", "derogation"),
        ("fees", "supervision", "penalties"),
        ("amendments", "relation", "application"),
    ),
    "directive": (
        ("scope", "definitions", "duties", "second_duties", "document", "fees", "penalties", "amendments",
         "relation", "transposition", "application"),
    ),
    "decision": (
        ("scope", "definitions", "duties", "second_duties", "document", "derogation", "fees", "supervision",
         "amendments", "relation", "addressees"),
    ),
}  # fmt: skip


def layout(plan: ActPlan) -> list[list[str]]:
    """The names of an act's articles, by chapter."""
    there = {"limits": plan.technical_annex, "relation": bool(plan.cites), "amendments": plan.amends is not None}
    return [[name for name in chapter if there.get(name, True)] for chapter in LAYOUT[plan.kind]]


def article_number(plan: ActPlan, name: str) -> int:
    """The number of the article of that name in an act."""
    return [article for chapter in layout(plan) for article in chapter].index(name) + 1
