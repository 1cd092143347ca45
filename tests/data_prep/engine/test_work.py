"""Work folders: phases that go on after a kill, with the same bytes; locks; changed fingerprints; publishing."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from data_prep.engine import THIS_PROCESS, Engine, Work, clear_work, discard_work, open_engine, open_work
from lexatron.errors import UserError
from lexatron.stage import Fingerprint
from tests.data_prep.engine import functions as f
from tests.data_prep.engine.waiting import contents, wait_until

PRINT = Fingerprint("inputs", "config", "code")
PIECES = [f.Piece(seed, kilobytes=8) for seed in range(7)]


class Refuses:
    """An engine for phases in which nothing is left to run."""

    name, workers = "refuses", 1

    def imap(self, function: Any, items: Any) -> Any:
        assert list(items) == []
        return iter([])


def run(out: Path, pieces: list[f.Piece], engine: Engine = THIS_PROCESS) -> list[dict[str, Any]]:
    """A stage of one phase, whose output is one file."""
    with open_work(out, PRINT) as work:
        results = work.phase("write", f.write_piece, pieces, engine)
        for number in range(len(pieces)):
            os.link(work.task_folder("write", number) / "a", work.output / f"{number}")
        work.publish(out)
    return results


def test_a_phase_gives_results_and_folders_in_order(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with open_engine("local", 2) as engine, open_work(tmp_path / "out", PRINT) as work:
        assert (work.resumed, work.changes, list(work.output.iterdir())) == (False, [], [])
        results = work.phase(
            "write", f.write_piece, PIECES, engine, lambda number, result: seen.append((number, result["seed"]))
        )
        assert [result["seed"] for result in results] == list(range(7))
        assert seen == [(number, number) for number in range(7)]
        assert sorted(path.name for path in work.folder.iterdir()) == sorted(
            ["output", "plan.json", "write.phase.json", *(f"write-{number:05}" for number in range(7))]
        )
        folder = work.task_folder("write", 3)
        assert sorted(path.name for path in folder.iterdir()) == ["a", "b", "done.json"]
        assert json.loads((folder / "done.json").read_text()) == results[3] == {"seed": 3, "bytes": 16384}
        assert work.phase("none", f.write_piece, [], engine) == []


def test_published_output_is_all_that_is_left(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    for pieces in (PIECES[:2], PIECES):
        run(out, pieces)
        assert [path.name for path in out.parent.iterdir()] == ["out"]
        assert sorted(contents(out)) == [str(number) for number in range(len(pieces))]


def test_engines_give_the_same_bytes(tmp_path: Path) -> None:
    with open_engine("local", 3) as engine:
        run(tmp_path / "three", PIECES, engine)
    run(tmp_path / "one", PIECES)
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_an_error_keeps_what_is_finished(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(UserError, match="three"), open_work(out, PRINT) as work:
        work.phase("count", f.fail_at_three, range(6), THIS_PROCESS)
    assert not list(work.folder.glob(".tmp-*"))
    begun: list[int] = []
    with open_work(out, PRINT) as work:
        assert work.resumed
        with pytest.raises(UserError, match="three"):
            work.phase("count", f.fail_at_three, range(6), THIS_PROCESS, lambda number, _: begun.append(number))
        assert begun == [0, 1, 2]
        discard_work(work)
    assert list(tmp_path.iterdir()) == []


def test_finished_tasks_are_only_collected(tmp_path: Path) -> None:
    with open_work(tmp_path / "out", PRINT) as work:
        first = work.phase("write", f.write_piece, PIECES, THIS_PROCESS)
        (work.output / "half").touch()
    with open_work(tmp_path / "out", PRINT) as work:
        assert work.resumed
        assert list(work.output.iterdir()) == []
        assert work.phase("write", f.write_piece, PIECES, Refuses()) == first


def test_a_run_that_finished_nothing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError), open_work(tmp_path / "out", PRINT):
        raise UserError("wrong")
    assert list(tmp_path.iterdir()) == []


def test_a_changed_fingerprint_throws_all_away_and_says_so(tmp_path: Path) -> None:
    with open_work(tmp_path / "out", PRINT) as work:
        work.phase("write", f.write_piece, PIECES, THIS_PROCESS)
    with open_work(tmp_path / "out", Fingerprint("inputs", "other", "code")) as work:
        assert (work.changes, work.resumed) == (["config"], False)
        assert sorted(path.name for path in work.folder.iterdir()) == ["output", "plan.json"]


def test_changed_tasks_forget_their_phase_and_later_ones(tmp_path: Path) -> None:
    with open_work(tmp_path / "out", PRINT) as work:
        for name in ("first", "first-more", "second", "third"):
            work.phase(name, f.write_piece, PIECES[:2], THIS_PROCESS)
    with open_work(tmp_path / "out", PRINT) as work:
        work.phase("first", f.write_piece, PIECES[:2], Refuses())
        work.phase("first-more", f.write_piece, PIECES[:2], Refuses())
        assert [result["seed"] for result in work.phase("second", f.write_piece, PIECES[2:4], THIS_PROCESS)] == [2, 3]
        left = {path.name for path in work.folder.glob("*-0*")}
        assert left == {f"{name}-0000{number}" for name in ("first", "first-more", "second") for number in (0, 1)}


def test_two_runs_on_one_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with open_work(out, PRINT), pytest.raises(UserError, match="another run is writing this folder"):
        run(out, PIECES)
    with open_work(out, PRINT), pytest.raises(UserError, match="another run is writing this folder"):
        clear_work(out)
    run(out, PIECES)


def test_what_a_kill_after_publishing_leaves_is_cleared(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, PIECES)
    (tmp_path / ".tmp-out" / "write-00000").mkdir(parents=True)
    (tmp_path / ".tmp-out.old").mkdir()
    clear_work(out)
    clear_work(out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_tasks_must_be_found_and_rebuilt_by_any_process(tmp_path: Path) -> None:
    with open_work(tmp_path / "out", PRINT) as work:
        with pytest.raises(TypeError, match="not a function of a module"):
            work.phase("x", lambda piece, folder: {}, [1], THIS_PROCESS)
        with pytest.raises(TypeError, match="plain fields"):
            work.phase("x", f.write_piece, [f.Piece(1, names=["list"])], THIS_PROCESS)  # type: ignore[arg-type]


STAGE = """
import sys
from pathlib import Path
from data_prep.engine import open_engine
from tests.data_prep.engine.functions import Piece
from tests.data_prep.engine.test_work import run
if __name__ == "__main__":
    pieces = [Piece(seed, kilobytes=64, pause=0.1) for seed in range(10)]
    with open_engine("local", int(sys.argv[2])) as engine:
        run(Path(sys.argv[1]), pieces, engine)
