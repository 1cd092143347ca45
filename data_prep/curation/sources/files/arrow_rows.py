"""Rows of Arrow record batches as objects, some at a time. pyarrow is imported by the first file."""

from __future__ import annotations

from functools import cache
from typing import Any

from data_prep.curation.sources.row import NoRecord, Rows
from data_prep.general.kinds import MAX_TEXT_BYTES
from data_prep.general.texts import TOO_LONG
from data_prep.general.unpacking import Damaged

BATCH_ROWS = 64
"""A dictionary or a compressed page may make one text many."""


def rows_of(batch: Any, first: int) -> Rows:
    """The rows of a batch of at most `BATCH_ROWS`, numbered from `first` on; one that is not UTF-8 spoils no other."""
    if batch.nbytes <= MAX_TEXT_BYTES:
        try:
            yield from enumerate(batch.to_pylist(), first)
            return
        except UnicodeDecodeError:
            pass
    for offset in range(batch.num_rows):
        yield first + offset, _row(batch.slice(offset, 1))


def _row(single: Any) -> Any:
    if single.nbytes > MAX_TEXT_BYTES:
        return NoRecord(f"the row is {TOO_LONG}")
    try:
        return single.to_pylist()[0]
    except UnicodeDecodeError:
        return NoRecord("not UTF-8")


def unreadable() -> tuple[type[Exception], ...]:
    """What reading a damaged file may raise."""
    return (Damaged, OSError, pyarrow().ArrowException)


@cache
def pyarrow() -> Any:
    """The `pyarrow` package with `pyarrow.parquet` and `pyarrow.ipc`."""
    import pyarrow
    import pyarrow.ipc
    import pyarrow.parquet

    return pyarrow
