"""A stage's folder: made once, replaced as a whole, never at the cost of what is not its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from data_prep.stage_folder import run_stage
from lexatron.errors import UserError
from lexatron.stage import Fingerprint

FIRST, SECOND = Fingerprint("i", "c", "k"), Fingerprint("i", "c2", "k")
DEAD_PROCESS = 2**22 + 1  # beyond the largest process number of Linux


def write(text: str) -> Callable[[Path], dict[str, int]]:
    def build(folder: Path) -> dict[str, int]:
        (folder / f"{text}.txt").write_text(text)
        return {"files": 1}

    return build


def fail(folder: Path) -> dict[str, int]:
    (folder / "half.txt").write_text("half")
    raise RuntimeError("disk full")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_unchanged_stage_runs_once(tmp_path: Path) -> None:
    marker = run_stage(tmp_path / "out", "s", FIRST, write("one"))
    assert marker.counts == {"files": 1}
    assert run_stage(tmp_path / "out", "s", FIRST, fail) == marker
    assert names(tmp_path / "out") == ["one.txt", "stage.json"]


def test_a_changed_stage_leaves_nothing_of_the_old(tmp_path: Path) -> None:
    run_stage(tmp_path / "out", "s", FIRST, write("one"))
    run_stage(tmp_path / "out", "s", SECOND, write("two"))
    assert names(tmp_path / "out") == ["stage.json", "two.txt"]


def test_a_failed_stage_leaves_the_old_as_it_was(tmp_path: Path) -> None:
    run_stage(tmp_path / "out", "s", FIRST, write("one"))
    with pytest.raises(RuntimeError, match="disk full"):
        run_stage(tmp_path / "out", "s", SECOND, fail)
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["one.txt", "stage.json"]


def test_leftovers_of_dead_runs_go_and_those_of_others_stay(tmp_path: Path) -> None:
    stay = [f".tmp-{DEAD_PROCESS}-my-out", f".tmp-{os.getppid()}-out", ".tmp-x-out"]
    for name in [*stay, f".tmp-{DEAD_PROCESS}-out", f".tmp-{DEAD_PROCESS}-out.old"]:
        (tmp_path / name).mkdir()
    run_stage(tmp_path / "out", "s", FIRST, write("one"))
    assert names(tmp_path) == sorted([*stay, "out"])


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    run_stage(tmp_path / "out", "s", FIRST, write("one"))
    assert names(tmp_path / "out") == ["one.txt", "stage.json"]


def test_what_another_stage_or_a_person_made_is_refused(tmp_path: Path) -> None:
    run_stage(tmp_path / "other", "t", FIRST, write("one"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name, message in {"other": "output of t", "mine": "not empty", "file": "this is a file"}.items():
        with pytest.raises(UserError, match=message):
            run_stage(tmp_path / name, "s", FIRST, write("two"))
