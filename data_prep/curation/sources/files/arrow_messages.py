"""What the head of an Arrow message tells, without its body being read: rows, and whether buffers are compressed.

pyarrow does not tell it. A head is a FlatBuffers table: at a table's place is the distance back to its list of fields,
and there, for each field, the distance from the table's place, 0 for one that is not there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from data_prep.curation.sources.files.arrow_rows import pyarrow
from data_prep.general.unpacking import Damaged

_HEADER = 2  # field of Message
_DATA = 1  # of DictionaryBatch
_LENGTH, _COMPRESSION = 0, 3  # of RecordBatch


def num_rows_of_messages(file: Any) -> Iterator[int | None]:
    """Rows of each message of a stream, in order, None for one that is no record batch.

    Raises:
        Damaged: buffers are compressed, which nothing bounds what they unpack to, or a head is none.
    """
    for message in pyarrow().ipc.MessageReader.open_stream(file):
        if message.type in ("record batch", "dictionary"):
            yield _num_rows(message.metadata.to_pybytes(), dictionary=message.type == "dictionary")
        else:
            yield None


def _num_rows(head: bytes, *, dictionary: bool) -> int | None:
    try:
        batch = _table(head, _field(head, _table(head, 0), _HEADER))
        if dictionary:
            batch = _table(head, _field(head, batch, _DATA))
        if _field(head, batch, _COMPRESSION) is not None:
            raise Damaged("its buffers are compressed")
        if dictionary:
            return None
        length = _field(head, batch, _LENGTH)
        return 0 if length is None else int(struct.unpack_from("<q", head, length)[0])
    except struct.error as error:
        raise Damaged("a message has no readable head") from error


def _field(head: bytes, table: int, number: int) -> int | None:
    """Place of a field of a table."""
    fields = table - struct.unpack_from("<i", head, table)[0]
    entry = 4 + 2 * number
    if entry >= struct.unpack_from("<H", head, fields)[0]:
        return None
    distance = struct.unpack_from("<H", head, fields + entry)[0]
    return table + distance if distance else None


def _table(head: bytes, place: int | None) -> int:
    """Place of the table that a field refers to."""
    if place is None:
        raise Damaged("a message has no readable head")
    return place + int(struct.unpack_from("<I", head, place)[0])
