"""The same rows in every kind of file, cut anywhere, are the same records in the same places."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.curation.sources import Source, plan_parts
from data_prep.general import tasks
from tests.data_prep.curation.sources.given import (
    expected,
    pairs,
    read,
    read_all,
    records,
    rejects,
    row,
    rows,
    write_lines,
)

Rows = list[dict[str, str]]


def as_jsonl(some: Rows) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in some).encode()


def as_csv(some: Rows, delimiter: str = ",", end: str = "\r\n") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(some[0]), delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(some)
    return text.getvalue().encode()


def as_parquet(some: Rows, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(some), sink, **options)
    return sink.getvalue()


def as_arrow(some: Rows, new: Callable[..., Any], batch: int = 3, **options: Any) -> bytes:
    sink = io.BytesIO()
    table = pa.Table.from_pylist(some)
    with new(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=batch)
    return sink.getvalue()


def dictionary(some: Rows) -> bytes:
    """A column of texts that stand in a dictionary, as pandas' categories do."""
    table = pa.Table.from_pylist(some)
    table = table.set_column(1, "input", table["input"].dictionary_encode())
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=3)
    return sink.getvalue()


KINDS: dict[str, Callable[[Rows], bytes]] = {
    "a.jsonl": as_jsonl,
    "b.ndjson": lambda some: as_jsonl(some).replace(b"\n", b"\r\n"),
    "bom.jsonl": lambda some: b"\xef\xbb\xbf" + as_jsonl(some).rstrip(),
    "list.json": lambda some: json.dumps(some).encode(),
    "pretty.json": lambda some: b"\xef\xbb\xbf\n" + json.dumps(some, indent=2, ensure_ascii=False).encode(),
    "object.json": lambda some: json.dumps({"version": "1.0", "tags": ["x", "[{"], "data": some, "n": 1}).encode(),
    "pretty_object.json": lambda some: json.dumps({"version": {"a": 1}, "rows": some}, indent=1).encode(),
    "lines.json": as_jsonl,
    "c.csv": as_csv,
    "semicolons.csv": lambda some: b"\xef\xbb\xbf" + as_csv(some, ";", "\n"),
    "d.tsv": lambda some: as_csv(some, "\t", "\n"),
    "e.parquet": as_parquet,
    "groups.parquet": lambda some: as_parquet(some, row_group_size=4),
    "stream.arrow": lambda some: as_arrow(some, pa.ipc.new_stream),
    "file.arrow": lambda some: as_arrow(some, pa.ipc.new_file),
    "dictionary.arrow": dictionary,
}
PACKED = {
    f"{name}.{ending}": (name, pack)
    for name in ("a.jsonl", "list.json", "object.json", "lines.json", "c.csv", "d.tsv")
    for ending, pack in (("gz", gzip.compress), ("zst", zstandard.compress))
}


def written(folder: Path, name: str, count: int) -> Path:
    plain, pack = PACKED.get(name, (name, bytes))
    path = folder / name
    path.write_bytes(pack(KINDS[plain](rows(count))))
    return path


@pytest.mark.parametrize("name", [*KINDS, *PACKED])
def test_every_kind_of_file(tmp_path: Path, name: str) -> None:
    written(tmp_path, name, 30)
    found = read(tmp_path, name)
    assert pairs(found) == expected(30)
    assert [record.place for record in records(found)] == [f"{name}:{number}" for number in range(1, 31)]
    stem = name.split(".")[0]
    assert [record.id for record in records(found)] == [f"{stem}:{number}" for number in range(1, 31)]
    for bytes_each in (1, 200, 700):
        assert read(tmp_path, name, bytes_each) == found
    for limit in (1, 2, 17, 30, 31):
        assert read(tmp_path, name, 300, limit=limit) == found[:limit]


@pytest.mark.parametrize(
    ("name", "num_parts"),
    [
        ("a.jsonl", 30), ("list.json", 30), ("c.csv", 30), ("e.parquet", 8), ("groups.parquet", 30),
        ("stream.arrow", 10), ("a.jsonl.gz", 8), ("c.csv.zst", 8),
    ],
)  # fmt: skip
def test_how_finely_files_are_cut(tmp_path: Path, name: str, num_parts: int) -> None:
    written(tmp_path, name, 30)
    parts = plan_parts(Source(name="set", path=name), tmp_path, 1)
    assert len(parts) == num_parts
    assert sum(part.cut.rows for part in parts) == 30
    assert parts[0].cut.first == 1


