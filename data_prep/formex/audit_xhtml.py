"""The publisher's own XHTML of an act, where it lies beside the FORMEX: a second opinion on what the text is.

A folder `en.fmx4/` has `en.xml` or `en.html` as its neighbour. The rendition has a disclaimer, a list of amending
acts and markers like `►M1` that FORMEX has not, so that the shares are high without reaching 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from data_prep.formex.audit_rendered import Kept, rendered_flows
from data_prep.formex.audit_source import Gram, ngrams, words

_MARKER = re.compile(r"[►▼]\s?\w*|◄")
_BLOCKS = frozenset(
    {"p", "div", "td", "th", "tr", "table", "li", "h1", "h2", "h3", "h4", "h5", "h6", "br", "dt", "dd", "hr", "body"}
)
_SILENT = frozenset({"script", "style", "head"})


@dataclass
class Oracle:
    """Different 3-grams of the publisher's XHTML that are in ours, and of ours that are in it."""

    ours: Kept = field(default_factory=Kept)
    theirs: Kept = field(default_factory=Kept)

    def add(self, other: Oracle) -> None:
        """Add another's counts."""
        self.ours.add(other.ours)
        self.theirs.add(other.theirs)


class _Text(HTMLParser):
    """Text of a page: blocks apart, what stands in a line together."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self.pieces.append(" " if tag in _BLOCKS else "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        self.pieces.append(" " if tag in _BLOCKS else "")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


def rendition(formex: Path) -> Path | None:
    """The XHTML that lies beside the folder of a FORMEX file, or None."""
    stem = formex.parent.with_suffix("") if formex.parent.suffix == ".fmx4" else None
    candidates = [stem.with_suffix(suffix) for suffix in (".xml", ".html")] if stem else []
    return next((path for path in candidates if path.is_file()), None)


def consult(page: str, rendered: str) -> Oracle:
    """Compare the publisher's page with a rendered act."""
    reader = _Text()
    reader.feed(page)
    theirs = set(ngrams(words(_MARKER.sub(" ", "".join(reader.pieces))), 3))
    ours: set[Gram] = set()
    for flow in rendered_flows(rendered):
        ours.update(ngrams(flow, 3))
    both = len(ours & theirs)
    return Oracle(ours=Kept(len(ours), both), theirs=Kept(len(theirs), both))
