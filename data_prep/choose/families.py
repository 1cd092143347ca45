"""Which documents belong to one work: the key that keeps languages, versions and corrigenda on one side of a split.

The key is the CELEX number of the work. A document that has none may be told by where it was published: the Official
Journal has the same issue, day and page in every language. What neither tells is dropped: an unknown corrigendum of
a test act would leak into training.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TypeAlias

from data_prep.choose.candidates import Candidate
from data_prep.formex.acts import Act

CORRIGENDUM = "corrigendum"
ANNEX = "annex"
PARTS_OF_ACTS = frozenset({CORRIGENDUM, ANNEX})  # documents of their own that are no version of the act

Place: TypeAlias = tuple[str, bool]  # OJ reference; whether it is that of a corrigendum

_OJ_KEY = "oj:"
_CORRECTION_OR_VERSION = re.compile(r"(?:R\(\d{2}\))?(?:-\d{8})?$")
_ONE_PLACE = re.compile(r", p\. \d+$|^OJ \S+, \d{4}/\d+")  # a page, or an act that is an issue of its own


def family_of(act: Act) -> str | None:
    """The work that a document belongs to.

    Returns:
        The CELEX number of the work (`32016R0679` for the act, its consolidated texts and its corrigenda); else, for
        a document that is no part of another act, `oj:` and where it was published; None where nothing tells.
    """
    known = act.base_celex or act.celex
    if known:
        return work_of(known)
    if act.doc_type in PARTS_OF_ACTS or not is_one_place(act.oj):
        return None
    return f"{_OJ_KEY}{act.oj}"


def can_have_family(act: Act) -> bool:
    """Whether the family of a document is known, or can be once all documents are."""
    return bool(act.base_celex or act.celex) or is_one_place(act.oj)


def work_of(celex: str) -> str:
    """The work of a CELEX number: `02016R0679-20160504` and `32016R0679R(02)` belong to `32016R0679`."""
    work = _CORRECTION_OR_VERSION.sub("", celex)
    return f"3{work[1:]}" if work.startswith("0") else work


def is_one_place(oj: str | None) -> bool:
    """Whether a reference names a page or an act of the Official Journal, not only an issue."""
    return oj is not None and _ONE_PLACE.search(oj) is not None


def unify_families(candidates: Collection[Candidate]) -> dict[int, str]:
    """The family of every document whose family is known once all documents are: number -> family.

    A document without a CELEX number joins the work that other documents, in whatever language, give for its place
    in the Official Journal; corrigenda among corrigenda, acts and annexes among acts. Where two works begin on that
    page it might be of either and stays unknown, as does a corrigendum or an annex that nobody knows. The documents
    that are missing from the answer are to be dropped (`FAMILY_UNKNOWN`).
    """
    known = _known_places(candidates)
    families = {}
    for candidate in candidates:
        family = _unified(candidate, known)
        if family is not None:
            families[candidate.number] = family
    return families


def _known_places(candidates: Iterable[Candidate]) -> dict[Place, set[str]]:
    """OJ reference -> the works that documents with a CELEX number give for it."""
    known: dict[Place, set[str]] = {}
    for candidate in candidates:
        if _has_celex(candidate) and candidate.family and candidate.oj and is_one_place(candidate.oj):
            known.setdefault(_place(candidate.oj, candidate.doc_type), set()).add(candidate.family)
    return known


def _unified(candidate: Candidate, known: dict[Place, set[str]]) -> str | None:
    if _has_celex(candidate) or candidate.oj is None:
        return candidate.family
    works = known.get(_place(candidate.oj, candidate.doc_type), set())
    if len(works) > 1:
        return None
    return next(iter(works), candidate.family)


def _has_celex(candidate: Candidate) -> bool:
    return candidate.family is not None and not candidate.family.startswith(_OJ_KEY)


def _place(oj: str, doc_type: str) -> Place:
    return oj, doc_type == CORRIGENDUM
