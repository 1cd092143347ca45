"""Where streams are cut, and how a reader gets to its piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from data_prep.curation.sources.part import Cut
from data_prep.general.kinds import Packing
from data_prep.general.unpacking import UNREADABLE, Damaged, open_stream

MAX_PACKED_PIECES = 8
"""A compressed file is unpacked from its beginning for each of its pieces."""

_CHUNK = 1 << 20


def pieces(ends: Iterable[tuple[int, int]], bytes_each: int, start: int = 0) -> list[Cut]:
    """Pieces of about `bytes_each` of a stream; the last one goes to the end, where a reader meets any damage too.

    Args:
        ends: where the stream may be cut: byte, and number of rows up to there, ascending.
        bytes_each: bytes of a piece; it is longer by up to one row.
        start: where the first row begins.
    """
    cuts: list[Cut] = []
    first, end, rows = 0, start, 0
    try:
        for end, rows in ends:
            if end - start >= bytes_each and rows > first:
                cuts.append(Cut(start, end, first + 1, rows - first, end - start))
                start, first = end, rows
    except UNREADABLE:
        pass
    if not cuts or rows > first:
        return [*cuts, Cut(start, None, first + 1, rows - first, end - start)]
    return [*cuts[:-1], _joined([cuts[-1]], endless=True)]


def fewer(cuts: list[Cut], at_most: int) -> list[Cut]:
    """Neighbours joined until there are no more than `at_most` pieces."""
    each = -(-len(cuts) // at_most)
    return [_joined(cuts[number : number + each]) for number in range(0, len(cuts), each)]


def _joined(cuts: list[Cut], *, endless: bool = False) -> Cut:
    end = None if endless else cuts[-1].end
    return Cut(cuts[0].start, end, cuts[0].first, sum(cut.rows for cut in cuts), sum(cut.size for cut in cuts))


@contextmanager
def open_at(path: str, packing: Packing | None, start: int) -> Iterator[IO[bytes]]:
    """The unpacked bytes of a file from `start` on."""
    with open_stream(path, packing) as stream:
        if packing is None:
            stream.seek(start)
        else:
            pass_over(stream, start)
        yield stream


def pass_over(stream: IO[bytes], num_bytes: int) -> None:
    """Read bytes that nobody wants."""
    while num_bytes > 0:
        passed = len(stream.read(min(_CHUNK, num_bytes)))
        if not passed:
            raise Damaged("it is shorter than before")
        num_bytes -= passed
