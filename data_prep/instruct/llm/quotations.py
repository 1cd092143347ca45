"""Quotations in a text, in the marks of five languages, and whether a source has their words."""

from __future__ import annotations

import re
from collections.abc import Iterator

# opening mark -> what closes it; one that is never closed quotes up to the end, so that no words hide behind it
_CLOSING = {"„": '“”"', "“": "”", "«": "»", "»": "«", '"': '"', "”": "”"}
# single marks are apostrophes too: they quote only where no letter stands at their outer side
_OPENING = re.compile(
    rf"[{''.join(_CLOSING)}]|‹(.+?)›|‚(.+?)[‘’](?!\w)|(?<!\w)‘(.+?)’(?!\w)|(?<!\w)'(.+?)'(?!\w)", re.DOTALL
)
_MARKS = re.compile(r"[„“”«»\"‹›‚‘’'′`´]")
_LEFT_OUT = re.compile(r"[\[(]?(?:…|\.\.\.)[\])]?")
_WORD = re.compile(r"\w+")
_EDGES = " .,;:!?–—-"


def quotations(text: str) -> list[str]:
    """What stands in quotation marks, in order, without the marks; of nested quotations the outer one."""
    return [words for start, end in _quoted(text) if (words := text[start:end].strip())]


def unquoted(text: str) -> str:
    """The text without its quotations."""
    ends = [0, *(place for span in _quoted(text) for place in span), len(text)]
    return " ".join(text[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True))


def _quoted(text: str) -> Iterator[tuple[int, int]]:
    """The places between quotation marks."""
    place = 0
    while match := _OPENING.search(text, place):
        if match.lastindex:
            yield match.span(match.lastindex)
            place = match.end()
            continue
        end = _end(text, match.end(), match[0])
        yield match.end(), end
        place = end + 1


def _end(text: str, start: int, opening: str) -> int:
    """Where a quotation that begins at `start` ends; one in the same marks inside of it belongs to it."""
    depth = 1
    for place in range(start, len(text)):
        if text[place] in _CLOSING[opening]:
            depth -= 1
        elif text[place] == opening:
            depth += 1
        if not depth:
            return place
    return len(text)


def count_words(text: str) -> int:
    """Words and numbers of a text."""
    return len(_WORD.findall(text))


def folded(text: str) -> str:
    """The text without differences that print makes: white space, quotation marks and apostrophes."""
    return " ".join(_MARKS.sub("", text).split())


def stands_in(quotation: str, source: str) -> bool:
    """Whether the source has the quoted words, but for print and the punctuation at the quotation's edges.

    Where the quotation leaves words out (`…`, `[...]`), its parts must follow one another in the source.
    """
    words, start = _padded(source), 0
    for part in _LEFT_OUT.split(quotation):
        part = folded(part).strip(_EDGES)
        if not part:
            continue
        match = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)").search(words, start)
        if match is None:
            return False
        start = match.end()
    return True


def _padded(text: str) -> str:
    return f" {folded(text)} "
