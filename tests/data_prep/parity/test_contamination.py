"""Held-out conversations that stand in training: whole or by prompt, exactly or nearly."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_prep.parity.contamination import Kind, Leak, Part, contamination
from data_prep.parity.run import Parity, clean
from data_prep.parity.sides import Side
from tests.data_prep.lengths.conversations import row, write_dataset

TRAINING = [
    row("t0", "Which act protects personal data?", "Regulation (EU) 2016/679.", system="Be brief."),
    row("t1", "What may a person do under Article 77 of that regulation?", "Lodge a complaint.", "Where?", "In Bonn."),
    row("t2", "Name the act on the sale of goods to consumers.", "Directive (EU) 2019/771, of 20 May 2019."),
]
HELD_OUT = [
    row("clean", "How long is a calendar year?", "365 days, or 366."),
    row("whole", "which act  PROTECTS personal data?", "Regulation (EU) 2016/679.", system="Another."),
    row("prompt", "Which act protects personal data?", "I do not know that one."),
    row("near", "Name the act on the sale of goods to consumers!", "Directive (EU) 2019/771, of 20 May 2019!"),
]


def test_each_kind_is_found(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path, {"train": TRAINING, "test": HELD_OUT})
    read: list[int] = []
    test = folder / "test.jsonl"
    found = contamination(folder / "training.jsonl", [test], read.append)
    assert sum(read) == 3
    known = [(leak.id, leak.training_id, leak.part, leak.kind) for leak in found]
    assert known == [
        ("whole", "t0", "conversation", "exact"),
        ("whole", "t0", "prompt", "exact"),
        ("prompt", "t0", "prompt", "exact"),
        ("near", "t2", "conversation", "near"),
        ("near", "t2", "prompt", "near"),
    ]
    assert found[0] == Leak("whole", str(test), "t0", "conversation", "exact", 1.0)
    assert all(0.8 <= leak.similarity < 1 for leak in found if leak.kind == "near")


def test_an_exact_find_counts_more_than_a_near_one_before_it(tmp_path: Path) -> None:
    training = [
        row("close", "Name the act on the sale of goods!", "A directive of the year 2019."),
        row("same", "Name the act on the sale of goods", "I cannot say which one that is."),
    ]
    asked = row("x", "name the act on the sale of goods", "Quite another, much longer answer about it.")
    folder = write_dataset(tmp_path, {"train": training, "test": [asked]})
    found = contamination(folder / "training.jsonl", [folder / "test.jsonl"])
    assert [(leak.training_id, leak.part, leak.kind) for leak in found] == [("same", "prompt", "exact")]


def test_empty_prompts_are_not_alike(tmp_path: Path) -> None:
    folder = write_dataset(
        tmp_path, {"train": [row("a", "", "One answer.")], "test": [row("b", "", "Quite something else!")]}
    )
    assert contamination(folder / "training.jsonl", [folder / "test.jsonl"]) == []


def test_several_files_keep_their_names_and_equal_prompts_are_all_found(tmp_path: Path) -> None:
    asked = [row(n, "Which act protects personal data?", f"Answer {n}.") for n in range(3)]
    folder = write_dataset(tmp_path, {"train": TRAINING, "validation": asked[:1], "test": asked[1:]})
    files = [folder / "validation.jsonl", folder / "test.jsonl"]
    found = contamination(folder / "training.jsonl", files)
    prompts = [(leak.id, Path(leak.file).name) for leak in found if leak.part == "prompt"]
    assert prompts == [("0", "validation.jsonl"), ("1", "test.jsonl"), ("2", "test.jsonl")]


@pytest.mark.parametrize(
    ("part", "kind", "near_prompts", "status"),
    [
        ("prompt", "near", False, "warning"),
        ("prompt", "near", True, "breach"),
        ("prompt", "exact", False, "breach"),
        ("conversation", "near", False, "breach"),
    ],
)
def test_a_prompt_that_is_nearly_the_same_is_another_question(
    part: Part, kind: Kind, near_prompts: bool, status: str, tmp_path: Path
) -> None:
    side = Side(tmp_path, "dataset", held_out=(tmp_path / "test.jsonl",))
    asked = Parity(side, (), "T", near_prompts=near_prompts)
    assert clean([Leak("a", "test.jsonl", "b", part, kind, 0.9)], asked).status == status
    assert clean([], asked).status == "ok"
