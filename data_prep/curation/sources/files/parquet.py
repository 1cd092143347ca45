"""Rows of Parquet files, row group by row group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from data_prep.curation.sources.files.arrow_rows import BATCH_ROWS, pyarrow, rows_of, unreadable
from data_prep.curation.sources.files.pieces import MAX_PACKED_PIECES, pieces
from data_prep.curation.sources.part import Cut
from data_prep.curation.sources.row import Rows, broken_off
from data_prep.general.kinds import MAX_INFLATION
from data_prep.general.unpacking import Damaged

_BUFFER = 1 << 20


def cut_parquet(path: str, bytes_each: int) -> list[Cut]:
    """Pieces of about `bytes_each` unpacked; a row group, which each of its pieces reads anew, has few of them."""
    return pieces(_ends(path, bytes_each), bytes_each)


def _ends(path: str, bytes_each: int) -> Iterator[tuple[int, int]]:
    """Where a file may be cut: bytes and rows before, at the ends of row groups and in large ones."""
    try:
        with _open(path) as file:
            groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    except unreadable():
        return
    position, before = 0, 0
    for group in groups:
        rows, size = group.num_rows, max(group.total_byte_size, 1)
        num_pieces = max(1, min(MAX_PACKED_PIECES, rows, size // bytes_each))
        yield from ((position + size * n // num_pieces, before + rows * n // num_pieces) for n in range(1, num_pieces))
        position, before = position + size, before + rows
        yield position, before


def read_parquet(path: str, cut: Cut) -> Rows:
    """The rows of a piece; a row group that cannot be read is one reject, and the next one is read all the same."""
    try:
        with _open(path) as file:
            before = 0
            for group in range(file.metadata.num_row_groups):
                after = before + file.metadata.row_group(group).num_rows
                start, end = max(cut.first_row, before), min(cut.end_row or after, after)
                if start < end:
                    yield from _read_group(file, group, before, start, end)
                before = after
    except unreadable() as error:
        yield cut.first, broken_off(error)


def _read_group(file: Any, group: int, before: int, start: int, end: int) -> Rows:
    """Rows from `start` to before `end` of a group that begins with row `before`, all counted from 0."""
    number = start
    try:
        _check_inflation(file.metadata.row_group(group))
        for batch in _batches(file, group, start - before, end - before):
            for row in rows_of(batch, number + 1):
                number += 1
                yield row
    except unreadable() as error:
        yield number + 1, broken_off(error)


def _batches(file: Any, group: int, start: int, end: int) -> Iterator[Any]:
    position = 0
    for batch in file.iter_batches(BATCH_ROWS, row_groups=[group], use_threads=False):
        first, last = max(start - position, 0), min(end - position, batch.num_rows)
        if first < last:
            yield batch.slice(first, last - first)
        position += batch.num_rows
        if position >= end:
            return


def _check_inflation(group: Any) -> None:
    chunks = [group.column(number) for number in range(group.num_columns)]
    if any(chunk.total_uncompressed_size > MAX_INFLATION * chunk.total_compressed_size for chunk in chunks):
        raise Damaged(f"a row group is over {MAX_INFLATION:,} times as large unpacked as packed")


def _open(path: str) -> Any:
    return pyarrow().parquet.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)
