"""`lexatron data testset`: held-out wordings, of the works asked for, spread over kinds and acts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from data_prep.formex.acts import LANGUAGES
from data_prep.formex.store import read_acts, write_acts
from evaluation.testset import Question, load_testset
from lexatron.errors import UserError
from tests.data_prep.instruct.conftest import Sample, run

KINDS = "definition,obligation,scope,which_act,which_article"


def made(sample: Sample, out: Path, *options: object) -> list[Question]:
    run("data", "testset", sample.acts, "-o", out, "--splits", sample.splits, *options)
    return load_testset(out / "test.jsonl")


def test_it_asks_about_test_works_in_held_out_wordings(sample_acts: Sample, tmp_path: Path) -> None:
    questions = made(sample_acts, tmp_path / "set", "--kinds", KINDS)
    assert Counter(question.language for question in questions) == dict.fromkeys(LANGUAGES, 20)
    assert {sample_acts.works[question.act] for question in questions} == {"test"}
    assert not any(question.seen for question in questions)
    assert all(question.id.rpartition(".")[2].startswith("h") for question in questions)
    assert set(Counter((q.language, q.kind) for q in questions).values()) == {4}
    assert sorted(p.name for p in (tmp_path / "set").iterdir()) == [
        "DATA_CARD.md", "plain", "plots.png", "stage.json", "stats.json", "test.jsonl",
    ]  # fmt: skip


def test_no_act_is_asked_about_twice_before_every_other(sample_acts: Sample, tmp_path: Path) -> None:
    works = [work for work, side in sample_acts.works.items() if side == "test"]
    questions = made(sample_acts, tmp_path / "set", "--kinds", KINDS, "--per-language", len(works))
    for language in LANGUAGES:
        assert Counter(q.act for q in questions if q.language == language) == dict.fromkeys(works, 1)
    more = made(sample_acts, tmp_path / "more", "--kinds", KINDS, "--per-language", 2 * len(works) + 1)
    for language in LANGUAGES:
        assert set(Counter(q.act for q in more if q.language == language).values()) <= {2, 3}


@pytest.mark.parametrize(("origin", "sides"), [("train", {"train"}), ("all", {"train", "validation", "test"})])
def test_it_can_ask_about_other_works(sample_acts: Sample, tmp_path: Path, origin: str, sides: set[str]) -> None:
    questions = made(sample_acts, tmp_path / "set", "--from", origin, "--languages", "en,de", "--per-language", 30)
    assert {sample_acts.works[question.act] for question in questions} == sides
    assert {question.language for question in questions} == {"de", "en"}
    assert all(question.seen == (sample_acts.works[question.act] == "train") for question in questions)


def test_shards_and_order_do_not_matter(sample_acts: Sample, tmp_path: Path) -> None:
    made(sample_acts, tmp_path / "one")
    made(sample_acts, tmp_path / "two", "--workers", 2)
    assert (tmp_path / "one" / "test.jsonl").read_bytes() == (tmp_path / "two" / "test.jsonl").read_bytes()


def test_fewer_than_wanted_are_said(sample_acts: Sample, tmp_path: Path) -> None:
    questions = made(sample_acts, tmp_path / "set", "--kinds", "scope", "--languages", "en", "--per-language", 500)
    stats = json.loads((tmp_path / "set" / "stats.json").read_text())
    assert stats["languages"] == {"en": {"share": 500, "pairs": len(questions)}}
    assert f"en lacks {500 - len(questions)} of its 500 pairs" in (tmp_path / "set" / "DATA_CARD.md").read_text()


def test_nothing_to_ask_is_the_users_error(sample_acts: Sample, tmp_path: Path) -> None:
    (tmp_path / "acts").mkdir()
    write_acts(tmp_path / "acts", (replace(act, units=[]) for act in read_acts(sample_acts.acts)))
    with pytest.raises(UserError, match="nothing can be asked about these acts"):
        made(
            Sample(tmp_path / "acts", sample_acts.splits, sample_acts.works), tmp_path / "set", "--kinds", "definition"
        )
    assert not (tmp_path / "set").exists()
