"""The words of a unit as an answer can quote them: one line, without footnote marks, cut where a sentence ends."""

from __future__ import annotations

import re

from data_prep.formex.acts import Unit

_NOTE_MARK = re.compile(r"\s?\(?\[\^[^\]]*\]\)?")
_QUOTE_BLANK = re.compile(r"(?<=[‘«„]) | (?=[»”](?:\W|$))")
_QUOTE_BLANKS = ("‘ ", "« ", "„ ", " »", " ”")
SHORTEST_POINT = 60  # characters below which the beginning of a point says nothing
_LEFT_OUT = frozenset({"footnote", "table", "quoted"})
# a full stop after which a sentence goes on: `Art. 5`, `Nr. 3`, `27. April`, `n. 2`
_ABBREVIATION = re.compile(
    r"(?:\b(?:art|arts|no|nr|abs|vol|p|pp|cf|e\.g|i\.e|z\.\s?b|usw|bzw|n|d\.\s?h)|\d)$", re.IGNORECASE
)
_END = re.compile(r"[.!?](?=\s+[\"“«„‘(]?[^\W\d_a-z])|[.!?]$")
_CLAUSE = re.compile(r"[;,:](?=\s)")


def clean(text: str) -> str:
    """The text on one line, without footnote marks and without blanks inside of quotation marks."""
    if "[^" in text:
        text = _NOTE_MARK.sub("", text)
    text = " ".join(text.split())
    return _QUOTE_BLANK.sub("", text) if any(blank in text for blank in _QUOTE_BLANKS) else text


def unit_text(unit: Unit) -> str:
    """A unit's words and those of the points below it, with their numbers; without notes, tables and quoted law."""
    if not unit.children:
        return clean(unit.text)
    parts: list[str] = []
    _collect(unit, parts)
    return clean(" ".join(parts))


def _collect(unit: Unit, parts: list[str]) -> None:
    if unit.text:
        parts.append(unit.text)
    for child in unit.children:
        if child.kind not in _LEFT_OUT:
            if child.number:
                parts.append(child.number)
            _collect(child, parts)


def sentences(text: str) -> list[str]:
    """The sentences of a passage; a full stop after an abbreviation or a number ends none."""
    found, start = [], 0
    for match in _END.finditer(text):
        if match.end() < len(text) and _ABBREVIATION.search(text, start, match.start()):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters: whole sentences if one fits, else up to a clause or a word, with an ellipsis.

    Of several lines the first introduces a list: it stays, if need be shortened, and as many others as fit follow.
    """
    if len(text) <= limit:
        return text
    if "\n" in text:
        return _shorten_list(text.split("\n"), limit)
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > limit:
            break
        kept = longer
    return kept or _shorten_sentence(text, limit)


def _shorten_list(lines: list[str], limit: int) -> str:
    kept = lines[0] if len(lines[0]) <= limit // 2 else _shorten_sentence(lines[0], limit // 2)
    for line in lines[1:]:
        room = limit - len(kept) - len("\n")
        if len(line) + len("\n…") > room:
            return f"{kept}\n{_shorten_sentence(line, room)}" if room >= SHORTEST_POINT else f"{kept} …"[:limit]
        kept = f"{kept}\n{line}"
    return kept


def _shorten_sentence(text: str, limit: int) -> str:
    room = text[: max(limit - 2, 0)]
    ends = [match.start() for match in _CLAUSE.finditer(room)]
    if ends and ends[-1] > len(room) // 2:
        return room[: ends[-1]] + " …"
    return room.rpartition(" ")[0].rstrip(" ,;:") + " …"
