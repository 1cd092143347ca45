"""How much of one sample act stands in another: the Jaccard similarity of their words, five at a time."""

from __future__ import annotations

import re

from data_prep.sample.document import Document
from data_prep.sample.elements import annex_content, chapters, final, preamble, title

GRAM = 5
_INLINE = re.compile(r"</?(?:HT|DATE|FT|REF\.DOC\.OJ|QUOT\.START|QUOT\.END)\b[^>]*>")
_BLOCK = re.compile(r"<[^>]+>")


def jaccard(one: Document, other: Document) -> float:
    """Shared word 5-grams as a share of all, from 0 to 1."""
    first, second = _grams(one), _grams(other)
    return len(first & second) / len(first | second)


def _grams(document: Document) -> set[tuple[str, ...]]:
    words = _BLOCK.sub(" ", _INLINE.sub("", _xml(document))).casefold().split()
    return set(zip(*(words[start:] for start in range(GRAM)), strict=False))


def _xml(document: Document) -> str:
    annexes = (f"<P>{annex.number}</P><P>{annex.heading}</P>{annex_content(annex)}" for annex in document.annexes)
    return "".join((title(document), preamble(document), *chapters(document), final(document), *annexes))
