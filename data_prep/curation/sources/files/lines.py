"""JSON lines, one object a line, with the numbers of lines true in every piece of a file."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from data_prep.curation.sources.files.pieces import MAX_PACKED_PIECES, fewer, open_at, pieces
from data_prep.curation.sources.part import Cut
from data_prep.curation.sources.row import NOT_OBJECT, NoRecord, Row, Rows, broken_off
from data_prep.general.kinds import Packing
from data_prep.general.texts import TOO_LONG
from data_prep.general.unpacking import UNREADABLE, bounded_lines, open_stream

_CHUNK = 1 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def cut_lines(path: str, packing: Packing | None, bytes_each: int) -> list[Cut]:
    """Pieces of whole lines; all of the file is read once, to count them."""
    cuts = pieces(_line_ends(path, packing, bytes_each), bytes_each)
    return fewer(cuts, MAX_PACKED_PIECES) if packing else cuts


def _line_ends(path: str, packing: Packing | None, bytes_each: int) -> Iterator[tuple[int, int]]:
    """Line ends at which a piece is full, and the end of the file, with the number of lines before."""
    position, lines, start, last = 0, 0, 0, b"\n"
    with open_stream(path, packing) as stream:
        while chunk := stream.read(_CHUNK):
            offset = 0
            while (full := chunk.find(b"\n", max(start + bytes_each - position - 1, offset))) >= 0:
                lines += chunk.count(b"\n", offset, full + 1)
                offset = full + 1
                start = position + offset
                yield start, lines
            lines += chunk.count(b"\n", offset)
            position, last = position + len(chunk), chunk[-1:]
    yield position, lines + (last != b"\n")


def read_lines(path: str, packing: Packing | None, cut: Cut) -> Rows:
    """The object of each line that is not empty, or why it is none."""
    number = cut.first - 1
    try:
        with open_at(path, packing, cut.start) as stream:
            for line in bounded_lines(stream, None if cut.end is None else cut.end - cut.start):
                number += 1
                if line is None:
                    yield number, NoRecord(f"the line is {TOO_LONG}")
                elif not line.isspace():
                    yield number, object_of(line)
    except UNREADABLE as error:
        yield number + 1, broken_off(error)


def object_of(text: bytes) -> Row | NoRecord:
    """The object that a text in JSON is, or why it is none."""
    try:
        row = orjson.loads(text.removeprefix(_BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        return NoRecord(f"not JSON in UTF-8 ({error.msg})")
    return row if isinstance(row, dict) else NoRecord(NOT_OBJECT)
