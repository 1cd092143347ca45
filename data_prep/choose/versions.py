"""Which versions of a work are used: the act as adopted, its latest consolidated text, or both.

Corrigenda and annexes that are documents of their own are no versions of their act and stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from data_prep.choose.candidates import Candidate, rank_of
from data_prep.choose.families import PARTS_OF_ACTS

OLDER = "an older version of the act"
LATER_USED = "a later version is used"
NOT_ORIGINAL = "not the original"
COPY = "another copy of the same version"

_AS_ADOPTED = ""  # sorts before every date of a consolidated text


class Versions(StrEnum):
    """`latest`: the latest consolidated text, else the act as adopted. `original`: the act as adopted, else the
    earliest consolidated text. `both`: these two, which are one where there is no other.
    """

    LATEST = "latest"
    ORIGINAL = "original"
    BOTH = "both"


def choose_versions(candidates: Iterable[Candidate], versions: Versions) -> dict[int, str]:
    """The documents that are not used because another version of their work, in their language, is: number -> reason.

    Families must have been unified; a document without one is nobody's version and stays. Of several copies of one
    version the best by `rank_of` is used.
    """
    groups: dict[tuple[str, str], list[Candidate]] = {}
    for candidate in candidates:
        if candidate.family is not None and candidate.doc_type not in PARTS_OF_ACTS:
            groups.setdefault((candidate.family, candidate.language), []).append(candidate)
    return {number: why for group in groups.values() if len(group) > 1 for number, why in _drop(group, versions)}


def _drop(group: Sequence[Candidate], versions: Versions) -> list[tuple[int, str]]:
    """The numbers that fall out of a work's documents in one language, each with its reason."""
    by_date: dict[str, list[Candidate]] = {}
    for candidate in _versions(group):
        by_date.setdefault(candidate.version_date or _AS_ADOPTED, []).append(candidate)
    if not by_date:
        return []
    used = _used(by_date, versions)
    dropped = []
    for date, copies in by_date.items():
        best = min(copies, key=rank_of)
        if date not in used:
            dropped += [(copy.number, _reason(date, versions)) for copy in copies]
        else:
            dropped += [(copy.number, COPY) for copy in copies if copy is not best]
    return dropped


def _versions(group: Sequence[Candidate]) -> list[Candidate]:
    """Those of a group that are versions of one act.

    A document without a CELEX number is the act as adopted where it is the only one that can be; else it is another
    document on the same page of the Official Journal.
    """
    numbered = [candidate for candidate in group if candidate.celex or candidate.version_date]
    nameless = [candidate for candidate in group if not (candidate.celex or candidate.version_date)]
    is_adopted = len(nameless) == 1 and all(candidate.version_date for candidate in numbered)
    return numbered + nameless if is_adopted else numbered


def _used(dates: Collection[str], versions: Versions) -> set[str]:
    """The dates of the versions that are used; the act as adopted has the earliest."""
    earliest, latest = min(dates), max(dates)
    return {Versions.LATEST: {latest}, Versions.ORIGINAL: {earliest}, Versions.BOTH: {earliest, latest}}[versions]


def _reason(date: str, versions: Versions) -> str:
    if versions is Versions.ORIGINAL:
        return NOT_ORIGINAL
    return LATER_USED if date == _AS_ADOPTED else OLDER
