"""The checks of written pairs: a sound file passes, and every way of spoiling one is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data_prep.formex.acts import Act, Unit
from data_prep.formex.store import shard_paths, write_acts
from data_prep.instruct.checks import CheckTask, Units, check_shard, deal_out, lines_file, words_found
from data_prep.instruct.index import ChosenActs, IndexTask, KnownWorks, Labels, PlanTask, index_shard, plan_acts
from data_prep.instruct.report import (
    AS_RECORDED,
    LEAK,
    REPEATED,
    RESOLVE,
    SEEN,
    Report,
    figures,
    insist,
    length_warnings,
)
from data_prep.split import Shares, write_splits
from lexatron.errors import UserError

TRAINED, HELD_OUT = "32031R0001", "32031R0002"
Record = dict[str, Any]


def act(work: str, language: str = "en", **changes: Any) -> Act:
    text = f"Operators shall register every drone of {work} within thirty days."
    paragraph = Unit("paragraph", "art_1.par_1", "1.", None, text)
    units = [Unit("article", "art_1", "Article 1", "Registration", children=[paragraph])]
    title = f"Regulation of 3 May 2031 on the drones of {work}"
    return Act(**{
        "celex": work, "base_celex": work, "language": language, "doc_type": "regulation", "title": title,
        "units": units, "label": f"Regulation (EU) 2031/{int(work[6:])}", **changes,
    })  # fmt: skip


def record(work: str, number: int, *, seen: bool, unit: str = "art_1.par_1") -> Record:
    place = {"art_1.par_1": "Article 1(1)", "art_9": "Article 9"}[unit]
    label = f"Regulation (EU) 2031/{int(work[6:])}"
    said = f"Operators shall register every drone of {work} within thirty days."
    answer = f"Under {place}, {label} (CELEX: {work}): {said}"
    return {
        "id": f"{work}.en.obligation.{unit}.t{number}",
        "language": "en",
        "kind": "obligation",
        "seen": seen,
        "messages": [
            {"role": "user", "content": f"What does {label} require, for the {number}th time?"},
            {"role": "assistant", "content": answer},
        ],
        "citations": [{"celex": work, "article": unit.partition(".")[0][4:], "unit": unit}],
    }


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan over one training and one test work, and an older version of the latter."""
    for name in ("acts", "index", "plan", "out"):
        (tmp_path / name).mkdir()
    older = act(HELD_OUT, version_date=None, celex=HELD_OUT)
    latest = act(HELD_OUT, celex="02031R0002-20320101", version_date="2032-01-01")
    write_acts(tmp_path / "acts", [latest, act(TRAINED), older, act(TRAINED, "fr", label="Règlement (UE) 2031/1")])
    write_splits(tmp_path / "splits.json", {TRAINED: "train", HELD_OUT: "test"}, Shares(), 1)
    index_shard(IndexTask(str(shard_paths(tmp_path / "acts")[0])), tmp_path / "index")
    task = PlanTask((str(tmp_path / "index"),), str(tmp_path / "splits.json"), ("en", "fr"), ("train", "test"))
    counts = plan_acts(task, tmp_path / "plan")
    assert counts["used"] == {"test": 1, "train": 2}
    assert counts["dropped"] == {"another version of the act is used": 1}
    return tmp_path / "plan"


