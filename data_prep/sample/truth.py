"""What a reader must find in a sample: one JSON object for each act, consolidated text and corrigendum, and language.

An object says no more than there is to say: `amends`, `near_duplicate_of` and what tells a consolidated text from its
act stand only where they apply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from data_prep.sample.changes import ACTIONS, changes_by, places
from data_prep.sample.collection import Version
from data_prep.sample.consolidated import consolidated_celex
from data_prep.sample.corrigendum import Corrigendum
from data_prep.sample.document import Document
from data_prep.sample.plan import ActPlan, Amends, Change

_TAG = re.compile(r"<[^>]+>")


def ground_truth(document: Document) -> dict[str, Any]:
    """The facts of one act in one language; `definitions` maps each term to its meaning and where it stands."""
    [place] = [article for article in document.articles if article.definitions]
    return {
        "celex": document.plan.celex,
        "language": document.language,
        "doc_type": document.plan.kind,
        "label": document.label,
        "title": _TAG.sub("", " ".join(document.title)),
        "subject": document.subject,
        "date": document.plan.adopted.isoformat(),
        "articles": len(document.articles),
        "recitals": len(document.recitals),
        "tables": len(document.tables),
        "footnotes": document.notes,
        "annexes": len(document.annexes),
        "definitions": {
            entry.term: {
                "text": entry.meaning,
                "article": str(place.number),
                "unit": f"art_{place.number}.pt_{position}",
            }
            for position, entry in enumerate(place.definitions, start=1)
        },
        "headings": {str(article.number): _TAG.sub("", article.heading) for article in document.articles},
        "references": [asdict(reference) for reference in document.references],
    }


def amending_truth(plan: ActPlan, amends: Amends, amended: ActPlan) -> dict[str, Any]:
    """What an act changes in another, as `amends`."""
    changes = changes_by(plan, amends, 1)
    return {"amends": {"celex": amended.celex, "changes": list(_changes(amended, changes))}}


def consolidated_truth(document: Document, version: Version) -> dict[str, Any]:
    """The facts of a consolidated text in one language."""
    return {
        **ground_truth(document),
        "celex": consolidated_celex(document.plan, version),
        "base_celex": document.plan.celex,
        "version_date": version.day.isoformat(),
        "amendments": list(_changes(document.plan, version.changes)),
    }


def _changes(amended: ActPlan, changes: Iterable[Change]) -> Iterable[dict[str, str]]:
    """Each change in the order of the amended text, as a reader reports it, and the citation key of the passage."""
    by_kind = {change.kind: change for change in changes}
    for kind, key in places(amended, by_kind.values()).items():
        change = by_kind[kind]
        yield {
            "action": ACTIONS[kind].lower(),
            "celex": change.celex,
            "location": change.location,
            "unit": key,
        }


def corrigendum_truth(corrigendum: Corrigendum) -> dict[str, Any]:
    """The facts of a corrigendum in one language; its own CELEX number does not stand in it."""
    return {
        "celex": None,
        "base_celex": corrigendum.act.plan.celex,
        "language": corrigendum.act.language,
        "doc_type": "corrigendum",
        "title": _TAG.sub("", f"{corrigendum.title} ({corrigendum.journal})"),
        "date": corrigendum.published.isoformat(),
        "wrong": _TAG.sub("", corrigendum.wrong[1]),
        "right": _TAG.sub("", corrigendum.right[1]),
    }
