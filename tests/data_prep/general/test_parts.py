"""Every line of every file is in exactly one part, wherever the cuts fall."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.formex.acts import Reject
from data_prep.general import Part, read_texts, shards, tasks

LINES = st.lists(
    st.one_of(st.binary(max_size=12).map(lambda data: data.replace(b"\n", b"")), st.just(b"")), max_size=30
)


@settings(max_examples=300, deadline=None)
@given(lines=LINES, bytes_each=st.integers(1, 80), ends_with_line_feed=st.booleans())
def test_byte_ranges_hold_every_line_once_and_no_half(
    lines: list[bytes], bytes_each: int, ends_with_line_feed: bool
) -> None:
    data = b"\n".join(lines) + (b"\n" if ends_with_line_feed else b"")
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.jsonl")
        path.write_bytes(data)
        parts = shards([path], bytes_each)
        whole = list(read_texts(path))
        pieces = [item for part in parts for item in read_texts(part)]
    assert [part.start for part in parts] == [0, *(part.end for part in parts[:-1])]
    assert parts[-1].end == len(data)
    assert all(data[part.end - 1 : part.end] == b"\n" for part in parts[:-1])
    assert all(part.size == part.end - part.start for part in parts)
    longest = max((len(line) + 1 for line in data.split(b"\n")), default=0)
    assert all(part.size < bytes_each + longest for part in parts)
    assert len(pieces) == len(whole)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.text(min_size=1).filter(str.strip), max_size=20), bytes_each=st.integers(1, 200))
def test_the_texts_of_the_parts_are_those_of_the_file(texts: list[str], bytes_each: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.jsonl")
        path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
        found = [item for part in shards([path], bytes_each) for item in read_texts(part)]
    assert found == texts


def test_the_place_of_a_reject_in_a_later_part_can_be_found(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "one"}\n\nbad\n')
    first, second = shards([path], 16)
    assert list(read_texts(first)) == ["one"]
    [reject] = read_texts(second)
    assert isinstance(reject, Reject)
    assert reject.place == "line 2 after byte 16"


def test_lines_longer_than_what_is_read_at_a_time(tmp_path: Path) -> None:
    texts = ["x" * 300_000, "y", "z" * 70_000]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    parts = shards([path], 10)
    assert [list(read_texts(part)) for part in parts] == [[text] for text in texts]


def test_compressed_and_text_files_are_one_part(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.txt", "c.jsonl.zst"):
        (tmp_path / name).write_bytes(b"x" * 5000)
    parts = shards(sorted(tmp_path.iterdir()), 100)
    assert [(Path(part.path).name, part.start, part.end) for part in parts] == [
        ("a.jsonl.gz", 0, 5000), ("b.txt", 0, 5000), ("c.jsonl.zst", 0, 5000),
    ]  # fmt: skip


def test_a_part_travels_as_json() -> None:
    part = Part("wiki/a.jsonl", 10, 20, 10)
    assert Part(**json.loads(json.dumps(asdict(part)))) == part


@given(sizes=st.lists(st.integers(0, 50), max_size=40), bytes_each=st.integers(1, 60))
def test_tasks_hold_every_part_once_and_are_of_one_size(sizes: list[int], bytes_each: int) -> None:
    parts = [Part(f"{number}.txt", 0, size, size) for number, size in enumerate(sizes)]
    found = tasks(parts, bytes_each)
    assert [part for task in found for part in task] == parts
    assert all(task and sum(part.size for part in task[:-1]) < bytes_each for task in found)
    assert all(sum(part.size for part in task) >= bytes_each for task in found[:-1])
