"""What steps do alike: change every message of a record, and tell code blocks from prose."""

from __future__ import annotations

import re
from collections.abc import Callable

from data_prep.curation.record import Record

_FENCE = re.compile(r"^[ \t]{0,32}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)


def rewrite(record: Record, change: Callable[[str], str], note: str) -> None:
    """Put every message, the rejected answer too, through `change`; `note` is added where one came out different."""
    for message in record.contents():
        before = message["content"]
        after = change(before)
        if after != before:
            message["content"] = after
            add_note(record, note)


def add_note(record: Record, note: str) -> None:
    """Say what was changed, once a record."""
    if note not in record.changed:
        record.changed.append(note)


def answers(record: Record) -> list[str]:
    """What the assistant says in every turn; the rejected answer, which need not be good, left out."""
    return [message["content"] for message in record.messages if message["role"] == "assistant"]


def has_fence(text: str) -> bool:
    """Whether a fenced code block may stand in a text."""
    return "```" in text or "~~~" in text


def parts(text: str) -> list[tuple[str, bool]]:
    """The text cut into pieces, each with whether it is a fenced code block; together they are the text again.

    A block goes from its opening fence to the closing one, both included, or to the end where none closes it.
    """
    if not has_fence(text):
        return [(text, False)]
    pieces: list[tuple[str, bool]] = []
    begin, fence = 0, ""
    for match in _FENCE.finditer(text):
        mark = match[1]
        if not fence:
            pieces.append((text[begin : match.start()], False))
            begin, fence = match.start(), mark
        elif mark.startswith(fence) and not match[2].strip():
            pieces.append((text[begin : match.end()], True))
            begin, fence = match.end(), ""
    pieces.append((text[begin:], bool(fence)))
    return [piece for piece in pieces if piece[0]]


def prose(text: str) -> str:
    """The text without its fenced code blocks."""
    return "".join(piece for piece, code in parts(text) if not code) if has_fence(text) else text


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text with everything but its fenced code blocks put through `change`."""
    if not has_fence(text):
        return change(text)
    return "".join(piece if code else change(piece) for piece, code in parts(text))
