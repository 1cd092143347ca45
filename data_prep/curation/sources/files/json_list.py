"""Objects of a list in JSON, found and parsed one by one, so that a file may be of any size.

A scanner knows strings and brackets and no more; each object is then parsed by itself, and one that is not JSON spoils
no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from data_prep.curation.sources.files.lines import object_of
from data_prep.curation.sources.files.pieces import MAX_PACKED_PIECES, fewer, open_at, pieces
from data_prep.curation.sources.part import Cut
from data_prep.curation.sources.row import Rows, broken_off
from data_prep.general.kinds import MAX_TEXT_BYTES, Packing
from data_prep.general.texts import TOO_LONG
from data_prep.general.unpacking import UNREADABLE, Damaged

TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|([\[{])|([\]}])|(")', re.DOTALL)
"""A string, or in group 1 an opening and in group 2 a closing bracket, or in group 3 the beginning of a string."""

OPENING, CLOSING = 1, 2
_GAP = re.compile(rb"\s*+,?+\s*+")
_CHUNK = 1 << 20


def cut_list(path: str, packing: Packing | None, start: int, bytes_each: int) -> list[Cut]:
    """Pieces of whole objects; all of the list is scanned once.

    Args:
        start: byte behind the list's opening bracket.
    """
    cuts = pieces(_object_ends(path, packing, start), bytes_each, start)
    return fewer(cuts, MAX_PACKED_PIECES) if packing else cuts


def _object_ends(path: str, packing: Packing | None, start: int) -> Iterator[tuple[int, int]]:
    with open_at(path, packing, start) as stream:
        for number, (end, _) in enumerate(_objects(stream), 1):
            yield start + end, number


def read_list(path: str, packing: Packing | None, cut: Cut) -> Rows:
    """The objects of a piece, or why one is none."""
    number = cut.first - 1
    try:
        with open_at(path, packing, cut.start) as stream:
            for end, text in _objects(stream):
                number += 1
                yield number, object_of(text)
                if cut.end is not None and cut.start + end >= cut.end:
                    return
    except UNREADABLE as error:
        yield number + 1, broken_off(error)


def _objects(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each object up to the end of the list, with the byte of the stream where it ends."""
    data, passed, scanned, depth, start, after = b"", 0, 0, 0, 0, 0
    while True:
        for token in TOKEN.finditer(data, scanned):
            group = token.lastindex
            if depth == 0 and group != CLOSING:
                _check_gap(data[after : token.start()], token[0])
                start = token.start()
            if group is None:
                scanned = token.end()
            elif group == OPENING:
                depth, scanned = depth + 1, token.end()
            elif group == CLOSING:
                depth, scanned = depth - 1, token.end()
                if depth < 0:
                    _check_gap(data[after : token.start()], token[0])
                    return
                if depth == 0:
                    after = scanned
                    yield passed + after, data[start:after]
            else:
                break
        kept = start if depth else after
        data, passed = data[kept:], passed + kept
        scanned, start, after = scanned - kept, 0, max(after - kept, 0)
        data += _more(stream, len(data))


def _check_gap(gap: bytes, bracket: bytes) -> None:
    """Make sure that at most a comma stands before the next object or the end of the list."""
    if bracket not in (b"{", b"]") or not _GAP.fullmatch(gap):
        raise Damaged("between the objects of the list stands something else")


def _more(stream: IO[bytes], held: int) -> bytes:
    """As much again as is held, so that long objects are not scanned over and over."""
    if held > MAX_TEXT_BYTES:
        raise Damaged(f"an object is {TOO_LONG}")
    more = stream.read(max(_CHUNK, held))
    if not more:
        raise Damaged("the list has no end")
    return more
