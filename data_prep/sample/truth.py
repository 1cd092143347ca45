"""What a reader must find in a sample act: one JSON object for each act and language."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from data_prep.sample.document import Document

_TAG = re.compile(r"<[^>]+>")


def ground_truth(document: Document, files: list[str]) -> dict[str, Any]:
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
        "files": files,
    }
