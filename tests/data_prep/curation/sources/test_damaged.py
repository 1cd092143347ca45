"""Whatever is wrong with a file is told with its place, and the rest is read all the same."""

from __future__ import annotations

import gzip
import json
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from data_prep.curation.record import Record
from data_prep.formex.acts import Reject
from data_prep.general.kinds import MAX_TEXT_BYTES
from lexatron.errors import UserError
from tests.data_prep.curation.sources.given import pairs, read, rejects, rows, write_lines
from tests.data_prep.curation.sources.test_files import KINDS, as_arrow, as_parquet

GOOD = b'{"prompt": "p", "response": "r"}'


def check(found: list[Record | Reject], good: int, *bad: tuple[str, str]) -> None:
    """So many records, and rejects at these places with these words."""
    assert sum(isinstance(one, Record) for one in found) == good
    told = rejects(found)
    assert [place for place, _ in told] == [place for place, _ in bad]
    for (_, reason), (_, words) in zip(told, bad, strict=True):
        assert words in reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON in UTF-8"), (b"[1]", "not a JSON object"), (b'{"prompt": "\xff", "response": "r"}', "UTF-8"),
        (b'{"prompt": "\\ud800", "response": "r"}', "not JSON"), (b"NaN", "not JSON"), (b"{}", "no known shape"),
        (b"[" * 100_000, "not JSON"), (b'{"prompt": 1, "response": "r"}', "the prompt is not a text"),
    ],
)  # fmt: skip
def test_a_bad_line_between_good_ones(tmp_path: Path, line: bytes, reason: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([GOOD, b"", line, GOOD]))
    check(read(tmp_path), 2, ("line 3", reason))
    check(read(tmp_path, bytes_each=1), 2, ("line 3", reason))


def test_a_huge_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([GOOD, b'"' + b"x" * (MAX_TEXT_BYTES + 1) + b'"', GOOD]))
    check(read(tmp_path), 2, ("line 2", "longer than 64 MB"))


@pytest.mark.parametrize(("ending", "pack", "bomb"), [("gz", gzip.compress, 24), ("zst", zstandard.compress, 100)])
def test_compressed_files_that_are_cut_off_or_bombs(
    tmp_path: Path, ending: str, pack: Callable[[bytes], bytes], bomb: int
) -> None:
    noise = [{"prompt": str(hash(str(number))), "response": str(number)} for number in range(40_000)]
    packed = pack("".join(json.dumps(one) + "\n" for one in noise).encode())
    (tmp_path / f"a.jsonl.{ending}").write_bytes(packed[: len(packed) // 2])
    for bytes_each in (1 << 40, 100_000):
        found = read(tmp_path, bytes_each=bytes_each)
        assert len(found) > 100
        check(found, len(found) - 1, (f"line {len(found)}", "the file cannot be read from here"))
    (tmp_path / f"a.jsonl.{ending}").write_bytes(pack(GOOD + b"\n" + b" " * (bomb << 20)))
    check(read(tmp_path), 1, ("line 2", "1,000 times as large"))


@pytest.mark.parametrize("ending", ["jsonl.gz", "jsonl.zst", "json.gz", "csv.gz", "parquet", "arrow"])
def test_files_that_are_something_else(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"a.{ending}").write_bytes(b"\x00\x01 this is no such file" * 10)
    [reject] = read(tmp_path)
    assert isinstance(reject, Reject)
    assert (reject.file, "cannot be read from here" in reject.reason) == (f"a.{ending}", True)


@pytest.mark.parametrize("ending", ["jsonl", "json", "csv", "jsonl.gz", "tsv"])
def test_empty_files(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"a.{ending}").write_bytes(gzip.compress(b"") if ending.endswith("gz") else b"")
    assert [reject for reject in read(tmp_path) if not isinstance(reject, Reject)] == []


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        (b"[%s, {bad}, %s]", 2, [("row 2", "not JSON")]),
        (b"[%s, %s", 2, [("row 3", "the list has no end")]),
        (b'[%s, %s, {"prompt": "', 2, [("row 3", "the list has no end")]),
        (b"[%s, 7, %s]", 1, [("row 2", "stands something else")]),
        (b"[%s, [1], %s]", 1, [("row 2", "stands something else")]),
        (b'[%s, "x", %s]', 1, [("row 2", "stands something else")]),
        (b"[%s, {]}, %s]", 1, [("row 2", "not JSON"), ("row 3", "stands something else")]),
        (b'[%s, {"a": [}, %s]', 1, [("row 2", "not JSON"), ("row 3", "the list has no end")]),
        (b"[%s, %s 3]", 2, [("row 3", "stands something else")]),
    ],
)
def test_damaged_lists(tmp_path: Path, text: bytes, good: int, bad: list[tuple[str, str]]) -> None:
    (tmp_path / "a.json").write_bytes(text % (GOOD, GOOD))
    check(read(tmp_path), good, *bad)
    check(read(tmp_path, bytes_each=1), good, *bad)