def test_parts_are_about_as_large_as_asked_for(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", rows(1000))
    parts = plan_parts(Source(name="set", path="a.jsonl"), tmp_path, 10_000)
    assert sum(part.size for part in parts) == path.stat().st_size
    assert all(10_000 <= part.size <= 10_100 for part in parts[:-1])
    lists = tasks(parts, 25_000)
    assert [part for some in lists for part in some] == parts
    assert {len(some) for some in lists[:-1]} == {3}


LINE = st.one_of(
    st.just(b""), st.just(b"bad"), st.just(b"  \r"), st.integers(0, 9).map(lambda n: json.dumps(row(n)).encode())
)


@settings(max_examples=60, deadline=None)
@given(
    lines=st.lists(LINE, max_size=12),
    bytes_each=st.integers(1, 300),
    ends=st.booleans(),
    name=st.sampled_from(["a.jsonl", "a.jsonl.gz"]),
)
def test_lines_have_their_true_numbers_wherever_files_are_cut(
    lines: list[bytes], bytes_each: int, ends: bool, name: str
) -> None:
    data = b"\n".join(lines) + (b"\n" if ends else b"")
    with TemporaryDirectory() as folder:
        Path(folder, name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
        found = read(Path(folder), name, bytes_each)
        places = [record.place for record in found if not hasattr(record, "reason")]
    good = [number for number, line in enumerate(lines, 1) if line.startswith(b"{")]
    bad = [number for number, line in enumerate(lines, 1) if line == b"bad"]
    assert places == [f"{name}:{number}" for number in good]
    assert [place for place, _ in rejects(found)] == [f"line {number}" for number in bad]


TEXT = st.text(st.sampled_from('a"\\,;[]{}\n\r\t é€𝄞\u2028'), min_size=1, max_size=12).filter(lambda text: text.strip())
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.just(1e300), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)
KNOWN = st.lists(st.fixed_dictionaries({"prompt": TEXT, "response": TEXT}), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    some=KNOWN,
    more=ANYTHING,
    bytes_each=st.integers(1, 200),
    indent=st.sampled_from([None, 1]),
    ascii_only=st.booleans(),
)
def test_anything_in_a_list(some: Rows, more: object, bytes_each: int, indent: int | None, ascii_only: bool) -> None:
    content = json.dumps([{"more": more, **one} for one in some], indent=indent, ensure_ascii=ascii_only)
    with TemporaryDirectory() as folder:
        Path(folder, "a.json").write_text(content, "utf-8")
        assert pairs(read(Path(folder), "a.json", bytes_each)) == [(one["prompt"], one["response"]) for one in some]


@settings(max_examples=60, deadline=None)
@given(some=KNOWN, bytes_each=st.integers(1, 200))
def test_any_text_in_a_table(some: Rows, bytes_each: int) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "a.csv").write_bytes(as_csv(some))
        assert pairs(read(Path(folder), "a.csv", bytes_each)) == [(one["prompt"], one["response"]) for one in some]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    "record",
    [
        {"problem": "1 + 1", "solution": "2", "level": "Level 1"},
        {"messages": [{"role": "user", "content": "1 + 1"}, {"role": "assistant", "content": "2"}]},
    ],
)
def test_a_file_that_is_one_record(tmp_path: Path, record: dict[str, Any], indent: int | None) -> None:
    (tmp_path / "7.json").write_text(json.dumps(record, indent=indent))
    assert pairs(read(tmp_path)) == [("1 + 1", "2")]


def test_a_list_larger_than_what_is_read_at_a_time(tmp_path: Path) -> None:
    some = [{"prompt": "x" * length, "response": '\\"' * length} for length in (10, 1_048_576, 20, 600_000, 30)]
    (tmp_path / "a.json").write_text(json.dumps(some))
    for bytes_each in (1, 1 << 40):
        assert pairs(read(tmp_path, "a.json", bytes_each)) == [(one["prompt"], one["response"]) for one in some]


def test_nested_columns_of_parquet(tmp_path: Path) -> None:
    talk = [("human", "q"), ("gpt", "a")]
    some = [{"conversations": [{"from": name, "value": f"{sign}{n}"} for name, sign in talk]} for n in range(200)]
    pq.write_table(pa.Table.from_pylist(some), tmp_path / "a.parquet", row_group_size=70)
    assert pairs(read(tmp_path, "a.parquet", 500)) == [(f"q{n}", f"a{n}") for n in range(200)]


def test_parts_are_read_again_in_any_order(tmp_path: Path) -> None:
    written(tmp_path, "a.jsonl", 20)
    parts = plan_parts(Source(name="set", path="a.jsonl"), tmp_path, 300)
    assert [found for part in parts[::-1] for found in reversed(read_all([part]))] == read_all(parts)[::-1]
