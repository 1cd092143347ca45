"""Parquet: every type of text column, null and undecodable values, damage, and row groups one by one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from data_prep.formex.acts import Reject
from data_prep.general import read_texts, shards
from lexatron.errors import UserError

TEXTS = ["The sea is wide.", "Größe\nund Maß", "🇪🇺", "x" * 5000]


def write(path: Path, column: Any, name: str = "text", **options: Any) -> Path:
    parquet.write_table(pyarrow.table({"id": list(range(len(column))), name: column}), path, **options)
    return path


@pytest.mark.parametrize("name", ["text", "content", "document"])
@pytest.mark.parametrize("kind", ["string", "large_string", "dictionary"])
def test_columns_of_text(tmp_path: Path, name: str, kind: str) -> None:
    column = pyarrow.array(TEXTS * 30, pyarrow.large_string() if kind == "large_string" else pyarrow.string())
    if kind == "dictionary":
        column = column.dictionary_encode()
    path = write(tmp_path / "a.parquet", column, name, row_group_size=50)
    assert list(read_texts(path)) == TEXTS * 30


def test_bad_values_are_rejects_and_spoil_no_others(tmp_path: Path) -> None:
    offsets = pyarrow.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 2, 4, 4)))
    broken = pyarrow.Array.from_buffers(pyarrow.string(), 3, [None, offsets, pyarrow.py_buffer(b"\xff\xfeok")])
    found = list(read_texts(write(tmp_path / "a.parquet", broken)))
    assert found[1] == "ok"
    assert isinstance(found[0], Reject)
    assert isinstance(found[2], Reject)
    assert (found[0].place, found[0].reason[:9]) == ("row group 0, row 1", "not UTF-8")
    assert (found[2].place, found[2].reason) == ("row group 0, row 3", "the text is empty")
    [null] = read_texts(write(tmp_path / "b.parquet", pyarrow.array([None], pyarrow.string())))
    assert isinstance(null, Reject)
    assert null.reason == "there is no text"


def test_a_damaged_row_group_does_not_cost_the_others(tmp_path: Path) -> None:
    texts = [f"{number} {os.urandom(200).hex()}" for number in range(400)]
    path = write(tmp_path / "a.parquet", pyarrow.array(texts), row_group_size=100, use_dictionary=False)
    chunk = parquet.ParquetFile(path).metadata.row_group(1).column(1)
    data = bytearray(path.read_bytes())
    start = chunk.data_page_offset
    data[start : start + 300] = b"\xff" * 300
    path.write_bytes(data)
    found = list(read_texts(path))
    [reject] = [item for item in found if isinstance(item, Reject)]
    assert reject.place == "row group 1, row 1"
    assert [item for item in found if isinstance(item, str)] == texts[:100] + texts[200:]


def test_a_file_cut_off_is_one_reject(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", pyarrow.array(TEXTS))
    path.write_bytes(path.read_bytes()[:-20])
    [part] = shards([path], 1)
    [reject] = read_texts(part)
    assert isinstance(reject, Reject)
    assert reject.file == str(path)


def test_a_file_without_a_column_of_text_is_the_users_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no column text, content or document in it; it has id, body"):
        shards([write(tmp_path / "a.parquet", pyarrow.array(TEXTS), "body")], 100)
    with pytest.raises(UserError, match="the column text holds int64"):
        read_texts(write(tmp_path / "b.parquet", pyarrow.array([1, 2])))


def test_parts_are_row_groups(tmp_path: Path) -> None:
    texts = [f"{number} {os.urandom(100).hex()}" for number in range(500)]
    path = write(tmp_path / "a.parquet", pyarrow.array(texts), row_group_size=50)
    parts = shards([path], path.stat().st_size // 4)
    assert [part.end - part.start for part in parts] == [2, 2, 2, 2, 2]
    assert [text for part in parts for text in read_texts(part)] == texts
    assert len(shards([path], 1)) == 10
    assert [(part.start, part.end) for part in shards([path], 1 << 30)] == [(0, 10)]