def test_a_long_text_full_of_escapes_takes_no_time(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'[{"prompt": "' + b"\\" * (8 << 20))
    start = time.monotonic()
    check(read(tmp_path), 0, ("row 1", "the list has no end"))
    assert time.monotonic() - start < 5


def test_bad_rows_of_tables(tmp_path: Path) -> None:
    lines = [
        b"prompt,response",
        b"p,r",
        b"one",
        b"a,b,c",
        b'"x"y,r',
        b"\xff,r",
        b"",
        b'"p, ""q""\nmore",r',
        b"p,",
        b'"open',
    ]
    (tmp_path / "a.csv").write_bytes(b"\n".join(lines))
    bad = [
        ("row 2", "not as many fields"), ("row 3", "not as many fields"), ("row 4", "not CSV"), ("row 5", "not UTF-8"),
        ("row 7", "the response is empty"), ("row 8", "not CSV (unexpected end of data)"),
    ]  # fmt: skip
    for bytes_each in (1 << 40, 1):
        found = read(tmp_path, bytes_each=bytes_each)
        check(found, 2, *bad)
        assert pairs(one for one in found if isinstance(one, Record)) == [("p", "r"), ('p, "q"\nmore', "r")]


def test_a_quote_that_never_ends(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(
        b'prompt,response\np,r\n"' + (b"x" * 100_000 + b",\n") * (MAX_TEXT_BYTES // 100_000 + 1)
    )
    check(read(tmp_path), 1, ("row 2", "a field is longer than 64 MB"))


def test_a_damaged_row_group_does_not_spoil_the_others(tmp_path: Path) -> None:
    data = bytearray(as_parquet(rows(30), row_group_size=10, compression="gzip", use_dictionary=False))
    group = pq.ParquetFile(pa.BufferReader(bytes(data))).metadata.row_group(1)
    start = group.column(0).data_page_offset
    data[start + 20 : start + group.column(0).total_compressed_size] = b"\xff" * (
        group.column(0).total_compressed_size - 20
    )
    (tmp_path / "a.parquet").write_bytes(data)
    check(read(tmp_path), 20, ("row 11", "the file cannot be read from here"))


def test_texts_of_parquet_that_are_not_utf8_spoil_no_others(tmp_path: Path) -> None:
    raw = pa.array([b"a", b"\xff", b"c"], pa.binary())
    texts = pa.StringArray.from_buffers(3, raw.buffers()[1], raw.buffers()[2])
    pq.write_table(pa.table({"prompt": texts, "response": ["x", "y", "z"]}), tmp_path / "a.parquet")
    check(read(tmp_path), 2, ("row 2", "not UTF-8"))


def test_arrow_files_that_are_cut_off(tmp_path: Path) -> None:
    data = as_arrow(rows(30), pa.ipc.new_stream, 10)
    (tmp_path / "a.arrow").write_bytes(data[: len(data) // 2])
    check(read(tmp_path), 10, ("row 11", "cannot be read from here"))


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_compressed_arrow_files_are_refused(tmp_path: Path, compression: str) -> None:
    (tmp_path / "a.arrow").write_bytes(as_arrow(rows(30), pa.ipc.new_file, 10, compression=compression))
    check(read(tmp_path), 0, ("row 1", "its buffers are compressed"))


def test_offsets_of_arrow_that_lead_out_of_the_file(tmp_path: Path) -> None:
    data = as_arrow([{"prompt": "p" * 11, "response": "r" * 7}] * 2, pa.ipc.new_stream)
    offsets = struct.pack("<3i", 0, 11, 22)
    assert data.count(offsets) == 1
    (tmp_path / "a.arrow").write_bytes(data.replace(offsets, struct.pack("<3i", 0, 1 << 30, 22)))
    check(read(tmp_path), 0, ("row 1", "cannot be read from here"))


@pytest.mark.parametrize("name", sorted(KINDS))
def test_rows_of_no_shape_are_told_before_all_of_them_are_rejected(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(KINDS[name]([{"text": "x", "input": "y"}] * 3))
    with pytest.raises(UserError, match="its rows have the keys text, input, which is no shape that is known"):
        read(tmp_path)


def test_a_file_of_rejects_and_one_row_is_read(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.jsonl", [{"x": 1}, {"x": 2}, {"prompt": "p", "response": "r"}])
    check(read(tmp_path), 1, ("line 1", "no known shape"), ("line 2", "no known shape"))
