"""A phase run by processes of its own, as a batch system starts them: in parallel, killed, given out twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from data_prep.engine import THIS_PROCESS, open_work
from data_prep.engine.phase import Phase
from data_prep.engine.worker import run_part
from lexatron.errors import UserError
from lexatron.stage import Fingerprint
from tests.data_prep.engine import functions as f
from tests.data_prep.engine.test_work import Refuses
from tests.data_prep.engine.waiting import contents, wait_until

PRINT = Fingerprint("inputs", "config", "code")
PIECES = [f.Piece(seed, kilobytes=64, pause=0.1) for seed in range(12)]


def start(folder: Path, name: str, part: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "data_prep.engine.worker", str(folder), name, "--part", part]
    root = Path(__file__).resolve().parents[3]
    return subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True)


def test_four_parts_one_killed_and_run_again(tmp_path: Path) -> None:
    """Parts 1 and 1 do the same tasks at the same time; part 3 is killed within a task and run again."""
    with open_work(tmp_path / "one", PRINT) as work:
        wanted = work.phase("write", f.write_piece, PIECES, THIS_PROCESS)
        expected = contents(work.folder)
    with open_work(tmp_path / "four", PRINT) as work:
        Phase(work.folder, "write").describe(f.write_piece, PIECES)
        parts = {part: start(work.folder, "write", f"{part}/4") for part in (1, 2, 3, 4)}
        twin = start(work.folder, "write", "1/4")
        assert wait_until(lambda: any(work.folder.glob(".tmp-write-00006-*")))
        parts[3].send_signal(signal.SIGKILL)
        parts[3].wait()
        parts[3] = start(work.folder, "write", "3/4")
        for process in (*parts.values(), twin):
            _, said = process.communicate(timeout=60)
            assert process.returncode == 0, said
        assert work.phase("write", f.write_piece, PIECES, Refuses()) == wanted
        made = {name: data for name, data in contents(work.folder).items() if not name.startswith(".tmp-")}
    assert made == expected


def test_an_engine_that_starts_jobs_finds_the_phase_and_collects(tmp_path: Path) -> None:
    class Jobs:
        """What an executor of a batch system does with a phase."""

        name, workers = "jobs", 3

        def imap(self, phase: Phase, numbers: list[int]) -> object:
            for part in range(1, 4):
                run_part(phase.folder, phase.name, part, 3)
            return map(phase, numbers)

    with open_work(tmp_path / "out", PRINT) as work:
        results = work.phase("write", f.write_piece, PIECES[:5], Jobs())  # type: ignore[arg-type]
    assert [result["seed"] for result in results] == [0, 1, 2, 3, 4]


def test_parts_cover_every_task_once(tmp_path: Path) -> None:
    with open_work(tmp_path / "out", PRINT) as work:
        Phase(work.folder, "write").describe(f.write_piece, [f.Piece(seed, kilobytes=1) for seed in range(10)])
        assert [run_part(work.folder, "write", part, 3) for part in (1, 2, 3, 1)] == [4, 3, 3, 0]


def test_mistakes_are_said_in_a_sentence(tmp_path: Path) -> None:
    unknown = start(tmp_path, "write", "1/4")
    assert "write.phase.json: there is no such phase" in unknown.communicate()[1]
    assert unknown.returncode == 2
    for part in ("0/4", "5/4", "x"):
        wrong = start(tmp_path, "write", part)
        assert "give a part like 3/16" in " ".join(wrong.communicate()[1].split())
        assert wrong.returncode == 2
    with open_work(tmp_path / "out", PRINT) as work:
        Phase(work.folder, "count").describe(f.fail_at_three, [3])
        failing = start(work.folder, "count", "1/1")
        assert failing.communicate()[1].strip() == "three is not allowed"
        assert failing.returncode == 2
        (work.folder / "count.phase.json").write_text("{")
        with pytest.raises(UserError, match="description of a phase is damaged"):
            Phase(work.folder, "count")(0)


def test_a_task_that_was_not_finished_leaves_no_folder(tmp_path: Path) -> None:
    with open_work(tmp_path / "out", PRINT) as work:
        phase = Phase(work.folder, "count")
        phase.describe(f.fail_at_three, [3])
        with pytest.raises(UserError):
            phase(0)
        assert not phase.finished(0)
        assert os.listdir(work.folder).count(".tmp-count-00000") == 0
        assert not list(work.folder.glob(".tmp-*"))
