"""Texts of JSON lines, one object a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import orjson

from data_prep.formex.acts import Reject
from data_prep.general.kinds import FIELDS, Packing
from data_prep.general.texts import TOO_LONG, NoText, checked, listed
from data_prep.general.unpacking import UNREADABLE, bounded_lines, open_stream
from lexatron.errors import UserError

_HEAD = 100  # lines in which the first object is looked for
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def check_fields(path: str, packing: Packing | None) -> None:
    """Make sure that the first object near the beginning of the file has a field for the text.

    A file that cannot be read or holds no object there is left to the reader, which rejects what is bad.

    Raises:
        UserError: it has none.
    """
    row = _first_object(path, packing)
    if row is not None and not any(field in row for field in FIELDS):
        what = f"no field {listed(FIELDS)} in it; it has {', '.join(list(row)[:8]) or 'none'}"
        raise UserError(what, where=path, remedy="rename the field that holds the text to text")


def _first_object(path: str, packing: Packing | None) -> Mapping[str, Any] | None:
    try:
        with open_stream(path, packing) as stream:
            for line in islice(bounded_lines(stream), _HEAD):
                try:
                    return _object(line or b"")
                except NoText:
                    continue
    except UNREADABLE:
        pass
    return None


def read_jsonl(path: str, packing: Packing | None, start: int, end: int) -> Iterator[str | Reject]:
    """The text of each line, or why it has none; empty lines are passed over.

    Args:
        path: of the file.
        packing: how it is compressed; then all of it is read.
        start, end: bytes at line ends, of a file that is not.
    """
    number = 0
    try:
        with open_stream(path, packing) as stream:
            if packing is None:
                stream.seek(start)
            for line in bounded_lines(stream, end - start if packing is None else None):
                number += 1
                if line is None or line.strip():
                    yield _text_or_reject(line, path, start, number)
    except UNREADABLE as error:
        yield Reject(path, _place(start, number + 1), f"the file cannot be read from here: {error}")


def _text_or_reject(line: bytes | None, path: str, start: int, number: int) -> str | Reject:
    try:
        if line is None:
            raise NoText(f"the line is {TOO_LONG}")
        return _text(_object(line))
    except NoText as error:
        return Reject(path, _place(start, number), str(error))


def _place(start: int, number: int) -> str:
    """Lines before a part are not counted: that would be to read them."""
    return f"line {number} after byte {start}" if start else f"line {number}"


def _object(line: bytes) -> Mapping[str, Any]:
    """The object of a line.

    Raises:
        NoText: the line is not JSON, or not an object.
    """
    try:
        row = orjson.loads(line.removeprefix(_BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        raise NoText(f"not JSON in UTF-8 ({error})") from error
    if not isinstance(row, dict):
        raise NoText("not a JSON object")
    return row


def _text(row: Mapping[str, Any]) -> str:
    field = next((field for field in FIELDS if field in row), None)
    if field is None:
        raise NoText(f"no field {listed(FIELDS)}")
    text = row[field]
    if not isinstance(text, str):
        raise NoText(f"the field {field} is not a text")
    return checked(text)
