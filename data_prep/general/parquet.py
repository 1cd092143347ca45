"""Texts of Parquet files, some rows in memory at a time. pyarrow is imported by the first file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from data_prep.formex.acts import Reject
from data_prep.general.kinds import FIELDS, MAX_INFLATION
from data_prep.general.texts import NoText, decode, listed
from lexatron.errors import UserError

_BATCH_ROWS = 32  # a row may be of 64 MB
_BUFFER = 1 << 20


def num_row_groups(path: str) -> int:
    """Row groups of a file with a column of texts; 1 for a file that cannot be read, so that the reader rejects it.

    Raises:
        UserError: it has no such column.
    """
    try:
        with _open(path) as file:
            _text_column(file, path)
            return int(file.metadata.num_row_groups)
    except _unreadable():
        return 1


def read_parquet(path: str, start: int, end: int) -> Iterator[str | Reject]:
    """The text of each row of the row groups from `start` to before `end`, or why it has none.

    A row group that cannot be read is one reject; the next one is read all the same.

    Raises:
        UserError: as `num_row_groups`.
    """
    try:
        with _open(path) as file:
            column = _text_column(file, path)
            for group in range(start, end):
                yield from _read_row_group(file, path, group, column)
    except _unreadable() as error:
        yield Reject(path, "", f"not a readable Parquet file ({_first_line(error)})")


def _open(path: str) -> Any:
    return _pyarrow().parquet.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)


def _unreadable() -> tuple[type[Exception], ...]:
    return (NoText, _pyarrow().ArrowException, OSError)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def _text_column(file: Any, path: str) -> str:
    """The name of the column that holds the text."""
    types = _pyarrow().types
    schema = file.schema_arrow
    name = next((field for field in FIELDS if field in schema.names), None)
    if name is None:
        what = f"no column {listed(FIELDS)} in it; it has {', '.join(schema.names[:8])}"
        raise UserError(what, where=path, remedy="rename the column that holds the text to text")
    found = schema.field(name).type
    if types.is_dictionary(found):
        found = found.value_type
    if not (types.is_string(found) or types.is_large_string(found)):
        raise UserError(f"the column {name} holds {found}, not text", where=path, remedy="write it as strings")
    return name


def _read_row_group(file: Any, path: str, group: int, column: str) -> Iterator[str | Reject]:
    row = 0
    try:
        _check_inflation(file.metadata.row_group(group), column)
        for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group], columns=[column], use_threads=False):
            for value in _as_bytes(batch.column(0)):
                row += 1
                yield _text_or_reject(value.as_py(), path, f"row group {group}, row {row}")
    except _unreadable() as error:
        place = f"row group {group}, row {row + 1}"
        yield Reject(path, place, f"the row group cannot be read from here: {_first_line(error)}")


def _as_bytes(column: Any) -> Any:
    """The column's values undecoded, so that one that is not UTF-8 spoils no other."""
    pyarrow = _pyarrow()
    if pyarrow.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pyarrow.large_binary())


def _text_or_reject(value: bytes | None, path: str, place: str) -> str | Reject:
    try:
        return decode(value)
    except NoText as error:
        return Reject(path, place, str(error))


def _check_inflation(row_group: Any, column: str) -> None:
    chunks = [row_group.column(number) for number in range(row_group.num_columns)]
    for chunk in chunks:
        too_large = chunk.total_uncompressed_size > MAX_INFLATION * chunk.total_compressed_size
        if chunk.path_in_schema == column and too_large:
            raise NoText(f"it is over {MAX_INFLATION:,} times as large unpacked as packed")


@cache
def _pyarrow() -> Any:
    """The `pyarrow` package with `pyarrow.parquet`."""
    import pyarrow.parquet

    return pyarrow
