"""A sample of a file's conversations, evenly spread, so that a file in an order of its own is sampled as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data_prep.formex.acts import Reject
from data_prep.general.unpacking import bounded_lines, open_stream
from data_prep.lengths.dataset import Conversation, parse_line
from lexatron.errors import UserError

SAMPLE = 1000
"""Conversations of a file that are tokenised: a second's work."""


def sample(path: Path, most: int = SAMPLE) -> list[Conversation]:
    """At most so many conversations.

    Raises:
        UserError: a line that was chosen is not a conversation.
    """
    step = max(1, -(-sum(1 for _ in _lines(path)) // most))
    return [_parsed(line, path, number) for at, (number, line) in enumerate(_lines(path)) if at % step == 0]


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not empty, with their numbers."""
    with open_stream(path, None) as stream:
        for number, line in enumerate(bounded_lines(stream), 1):
            if line is not None and line.strip():
                yield number, line


def _parsed(line: bytes, path: Path, number: int) -> Conversation:
    found = parse_line(line, path, number)
    if isinstance(found, Reject):
        raise UserError(found.reason, where=f"{path}:{number}", remedy="mend or remove this line")
    return found