def report_on(files: dict[str, list[Record]], plan: Path) -> Report:
    out = plan.parent / "out"
    for name in ("training", "validation", "test"):
        lines = [json.dumps(each) + "\n" for each in files.get(name, [])]
        (out / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    names = ("training", "validation", "test")
    written = deal_out(out, names, plan)
    for shard in written.save(out):
        paths = tuple(str(out / f"{name}.jsonl") for name in names)
        task = CheckTask(str(shard_paths(plan.parent / "acts")[shard]), str(lines_file(out, shard)), paths, None)
        written.report.add(check_shard(task, out))
    return written.report


def sound() -> dict[str, list[Record]]:
    return {
        "training": [record(TRAINED, number, seen=True) for number in (1, 2)],
        "validation": [record(TRAINED, 3, seen=True)],
        "test": [record(TRAINED, 4, seen=True), record(HELD_OUT, 5, seen=False)],
    }


def test_sound_files_pass(plan: Path) -> None:
    report = report_on(sound(), plan)
    insist(report)
    found = figures(report)
    assert (found["citing"], found["citations_resolved"], found["answers"]) == (1.0, 1.0, 5)
    assert found["answer_words_in_cited_units"] == 1.0
    assert not any(found["failed"].values())
    assert found["lengths"]["obligation"]["pairs"] == 5


def _repeat(files: dict[str, list[Record]]) -> None:
    files["test"][0]["messages"][0]["content"] = files["training"][0]["messages"][0]["content"].upper() + " "


def _leak(files: dict[str, list[Record]]) -> None:
    files["training"].append(record(HELD_OUT, 6, seen=True))


def _claim_unseen(files: dict[str, list[Record]]) -> None:
    files["test"][0]["seen"] = False


def _cite_what_is_not_there(files: dict[str, list[Record]]) -> None:
    files["training"].append(record(TRAINED, 7, seen=True, unit="art_9"))


def _cite_an_unknown_act(files: dict[str, list[Record]]) -> None:
    files["test"].append(record("32031R0077", 8, seen=False))


def _answer_with_another_place(files: dict[str, list[Record]]) -> None:
    message = files["training"][0]["messages"][1]
    message["content"] = message["content"].replace("Article 1(1)", "Article 1")


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (_repeat, REPEATED),
        (_leak, LEAK),
        (_claim_unseen, SEEN),
        (_cite_what_is_not_there, RESOLVE),
        (_cite_an_unknown_act, RESOLVE),
        (_answer_with_another_place, AS_RECORDED),
    ],
)
def test_every_fault_is_found(plan: Path, spoil: Callable[[dict[str, list[Record]]], None], check: str) -> None:
    files = sound()
    spoil(files)
    report = report_on(files, plan)
    assert report.counts[f"failed: {check}"] == 1
    with pytest.raises(UserError, match=check):
        insist(report)


def test_answers_that_do_not_cite_are_counted(plan: Path) -> None:
    files = sound()
    files["training"][0]["messages"][1]["content"] = "Operators register drones."
    report = report_on(files, plan)
    assert figures(report)["citing"] == 0.8
    with pytest.raises(UserError, match=r"95% of answers must cite: 80\.0% do"):
        insist(report)


def test_words_and_quotations_that_the_unit_has_not_are_counted(plan: Path) -> None:
    files = sound()
    message = files["training"][0]["messages"][1]
    wrong = "Kites “may fly at any height”"
    message["content"] = message["content"].replace("Operators shall register every drone", wrong)
    found = figures(report_on(files, plan))
    assert (found["quotations"], found["quotations_found"]) == (1, 0.0)
    assert 0.8 < found["answer_words_in_cited_units"] < 1.0


def test_words_are_found_in_runs() -> None:
    source = ["a", "b", "c", "d", "e", "f", "g", "h"]
    assert words_found(["x", "b", "c", "d", "e", "f", "y"], [source]) == (5, 7)
    assert words_found(["b", "c", "d", "x", "e", "f", "g"], [source]) == (0, 7)
    assert words_found(["a", "b", "c", "d", "e"], []) == (0, 5)


def test_a_place_holds_what_stands_below_it() -> None:
    units = Units(act(TRAINED))
    assert [key in units for key in ("art_1", "art_1.par_1", "art_1.par_2")] == [True, True, False]
    assert {"thirty", "registration"} <= set(units.words("art_1"))
    assert units.text(None).endswith(f"on the drones of {TRAINED}")


def test_the_plan_can_be_looked_up(plan: Path) -> None:
    assert KnownWorks(plan).sides([TRAINED, HELD_OUT, "32031R0077"]) == {"train", "test", None}
    assert ChosenActs(plan).of_shard(0) == {0: "test", 1: "train", 3: "train"}
    assert ChosenActs(plan).locate(HELD_OUT, "en") == (0, 0)
    assert ChosenActs(plan).locate(HELD_OUT, "fr") is None
    assert Labels(plan).of([TRAINED, HELD_OUT], "fr") == {TRAINED: "Règlement (UE) 2031/1"}


def test_average_lengths_warn() -> None:
    report = Report()
    report.measure("obligation long", 20, 200)
    report.measure("definition", 1, 1)
    assert [warning.partition(" tokens")[0] for warning in length_warnings(figures(report))] == [
        "the question of the long kinds has 20"
    ]
