"""A row of a file before its shape is known, and why one gives no record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]


class NoRecord(Exception):
    """A row or file that gives no record; the message says why, in a few words that many rows share."""


class NoShape(NoRecord):
    """A row of no shape that is known."""


Numbered = tuple[int, Row | NoRecord]
"""The number of a row in its file, from 1, and the row, or why it cannot be read."""

Rows = Iterator[Numbered]

NOT_OBJECT = "not a JSON object"


def broken_off(error: BaseException) -> NoRecord:
    """What stands for all rows behind a damage."""
    return NoRecord(f"the file cannot be read from here: {str(error).partition(chr(10))[0]}")
