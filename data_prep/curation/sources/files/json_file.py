"""What a `.json` file is: a list of objects, an object with such a list, one record, or JSON lines after all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from data_prep.curation.sources.files.json_list import CLOSING, OPENING, TOKEN
from data_prep.curation.sources.files.lines import object_of
from data_prep.curation.sources.part import Layout
from data_prep.curation.sources.row import NoRecord, Row, Rows, broken_off
from data_prep.general.kinds import MAX_TEXT_BYTES, Packing
from data_prep.general.texts import TOO_LONG
from data_prep.general.unpacking import UNREADABLE, open_stream

IsRecord = Callable[[Row], bool]

_HEAD = 1 << 20  # bytes in which the list of an object must begin
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*+")
_LIST_OF_OBJECTS = re.compile(rb"\[\s*+\{")


@dataclass(frozen=True)
class Found:
    """How a `.json` file is to be read; `start` is the byte behind the opening bracket of a list."""

    layout: Layout
    start: int = 0


def look_into(path: str, packing: Packing | None, is_record: IsRecord) -> Found:
    """What a file is, by its beginning; one that cannot be read is left to the reader of lines.

    Args:
        is_record: whether an object is a row by itself, and no list of rows under a name.
    """
    try:
        with open_stream(path, packing) as stream:
            head = stream.read(_HEAD)
            begin = _end_of(_BEGINNING, head)
            if head[begin : begin + 1] == b"[":
                return Found("list", begin + 1)
            return _object_or_lines(head, begin, stream, is_record)
    except UNREADABLE:
        return Found("lines")


def _end_of(pattern: re.Pattern[bytes], data: bytes) -> int:
    found = pattern.match(data)
    return found.end() if found else 0


def _object_or_lines(head: bytes, begin: int, stream: IO[bytes], is_record: IsRecord) -> Found:
    line, line_end, rest = head[begin:].partition(b"\n")
    row = object_of(line) if line_end or len(head) < _HEAD else None
    if isinstance(row, dict) and (rest.strip() or is_record(row)):
        return Found("lines")
    start = next(_lists(head), None)
    whole = head + stream.read(MAX_TEXT_BYTES + 1)
    single = object_of(whole) if len(whole) <= MAX_TEXT_BYTES else None
    if isinstance(single, dict) and (start is None or is_record(single)):
        return Found("object")
    return Found("lines") if start is None else Found("list", start)


def _lists(head: bytes) -> Iterator[int]:
    """Where lists of objects begin that are values of the outermost object."""
    depth = 0
    for token in TOKEN.finditer(head):
        if token.lastindex == OPENING:
            depth += 1
            if depth == 2 and _LIST_OF_OBJECTS.match(head, token.start()):
                yield token.end()
        elif token.lastindex == CLOSING:
            depth -= 1
        elif token.lastindex is not None:
            return


def read_object(path: str, packing: Packing | None) -> Rows:
    """The one row that a file is."""
    try:
        with open_stream(path, packing) as stream:
            text = stream.read(MAX_TEXT_BYTES + 1)
        yield 1, object_of(text) if len(text) <= MAX_TEXT_BYTES else NoRecord(f"the file is {TOO_LONG}")
    except UNREADABLE as error:
        yield 1, broken_off(error)
