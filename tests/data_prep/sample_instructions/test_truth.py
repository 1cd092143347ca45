"""truth.json tells no lie: what it says was planted stands where it says, and nothing else does."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from data_prep.sample.instructions.request import FAULTS
from data_prep.sample.instructions.sources import SOURCES
from tests.data_prep.sample_instructions.conftest import RECORDS, SampleSet

BANDS = {
    "near_duplicate_high": (0.95, 1.0),
    "near_duplicate": (0.8, 0.95),
    "near_miss": (0.6, 0.75),
    "contamination_near": (0.8, 0.95),
}


def of_kind(sample: SampleSet, *kinds: str) -> list[dict[str, Any]]:
    found = [entry for entry in sample.truth["planted"] if entry["kind"] in kinds]
    assert found
    return found


def grams(text: str) -> set[str]:
    joined = " ".join(text.casefold().split())
    return {joined[at : at + 3] for at in range(len(joined) - 2)}


def similarity(one: str, other: str) -> float:
    first, second = grams(one), grams(other)
    return len(first & second) / len(first | second)


def test_every_kind_is_planted_as_often_as_its_share_says(sample: SampleSet) -> None:
    planted = Counter(entry["kind"] for entry in sample.truth["planted"])
    assert planted == sample.truth["counts"]
    assert planted == {kind: round(share * RECORDS) for kind, share in FAULTS.items()}


def test_the_rows_of_files_are_as_many_as_truth_says(sample: SampleSet) -> None:
    assert {path: len(rows) for path, rows in sample.rows.items()} == sample.truth["rows"]
    assert len([path for path in sample.rows if path.startswith("parquet/")]) == 3
    records = sample.truth["records"]
    assert set(records) == {*(source.name for source in SOURCES), "test_set"}
    assert sum(records.values()) - records["test_set"] == RECORDS
    unreadable = Counter(entry["file"] for entry in of_kind(sample, "unreadable"))
    for source in SOURCES:
        if source.name not in ("parquet", "oasst_flat"):
            assert len(sample.rows[source.path]) == records[source.name] + unreadable[source.path]
    trees = {json.loads(row)["message_tree_id"] for row in sample.rows["oasst_flat.jsonl"] if "message_tree_id" in row}
    assert len(trees) == records["oasst_flat"]


def test_no_place_is_planted_twice(sample: SampleSet) -> None:
    places = [(entry["file"], entry["row"]) for entry in sample.truth["planted"]]
    originals = [
        (entry["other"]["file"], entry["other"]["row"]) for entry in sample.truth["planted"] if "other" in entry
    ]
    assert len({*places, *originals}) == len(places) + len(originals)


def test_ids_are_those_of_the_rows(sample: SampleSet) -> None:
    keys = ("id", "prompt_id", "message_id")
    for entry in sample.truth["planted"]:
        if entry["id"] and entry["source"] != "oasst_trees":
            row = sample.row(entry)
            assert entry["id"] in [row.get(key) for key in keys], entry


@pytest.mark.parametrize("kind", BANDS)
def test_near_copies_are_as_like_their_originals_as_truth_says(sample: SampleSet, kind: str) -> None:
    low, high = BANDS[kind]
    for entry in of_kind(sample, kind):
        true = similarity(sample.text(entry), sample.text(entry["other"]))
        assert low < true < high
        assert true == pytest.approx(entry["jaccard"], abs=1e-4)


def test_exact_copies_differ_in_case_and_space_alone(sample: SampleSet) -> None:
    for entry in of_kind(sample, "exact_duplicate", "contamination_exact"):
        one, other = sample.text(entry), sample.text(entry["other"])
        assert one.casefold().split() == other.casefold().split()
        assert (one == other) == (entry["how"] == "same") or "```" in one
    assert {entry["how"] for entry in of_kind(sample, "exact_duplicate")} == {"same", "case", "space"}


def test_contamination_is_of_the_test_set(sample: SampleSet) -> None:
    for entry in of_kind(sample, "contamination_exact", "contamination_near"):
        assert entry["other"]["file"] == "test_set.jsonl"
        assert entry["file"] != "test_set.jsonl"
    planted = [entry for entry in sample.truth["planted"] if entry["file"] == "test_set.jsonl"]
    assert not planted


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("pii", "value"),
        ("pii_lookalike", "value"),
        ("mojibake", "wrong"),
        ("control_token", "token"),
        ("boilerplate", "phrase"),
        ("blocklisted", "word"),
        ("url", "url"),
    ],
)
def test_what_was_planted_stands_in_the_row_and_in_no_other(sample: SampleSet, kind: str, key: str) -> None:
    entries = of_kind(sample, kind)
    for entry in entries:
        assert entry[key].lower() in sample.text(entry).lower()
    values = {entry[key].lower() for entry in entries}
    places = {(entry["file"], entry["row"]) for entry in entries}
    for path, rows in sample.rows.items():
        for number, row in enumerate(rows, start=1):
            if (path, number) not in places and path != "oasst_flat.jsonl":
                text = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)).lower()
                assert not any(value in text for value in values), (path, number)


def test_unreadable_rows_give_no_record(sample: SampleSet) -> None:
    for entry in of_kind(sample, "unreadable"):
        row = sample.rows[entry["file"]][entry["row"] - 1]
        if entry["how"] == "broken JSON":
            with pytest.raises(ValueError, match=r"Unterminated|Invalid|Expecting|delimiter"):
                json.loads(row)
        elif entry["how"] == "not an object":
            assert isinstance(json.loads(row), list)
        else:
            assert set(sample.row(entry)) == {"title", "shelf"}


def test_turns_are_malformed_as_truth_says(sample: SampleSet) -> None:
    users = ("user", "human")
    for entry in of_kind(sample, "malformed_turns", "repairable_turns"):
        messages = sample.messages(entry)
        roles = [role in users for role, _ in messages]
        match entry["how"]:
            case "empty answer":
                assert messages[-1][1] == ""
            case "no question":
                assert not any(roles)
            case "two questions in a row":
                assert roles[-3:] == [True, True, False]
            case "ends with a question":
                assert roles[-2:] == [False, True]
            case "begins with a greeting":
                assert roles[:2] == [False, True]
            case "system message in the middle":
                row = sample.row(entry)
                turn = (row.get("messages") or row["conversations"])[-2]
                assert "system" in (turn.get("role"), turn.get("from"))
            case other:
                raise AssertionError(other)


def test_lengths_and_languages_are_wrong_as_truth_says(sample: SampleSet) -> None:
    for entry in of_kind(sample, "too_short"):
        assert len(sample.messages(entry)[-1][1]) == 3
    for entry in of_kind(sample, "too_long"):
        assert len(sample.text(entry)) > 20_000
    for entry in of_kind(sample, "wrong_language"):
        row = sample.row(entry)
        stated = row["metadata"]["language"] if "metadata" in row else (row.get("lang") or row["prompt"]["lang"])
        assert stated == entry["stated"] != entry["spoken"]
