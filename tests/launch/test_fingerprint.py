"""Which stages need not run again: with the same commands and inputs those that succeeded, and no others."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import launch.fingerprint
from launch.fingerprint import WHOLE_BYTES, Answer, answer_of, answers, question
from launch.order import behind
from launch.records import done_file
from launch.stage import Stage
from lexatron.atomic import write_text

RUN = Path("runs/x")
STAGES = (
    Stage("corpus", "data", ("data", "corpus", "acts"), inputs=("acts",), outputs=("out/corpus",)),
    Stage("import", "convert", ("import", "hf"), inputs=("hf/model.bin",), outputs=("out/base",)),
    Stage("cpt", "train", ("train", "r"), ("corpus", "import"), outputs=("out/cpt",), run_dir="out/cpt"),
    Stage("evaluate", "evaluate", ("eval",), ("cpt",), inputs=("test.jsonl",), outputs=("out/eval.json",)),
    Stage("report", "report", ("report",), ("evaluate",), outputs=("out/report.html",)),
)
NAMES = tuple(stage.name for stage in STAGES)


def succeed(workdir: Path, stages: tuple[Stage, ...] = STAGES) -> None:
    """What a launch leaves in which every stage has succeeded."""
    for stage, answer in zip(stages, answers(RUN, stages, workdir).values(), strict=True):
        for output in stage.outputs:
            write_text(workdir / output, stage.name)
        write_text(workdir / done_file(RUN, stage.name), answer.fingerprint + "\n")


def done(workdir: Path, stages: tuple[Stage, ...] = STAGES) -> set[str]:
    return {name for name, answer in answers(RUN, stages, workdir).items() if answer.done}


def with_behind(*names: str) -> set[str]:
    return {*names, *(waiting for name in names for waiting in behind(STAGES, name))}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the inputs, in which every stage has succeeded."""
    for file in ("acts/a.xml", "acts/deep/b.xml", "hf/model.bin", "test.jsonl"):
        write_text(tmp_path / file, file)
    succeed(tmp_path)
    return tmp_path


def test_nothing_is_done_before_it_has_run(tmp_path: Path) -> None:
    assert done(tmp_path) == set()


def test_the_same_again_is_done(place: Path) -> None:
    assert done(place) == set(NAMES)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed=st.sets(st.sampled_from(NAMES)), argument=st.text(min_size=1).filter(lambda text: text != "--fresh"))
def test_changed_commands_run_again_and_all_behind_them(place: Path, changed: set[str], argument: str) -> None:
    stages = tuple(replace(s, arguments=(*s.arguments, argument)) if s.name in changed else s for s in STAGES)
    assert done(place, stages) == set(NAMES) - with_behind(*changed)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=st.lists(st.sampled_from(["a", "b", "a b", ""]), min_size=2, max_size=4))
def test_arguments_that_look_alike_when_joined_differ(place: Path, arguments: list[str]) -> None:
    def print_of(words: list[str]) -> str:
        return answers(RUN, [replace(STAGES[2], after=(), arguments=tuple(words))], place)["cpt"].fingerprint

    assert print_of(arguments) != print_of([" ".join(arguments)])
    assert (print_of(arguments) == print_of(arguments[::-1])) == (arguments == arguments[::-1])


@pytest.mark.parametrize("at", [0, 1, 2])
def test_fresh_does_not_count(place: Path, at: int) -> None:
    def fresh(stage: Stage) -> Stage:
        return replace(stage, arguments=(*stage.arguments[:at], "--fresh", *stage.arguments[at:]))

    assert done(place, tuple(map(fresh, STAGES))) == set(NAMES)


@pytest.mark.parametrize(
    ("file", "stage"), [("acts/a.xml", "corpus"), ("hf/model.bin", "import"), ("test.jsonl", "evaluate")]
)
def test_a_changed_input_runs_again_and_all_behind_it(place: Path, file: str, stage: str) -> None:
    write_text(place / file, "changed")
    assert done(place) == set(NAMES) - with_behind(stage)


def test_a_file_is_told_by_its_content_alone(place: Path) -> None:
    os.utime(place / "test.jsonl", (1, 1))
    assert done(place) == set(NAMES)
    (place / "test.jsonl").unlink()
    assert done(place) == set(NAMES) - with_behind("evaluate")


def test_a_large_file_is_told_by_its_size_and_time(place: Path) -> None:
    with open(place / "hf/model.bin", "wb") as file:
        file.truncate(WHOLE_BYTES + 1)
    succeed(place)
    os.utime(place / "hf/model.bin", ns=(1, 1))
    assert done(place) == set(NAMES) - with_behind("import")


@pytest.mark.parametrize("change", ["added", "added deep", "removed", "renamed"])
def test_a_folder_is_told_by_its_listing(place: Path, change: str) -> None:
    acts = place / "acts"
    if change == "removed":
        (acts / "deep/b.xml").unlink()
    elif change == "renamed":
        (acts / "a.xml").rename(acts / "c.xml")
    else:
        write_text(acts / ("deep/c.xml" if "deep" in change else "c.xml"), "")
    assert done(place) == set(NAMES) - with_behind("corpus")


@pytest.mark.parametrize("marker", ["stage.json", "manifest.json"])
def test_a_folder_with_a_marker_is_told_by_the_marker(place: Path, marker: str) -> None:
    write_text(place / "acts" / marker, "1")
    succeed(place)
    write_text(place / "acts/more.xml", "what the marker does not know of")
    assert done(place) == set(NAMES)
    write_text(place / "acts" / marker, "2")
    assert done(place) == set(NAMES) - with_behind("corpus")


@pytest.mark.parametrize("stage", STAGES, ids=NAMES)
def test_a_missing_output_means_not_done(place: Path, stage: Stage) -> None:
    (place / stage.outputs[0]).unlink()
    assert done(place) == set(NAMES) - with_behind(stage.name)


@pytest.mark.parametrize("stage", STAGES, ids=NAMES)
def test_what_did_not_succeed_is_not_done(place: Path, stage: Stage) -> None:
    file = place / done_file(RUN, stage.name)
    whole = file.read_text("utf-8")
    file.write_text(whole[: len(whole) // 2], "utf-8")
    assert done(place) == set(NAMES) - with_behind(stage.name)
    file.unlink()
    assert done(place) == set(NAMES) - with_behind(stage.name)


def test_code_counts_but_for_trainings(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch.fingerprint, "code_digest", lambda package: f"changed {package}")
    alone = tuple(replace(stage, after=()) for stage in STAGES)
    succeed(place, alone)
    monkeypatch.undo()
    assert done(place, alone) == {"cpt"}


def test_another_launch_in_another_folder_knows_nothing_of_this_one(place: Path) -> None:
    assert not any(answer.done for answer in answers(Path("runs/y"), STAGES, place).values())


def test_the_question_is_answered_by_another_process_alike(place: Path) -> None:
    """As over SSH: on the other machine `python -m launch.fingerprint`, in a folder of its own."""
    stages = (*STAGES[:3], replace(STAGES[3], arguments=("eval", "ÄÖ\n\"'")), STAGES[4])
    succeed(place, STAGES[:3])
    asked = question(RUN, stages, place)
    command = [sys.executable, "-m", "launch.fingerprint"]
    answered = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=120)
    assert answer_of(answered.stdout) == answers(RUN, stages, place)
    assert {name for name, answer in answer_of(answered.stdout).items() if answer.done} == set(NAMES[:3])


def test_answers_survive_the_way_back() -> None:
    assert answer_of('{"a": {"fingerprint": "f", "done": true}}') == {"a": Answer("f", done=True)}
