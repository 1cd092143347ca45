"""The fast profile: a shorter corpus for quick runs, of what is most used: recent regulations and directives."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from data_prep.choose.candidates import Candidate
from data_prep.choose.families import PARTS_OF_ACTS

NOT_IN_PROFILE = "not in the fast profile"
FAST_SHARE = 0.25

_FIRST_TYPES = frozenset({"regulation", "directive"})


@dataclass(slots=True)
class _Work:
    """A work in all its languages; `date` is that of its adoption, empty where unknown."""

    first: bool = False
    date: str = ""
    characters: int = 0


def fast_profile(candidates: Collection[Candidate], share: float = FAST_SHARE) -> dict[int, str]:
    """The documents that the fast profile leaves out: number -> reason.

    Whole works, all languages together, are taken until they hold `share` of all characters: regulations and
    directives before other acts, and the newest first. Families must have been unified.
    """
    works: dict[str | None, _Work] = {}
    for candidate in candidates:
        _add(candidate, works.setdefault(candidate.family, _Work()))
    wanted = share * sum(work.characters for work in works.values())
    taken, characters = set(), 0
    by_family = sorted(works, key=lambda family: family or "")
    newest_first = sorted(by_family, key=lambda family: works[family].date, reverse=True)
    for family in sorted(newest_first, key=lambda family: not works[family].first):
        if characters >= wanted:
            break
        taken.add(family)
        characters += works[family].characters
    return {candidate.number: NOT_IN_PROFILE for candidate in candidates if candidate.family not in taken}


def _add(candidate: Candidate, work: _Work) -> None:
    """Count a document into its work; a corrigendum does not make its act newer."""
    work.characters += candidate.characters
    work.first = work.first or candidate.doc_type in _FIRST_TYPES
    if candidate.doc_type not in PARTS_OF_ACTS:
        work.date = max(work.date, candidate.date or "")
