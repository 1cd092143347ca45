"""Streams the documents of a part of general text, whatever kind of file it is in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data_prep.formex.acts import Reject
from data_prep.general.jsonl import read_jsonl
from data_prep.general.kinds import MAX_TEXT_BYTES, Packing, kind_of
from data_prep.general.parquet import read_parquet
from data_prep.general.parts import Part, whole
from data_prep.general.texts import NoText, decode
from data_prep.general.unpacking import UNREADABLE, open_stream


def read_texts(source: Part | str | Path) -> Iterator[str | Reject]:
    """The documents of a part or of a whole file, in order, with a reject in the place of each that cannot be read.

    A line of JSON, a row of Parquet or a text file gives one text or one reject, so that the counts add up; a file
    that is damaged gives one more reject, where the damage is. Memory holds a few documents of at most 64 MB.

    Raises:
        UserError: a Parquet file without a column of texts, or a file of no known kind.
    """
    part = source if isinstance(source, Part) else whole(source)
    kind = kind_of(part.path)
    assert kind is not None
    if kind.layout == "parquet":
        return read_parquet(part.path, part.start, part.end)
    if kind.layout == "txt":
        return _read_txt(part.path, kind.packing)
    return read_jsonl(part.path, kind.packing, part.start, part.end)


def _read_txt(path: str, packing: Packing | None) -> Iterator[str | Reject]:
    """The whole file as one document."""
    try:
        with open_stream(path, packing) as stream:
            yield decode(stream.read(MAX_TEXT_BYTES + 1))
    except NoText as error:
        yield Reject(path, "", str(error))
    except UNREADABLE as error:
        yield Reject(path, "", f"the file cannot be read: {error}")