"""


@pytest.mark.parametrize(("seed", "workers"), [(0, 1), (1, 2), (2, 2)])
def test_a_run_killed_at_any_moment_goes_on_with_the_same_bytes(tmp_path: Path, seed: int, workers: int) -> None:
    run(tmp_path / "whole", [f.Piece(number, kilobytes=64) for number in range(10)])
    script, out = tmp_path / "stage.py", tmp_path / "killed" / "out"
    script.write_text(STAGE)
    command = [sys.executable, str(script), str(out), str(workers)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    chance = random.Random(seed)
    finished: list[int] = []
    for wanted in (0, 3, 6):
        process = subprocess.Popen(command, env=environment)
        work = out.with_name(".tmp-out")
        assert wait_until(lambda w=work, n=wanted: len(list(w.glob("write-0*"))) >= n or out.exists())  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.wait()
        finished.append(len(list(work.glob("write-0*"))))
    subprocess.run(command, env=environment, check=True)
    assert contents(out) == contents(tmp_path / "whole")
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert finished[1] >= 3


def test_the_state_is_a_work(tmp_path: Path) -> None:
    with open_work(tmp_path / "out", PRINT) as work:
        assert isinstance(work, Work)
        assert work.folder == tmp_path / ".tmp-out"
        assert work.output == work.folder / "output"
