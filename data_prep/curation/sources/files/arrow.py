"""Rows of Arrow files, as `datasets` writes them to disk and into its cache: streams, and files with a footer.

A file with a footer is a stream between a mark and the footer. It is mapped into memory, never copied; batches are
validated before they are looked into, as their offsets are not to be trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from data_prep.curation.sources.files.arrow_messages import num_rows_of_messages
from data_prep.curation.sources.files.arrow_rows import BATCH_ROWS, pyarrow, rows_of, unreadable
from data_prep.curation.sources.files.pieces import pieces
from data_prep.curation.sources.part import Cut
from data_prep.curation.sources.row import Rows, broken_off

_MARK = b"ARROW1\0\0"


def cut_arrow(path: str, bytes_each: int) -> list[Cut]:
    """Pieces of whole record batches."""
    return pieces(_ends(path), bytes_each)


def _ends(path: str) -> Iterator[tuple[int, int]]:
    """Where batches end, in bytes, with the number of rows before; as far as the file can be read."""
    rows = 0
    try:
        with _stream(path) as file:
            for num_rows in num_rows_of_messages(file):
                rows += num_rows or 0
                yield file.tell(), rows
    except unreadable():
        return


def read_arrow(path: str, cut: Cut) -> Rows:
    """The rows of a piece; a damaged file is read up to its damage, one with compressed buffers not at all."""
    number = cut.first_row
    try:
        for batch in _batches(path, cut):
            for offset in range(0, batch.num_rows, BATCH_ROWS):
                for row in rows_of(batch.slice(offset, BATCH_ROWS), number + 1):
                    number += 1
                    yield row
    except unreadable() as error:
        yield number + 1, broken_off(error)


def _batches(path: str, cut: Cut) -> Iterator[Any]:
    """The validated batches of a piece; those before it are mapped and not read."""
    before = 0
    with _stream(path) as heads, _stream(path) as file:
        reader = None
        for num_rows in num_rows_of_messages(heads):
            reader = reader or pyarrow().ipc.open_stream(file)
            if num_rows is None:
                continue
            if cut.end_row is not None and before >= cut.end_row:
                return
            batch = reader.read_next_batch()
            if before >= cut.first_row:
                batch.validate(full=True)
                yield batch
            before += batch.num_rows


@contextmanager
def _stream(path: str) -> Iterator[Any]:
    """The file, where its stream begins."""
    with pyarrow().memory_map(path) as file:
        if file.read(len(_MARK)) != _MARK:
            file.seek(0)
        yield file
