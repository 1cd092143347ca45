"""Which files a source has: named, matched, in folders, saved by `datasets`; their splits, names and sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from data_prep.curation.sources import Source, plan_parts
from data_prep.curation.sources.splits import side_of, split_of
from lexatron.errors import UserError
from tests.data_prep.curation.sources.given import expected, pairs, read, records, row, rows, write_lines


def names(folder: Path, path: str | tuple[str, ...] = ".", **options: Any) -> list[str]:
    source = Source.model_validate({"name": "set", "path": path, **options})
    return [part.name for part in plan_parts(source, folder, 1 << 30)]


def fill(folder: Path, *files: str) -> None:
    for number, file in enumerate(files):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        write_lines(folder / file, [{"prompt": f"q{number}", "response": f"a{number}"}])


def test_folders_hold_what_is_not_hidden_and_known(tmp_path: Path) -> None:
    fill(tmp_path, "b.jsonl", "a/c.jsonl", ".d.jsonl", ".e/f.jsonl", "readme.txt", "dataset_infos.json")
    assert names(tmp_path) == ["a/c.jsonl", "b.jsonl"]


def test_files_patterns_and_folders_each_once_and_in_order(tmp_path: Path) -> None:
    fill(tmp_path, "b.jsonl", "a/c.jsonl", "a/d/e.jsonl", "[x].jsonl")
    assert names(tmp_path, ("b.jsonl", "a", "a/**/*.jsonl")) == ["b.jsonl", "c.jsonl", "d/e.jsonl"]
    assert names(tmp_path, "*.jsonl") == ["[x].jsonl", "b.jsonl"]
    assert names(tmp_path, "[x].jsonl") == ["[x].jsonl"]
    assert names(tmp_path, str(tmp_path / "a" / "c.jsonl")) == ["c.jsonl"]


@pytest.mark.parametrize(("path", "what"), [("none", "no such files"), ("*.jsonl", "no such"), ("a.txt", "not a kind")])
def test_no_files(tmp_path: Path, path: str, what: str) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(UserError, match=what):
        names(tmp_path, path)


def test_files_of_one_stem_have_ids_of_their_own(tmp_path: Path) -> None:
    fill(tmp_path, "a/x.jsonl", "b/x.jsonl", "y.jsonl")
    ids = [record.id for record in records(read(tmp_path))]
    assert len(set(ids)) == 3
    assert ids[2] == "y:1"
    assert all(one.startswith("x-") and one.endswith(":1") for one in ids[:2])
    assert ids == [record.id for record in records(read(tmp_path))]
    found = records(read(tmp_path, (str(tmp_path / "?" / "x.jsonl"), "y.jsonl")))
    assert len({record.id for record in found}) == len({record.place for record in found}) == 3


def test_numbers_as_ids_of_several_files_do_not_clash(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_lines(tmp_path / f"{name}.jsonl", [{**row(0), "id": 0}, {**row(1), "id": f"{name}-x"}])
    assert [record.id for record in records(read(tmp_path))] == ["a:0", "a-x", "b:0", "b-x"]
    assert [record.id for record in records(read(tmp_path, "a.jsonl"))] == ["0", "a-x"]


def test_the_first_rows_of_several_files(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.jsonl", rows(5))
    write_lines(tmp_path / "b.jsonl", rows(5))
    for bytes_each in (1, 1 << 30):
        found = read(tmp_path, bytes_each=bytes_each, limit=7)
        assert pairs(found) == [*expected(5), *expected(2)]


@pytest.mark.parametrize(
    ("name", "split", "side"),
    [
        ("data/train-00000-of-00001.parquet", "train", "train"),
        ("data/test_sft-00000-of-00002-3f2.parquet", "test_sft", "test"),
        ("data/train_prefs-00000-of-00001.parquet", "train_prefs", "train"),
        ("test/data-00000-of-00001.arrow", "test", "test"),
        ("validation/0000.parquet", "validation", "validation"),
        ("dev.jsonl", "validation", "validation"),
        ("alpaca-train.arrow", "train", "train"),
        ("alpaca-train-00001-of-00002.arrow", "train", "train"),
        ("my_set.test.jsonl", None, None),
        ("en-test.jsonl", "test", "test"),
        ("contest.jsonl", None, None),
        ("latest/evaluate.jsonl", None, None),
        ("a.jsonl", None, None),
    ],
)
def test_splits_by_name(name: str, split: str | None, side: str | None) -> None:
    assert (split_of(name), side_of(split_of(name))) == (split, side)


def test_sides_of_files_and_of_sources(tmp_path: Path) -> None:
    fill(tmp_path, "dev.jsonl", "other.jsonl", "test.jsonl", "train.jsonl")
    assert [record.side for record in records(read(tmp_path))] == [None] * 4
    assert [record.side for record in records(read(tmp_path, keep_splits=True))] == ["validation", None, "test", None]
    assert [record.side for record in records(read(tmp_path, keep_splits=True, side="train"))] == ["train"] * 4
    assert names(tmp_path, split="test") == ["test.jsonl"]
    with pytest.raises(UserError, match="no files of split testing"):
        names(tmp_path, split="testing")


def test_a_dataset_saved_to_disk(tmp_path: Path) -> None:
    from datasets import Dataset, DatasetDict, disable_progress_bars

    disable_progress_bars()
    sets = {"train": Dataset.from_list(rows(40)), "test": Dataset.from_list(rows(3))}
    DatasetDict(sets).save_to_disk(tmp_path / "saved", num_shards={"train": 2, "test": 1})
    (tmp_path / "saved" / "train" / "cache-123.arrow").write_bytes(b"left behind by map()")
    assert names(tmp_path, "saved") == [
        "test/data-00000-of-00001.arrow", "train/data-00000-of-00002.arrow", "train/data-00001-of-00002.arrow",
    ]  # fmt: skip
    found = records(read(tmp_path, "saved", keep_splits=True))
    assert pairs(found) == [*expected(3), *expected(40)]
    assert [record.side for record in found] == ["test"] * 3 + [None] * 40
    assert len({record.id for record in found}) == 43


def test_conversations_saved_to_disk_in_many_batches(tmp_path: Path) -> None:
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    some = [
        {"conversations": [{"from": "human", "value": f"q{n}"}, {"from": "gpt", "value": f"a{n}"}], "source": "x"}
        for n in range(2500)
    ]
    Dataset.from_list(some).save_to_disk(tmp_path / "saved")
    for bytes_each in (10_000, 1 << 30):
        assert pairs(read(tmp_path, "saved", bytes_each)) == [(f"q{n}", f"a{n}") for n in range(2500)]


def test_a_damaged_list_of_files_is_no_list(tmp_path: Path) -> None:
    fill(tmp_path, "a.jsonl")
    (tmp_path / "state.json").write_text('{"_data_files": 7}')
    assert names(tmp_path) == ["a.jsonl"]


@pytest.mark.parametrize(
    "options",
    [
        {}, {"path": "a", "hub": "a/b"}, {"hub": "ab"}, {"hub": "../b"}, {"path": "a", "revision": "main"},
        {"path": "a", "name": "A b"}, {"path": "a", "shape": "x"}, {"path": "a", "limit": 0}, {"path": "a", "x": 1},
        {"path": "a", "fields": {"prompt": "a..b"}}, {"path": "a", "language": "english"}, {"path": []},
    ],
)  # fmt: skip
def test_options_that_cannot_be(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Source.model_validate({"name": "set", **options})
