"""What a launch leaves in its folder is read back whole, cut off, and by the job that decides whether to give up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launch.records import (
    CRASHES,
    Launch,
    Launched,
    attempts_file,
    crashes_in_a_row,
    launch_file,
    parse_attempts,
    read_attempts,
    read_launch,
    record,
    write_launch,
)
from launch.requeue import FINAL, GIVE_UP
from lexatron.errors import UserError
from lexatron.run_files import PREEMPTED

CODES = (*FINAL, PREEMPTED, 1, 137)
ATTEMPTS = st.lists(st.tuples(st.sampled_from([0, 5, None]), st.sampled_from([*CODES, None])), max_size=12)
"""The step that an attempt began at, and its exit code; None: it never ended."""


def events(attempts: list[tuple[int | None, int | None]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for step, code in attempts:
        found.append({"event": "started", "step": step})
        if code is not None:
            found.append({"event": "ended", "code": code})
    return found


@settings(deadline=None)
@given(ATTEMPTS, st.sampled_from([0, 5, 6, None]))
def test_crashes_in_a_row_are_those_at_the_end(attempts: list[tuple[int | None, int | None]], step: int | None) -> None:
    """Counted from the end over the attempts that ended, up to the first that is no crash from this step."""
    expected = 0
    for begun, code in reversed([attempt for attempt in attempts if attempt[1] is not None]):
        if begun != step or code in (0, 2, 70, 75, 79):
            break
        expected += 1
    assert crashes_in_a_row(events(attempts), step) == expected


@pytest.mark.parametrize("code", FINAL)
def test_after_a_final_code_somebody_has_had_a_look(code: int) -> None:
    """`lexatron resume` after a stage gave up does not give up at once."""
    crashes = events([(5, 1)] * CRASHES)
    assert crashes_in_a_row(crashes, 5) == CRASHES
    assert crashes_in_a_row([*crashes, {"event": "ended", "code": code}], 5) == 0


def test_attempts_are_read_as_they_were_recorded(tmp_path: Path) -> None:
    assert read_attempts(tmp_path, "cpt") == []
    record(tmp_path, "cpt", "started", step=3, host="n1")
    record(tmp_path, "cpt", "ended", code=1, reason="zwei\nZeilen \u2028 und mehr")
    first, last = read_attempts(tmp_path, "cpt")
    assert (first["event"], first["step"], first["host"]) == ("started", 3, "n1")
    assert (last["code"], last["reason"]) == (1, "zwei\nZeilen \u2028 und mehr")
    assert first["at"] <= last["at"]
    assert read_attempts(tmp_path, "sft") == []


def test_a_file_cut_off_anywhere_is_read_and_written_on(tmp_path: Path) -> None:
    for code in (1, 75, 0):
        record(tmp_path, "cpt", "ended", code=code, reason="ä")
    file = attempts_file(tmp_path, "cpt")
    whole = file.read_bytes()
    ends = [number for number, byte in enumerate(whole) if byte == ord("\n")]
    for size in range(len(whole) + 1):
        file.write_bytes(whole[:size])
        left = [event["code"] for event in read_attempts(tmp_path, "cpt")]
        assert left == [1, 75, 0][: sum(end <= size for end in ends)]
        record(tmp_path, "cpt", "started")
        assert [event.get("code") for event in read_attempts(tmp_path, "cpt")] == [*left, None]


def test_zeros_that_a_lost_machine_left_are_passed_over() -> None:
    line = json.dumps({"event": "started", "at": 1.0})
    assert [event["at"] for event in parse_attempts(f"{line}\n\0\0\0\n{line}\n")] == [1.0, 1.0]


def launch(*names: str) -> Launch:
    stages = [Launched(name, "data", ["data", name], [], None, "f") for name in names]
    return Launch("x", ["pipeline", "x"], "/", "local", None, "/", 1.5, stages, process=7)


def test_a_launch_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read_launch(tmp_path) is None
    write_launch(tmp_path, launch("a", "b"))
    assert read_launch(tmp_path) == launch("a", "b")


def test_a_damaged_launch_is_the_users_to_delete(tmp_path: Path) -> None:
    write_launch(tmp_path, launch("a"))
    whole = launch_file(tmp_path).read_text("utf-8")
    for content in (whole[: len(whole) // 2], "[]", "{}", whole.replace('"name"', '"nmae"'), "null"):
        launch_file(tmp_path).write_text(content, "utf-8")
        with pytest.raises(UserError, match=r"launch\.json: damaged .*delete it"):
            read_launch(tmp_path)


def test_a_stage_by_its_name() -> None:
    assert launch("a").stage(None).name == "a"
    assert launch("a", "b").stage("b").name == "b"
    with pytest.raises(UserError, match=r"several stages.*add --stage: a, b"):
        launch("a", "b").stage(None)
    with pytest.raises(UserError, match=r"no stage 'c'.*one of: a, b"):
        launch("a", "b").stage("c")


def job(folder: Path, restart: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a job's own command as Slurm would start it for the so-manieth time."""
    command = [sys.executable, "-m", "launch.job", "--run", str(folder), "--stage", "qa", "--", *arguments]
    environment = os.environ | {"SLURM_JOB_ID": "4711", "SLURM_RESTART_COUNT": str(restart)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_a_stage_that_crashes_again_and_again_gives_up(tmp_path: Path) -> None:
    """Not only trainings: an export that fails after hours would be started twenty times else."""
    for _ in range(CRASHES):
        record(tmp_path, "qa", "started", step=None)
        record(tmp_path, "qa", "ended", code=1, reason="boom")
    given_up = job(tmp_path, CRASHES, "--version")
    assert given_up.returncode == GIVE_UP, given_up.stderr
    assert "crashed 3 times in a row: see its log" in read_attempts(tmp_path, "qa")[-1]["reason"]
    again = job(tmp_path, 0, "--version")
    assert again.returncode == 0, again.stderr
    assert read_attempts(tmp_path, "qa")[-1]["code"] == 0
