"""Reads a folder of acts into facts: one version of each work in each language, on the side that the split gives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data_prep.formex.acts import Act
from data_prep.instruct.eurlex_qa import facts_of
from data_prep.instruct.facts import Fact, source_of
from data_prep.split import Split
from lexatron.errors import UserError

LAWS = frozenset({"regulation", "directive", "decision", "recommendation"})


@dataclass
class FactBase:
    """The facts of the acts that were used, and why the other acts were not.

    Attributes:
        facts: (work, language) -> version date and facts of the version that is asked about.
        acts: how many were read. `used`: acts by side. `dropped`: acts by reason.
    """

    facts: dict[tuple[str, str], tuple[str, list[Fact]]] = field(default_factory=dict)
    acts: int = 0
    used: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)

    def of(self, works: Mapping[str, Split], side: Split) -> list[Fact]:
        """The facts of the works on one side, in order of work and language."""
        keys = sorted(key for key in self.facts if works[key[0]] == side)
        return [fact for key in keys for fact in self.facts[key][1]]


def collect_facts(acts: Iterable[Act], works: Mapping[str, Split]) -> FactBase:
    """Find the facts of the training and test works; of several versions of a work the latest counts.

    Raises:
        UserError: the split names none of the acts.
    """
    base = FactBase()
    named = 0
    for act in acts:
        base.acts += 1
        named += act.work in works
        reason = _unusable(act, works) or _take(base, act)
        if reason:
            base.dropped[reason] += 1
    if not named:
        raise UserError(
            f"the split names none of the {base.acts} acts",
            remedy="give the splits.json of a corpus made of these acts",
        )
    base.used = Counter(works[work] for work, _ in base.facts)
    return base


def _unusable(act: Act, works: Mapping[str, Split]) -> str | None:
    """Why nothing is asked about an act, or None."""
    if act.doc_type not in LAWS:
        return f"not a law ({act.doc_type})"
    if act.work not in works:
        return "not in the split"
    if works[act.work] == "validation":
        return "validation work"
    if source_of(act) is None:
        return "no label, CELEX number or wordings for its language"
    return None


def _take(base: FactBase, act: Act) -> str | None:
    """Keep the act's facts if it is the latest version so far; the reason why one version is dropped, or None."""
    key, version = (act.work, act.language), act.version_date or ""
    earlier = base.facts.get(key)
    if earlier is None or version > earlier[0]:
        base.facts[key] = (version, list(facts_of(act)))
    return None if earlier is None else "another version of the act is used"
