"""Rows of CSV and TSV files with a header; quoted fields may hold line ends."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from data_prep.curation.sources.files.pieces import MAX_PACKED_PIECES, fewer, pass_over, pieces
from data_prep.curation.sources.part import Cut
from data_prep.curation.sources.row import NoRecord, Row, Rows, broken_off
from data_prep.general.kinds import MAX_TEXT_BYTES, Packing
from data_prep.general.texts import TOO_LONG
from data_prep.general.unpacking import UNREADABLE, Damaged, bounded_lines, open_stream

_BYTE_ORDER_MARK = "\ufeff"
_DELIMITERS = ",;\t"


class _Table:
    """A file from its header on; `position` is the byte behind the last row that was read."""

    def __init__(self, path: str, stream: IO[bytes]):
        csv.field_size_limit(MAX_TEXT_BYTES)
        self.position = 0
        self._stream = stream
        head = next(self._lines(), "").removeprefix(_BYTE_ORDER_MARK)
        tabs = Path(path.lower()).name.removesuffix(".gz").removesuffix(".zst").endswith(".tsv")
        self._delimiter = "\t" if tabs else max(_DELIMITERS, key=head.count)
        header = next(self._reader(head), NoRecord("there is no header"))
        if isinstance(header, NoRecord):
            raise Damaged(str(header))
        self.header = header

    def skip_to(self, start: int) -> None:
        pass_over(self._stream, start - self.position)
        self.position = start

    def rows(self) -> Iterator[list[str] | NoRecord]:
        """The fields of each row that is not empty."""
        return self._reader(None)

    def _reader(self, first: str | None) -> Iterator[list[str] | NoRecord]:
        reader = csv.reader(self._lines(first), delimiter=self._delimiter, strict=True)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if "field limit" in str(error):
                    raise Damaged(f"a field is {TOO_LONG}") from error
                yield NoRecord(f"not CSV ({error})")
            else:
                if row:
                    yield row

    def _lines(self, first: str | None = None) -> Iterator[str]:
        if first is not None:
            yield first
        for line in bounded_lines(self._stream):
            if line is None:
                raise Damaged(f"a line is {TOO_LONG}")
            self.position += len(line)
            yield line.decode("utf-8", "surrogateescape")


def cut_csv(path: str, packing: Packing | None, bytes_each: int) -> list[Cut]:
    """Pieces of whole rows; all of the file is read once, as line ends may stand in fields."""
    try:
        with open_stream(path, packing) as stream:
            table = _Table(path, stream)
            start = table.position
            ends = ((table.position, number) for number, _ in enumerate(table.rows(), 1))
            cuts = pieces(ends, bytes_each, start)
    except UNREADABLE:
        return [Cut(0, None, 1, 0, Path(path).stat().st_size)]
    return fewer(cuts, MAX_PACKED_PIECES) if packing else cuts


def read_csv(path: str, packing: Packing | None, cut: Cut) -> Rows:
    """Each row as an object with the header's names, or why it is none; the header has no number."""
    number = cut.first - 1
    try:
        with open_stream(path, packing) as stream:
            table = _Table(path, stream)
            table.skip_to(max(cut.start, table.position))
            for fields in table.rows():
                number += 1
                yield number, _object(table.header, fields)
                if cut.end is not None and table.position >= cut.end:
                    return
    except UNREADABLE as error:
        yield number + 1, broken_off(error)


def _object(header: list[str], fields: list[str] | NoRecord) -> Row | NoRecord:
    if isinstance(fields, NoRecord):
        return fields
    if len(fields) != len(header):
        return NoRecord("the row has not as many fields as the header")
    try:
        "".join(fields).encode()
    except UnicodeEncodeError:
        return NoRecord("not UTF-8")
    return dict(zip(header, fields, strict=True))
