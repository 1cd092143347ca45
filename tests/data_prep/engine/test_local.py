"""The engine `local`: order, laziness, dead workers, errors, and the end of everything."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.engine import THIS_PROCESS, Engine, open_engine
from data_prep.engine.local import WAITING
from data_prep.engine.process import limit_threads, threads_per_worker
from lexatron.errors import Unfinished, UserError
from tests.data_prep.engine import functions as f
from tests.data_prep.engine.waiting import runs, wait_until


@pytest.fixture(scope="module")
def two() -> Iterator[Engine]:
    """Two processes."""
    with open_engine("local", 2) as engine:
        yield engine


@pytest.fixture(params=[1, 2])
def engine(request: pytest.FixtureRequest, two: Engine) -> Engine:
    """This process, or two others."""
    return THIS_PROCESS if request.param == 1 else two


def test_results_come_in_the_order_of_the_items(engine: Engine) -> None:
    assert list(engine.imap(f.square_slowly_at_first, range(50))) == [number * number for number in range(50)]
    assert list(engine.imap(f.square, [])) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers()))
def test_any_items(two: Engine, numbers: list[int]) -> None:
    assert list(two.imap(f.square, numbers)) == [number * number for number in numbers]


def test_processes_are_others_and_stay(two: Engine) -> None:
    first = set(two.imap(f.process_id, range(40)))
    assert os.getpid() not in first
    assert len(first | set(two.imap(f.process_id, range(40)))) <= 2
    assert set(THIS_PROCESS.imap(f.process_id, range(3))) == {os.getpid()}


def test_items_are_drawn_a_few_ahead(engine: Engine) -> None:
    drawn = 0

    def items() -> Iterator[int]:
        nonlocal drawn
        while True:
            drawn += 1
            yield drawn

    results = engine.imap(f.square, items())
    assert drawn == 0
    for number in range(1, 30):
        assert next(results) == number * number
        assert drawn <= number + WAITING * engine.workers
    del results


def test_what_is_large_travels(two: Engine) -> None:
    arrays = [np.full(1 << 20, number) for number in range(7)]
    for number, array in enumerate(two.imap(f.writable, arrays)):
        assert array[0] == 7
        assert array[1] == array[-1] == number


def test_a_worker_killed_from_outside_has_its_item_done_again(tmp_path: Path) -> None:
    """Killed while at work on large items: the one is begun twice, the other worker's are not."""
    with open_engine("local", 2) as engine:
        victim = tmp_path / "2"

        def kill() -> None:
            assert wait_until(lambda: victim.exists() and victim.read_text() != "")
            os.kill(int(victim.read_text()), signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        assert list(engine.imap(f.mark_and_wait, [(str(tmp_path), number) for number in range(8)])) == list(range(8))
        killer.join()
    begun = [len((tmp_path / str(number)).read_text().split()) for number in range(8)]
    assert begun == [1, 1, 2, 1, 1, 1, 1, 1]


def test_an_item_that_kills_twice_is_forgiven(two: Engine, tmp_path: Path) -> None:
    tasks = [(str(tmp_path), number, 2 if number in (3, 4) else 0) for number in range(9)]
    assert list(two.imap(f.die_until, tasks)) == list(range(9))


def test_an_item_that_kills_three_times_ends_the_run(two: Engine, tmp_path: Path) -> None:
    results = two.imap(f.die_until, [(str(tmp_path), number, 9 if number == 5 else 0) for number in range(9)])
    assert list(islice(results, 5)) == [0, 1, 2, 3, 4]
    with pytest.raises(Unfinished, match=r"killed 3 times .* want of memory \(run .* fewer --workers"):
        next(results)
    assert len((tmp_path / "deaths-5").read_text()) == 3
    assert list(two.imap(f.square, range(5))) == [0, 1, 4, 9, 16]


def test_errors_arrive_as_they_are(engine: Engine) -> None:
    with pytest.raises(UserError, match=r"^a.xml: the act is empty \(give another\)$") as caught:
        list(engine.imap(f.fail, ["user"]))
    assert (caught.value.what, caught.value.where, caught.value.remedy) == ("the act is empty", "a.xml", "give another")
    with pytest.raises(ValueError, match="odd"):
        list(engine.imap(f.fail, ["odd"] * 9))
    with pytest.raises(EOFError, match="early"):
        list(engine.imap(f.fail, ["eof"]))
    with pytest.raises(Exception, match="this and that"):
        list(engine.imap(f.fail, ["stubborn"]))


def test_what_cannot_travel_is_an_error(two: Engine) -> None:
    with pytest.raises(Exception, match="pickle"):
        list(two.imap(lambda number: number, [1]))
    with pytest.raises(Exception, match="pickle"):
        list(two.imap(f.fail, ["result"]))


def test_an_error_names_its_place_in_the_worker(two: Engine) -> None:
    with pytest.raises(ValueError, match="odd") as caught:
        list(two.imap(f.fail, ["odd"]))
    assert "functions.py" in str(caught.value.__cause__)


def test_an_error_of_the_items_passes_and_ends_the_rest(engine: Engine) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        list(engine.imap(f.square, items()))
    assert list(engine.imap(f.square, [3])) == [9]


def test_leaving_early_ends_the_work_under_way(tmp_path: Path) -> None:
    with open_engine("local", 2) as engine:
        results = engine.imap(f.mark_and_wait, [(str(tmp_path), number) for number in range(6)])
        next(results)
        marks = list(tmp_path.iterdir())
        assert wait_until(lambda: all(mark.read_text() for mark in marks)), "a worker opened its mark and wrote nothing"
        pids = [int(mark.read_text()) for mark in marks]
        del results
        assert not any(runs(pid) for pid in pids)
        assert list(engine.imap(f.square, [2])) == [4]


def test_the_collector_rests_during_a_call_and_not_after() -> None:
    assert list(THIS_PROCESS.imap(lambda _: gc.isenabled(), [1])) == [False]
    assert gc.isenabled()


def test_workers_share_the_cores(two: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    assert threads_per_worker(1) == cores
    assert threads_per_worker(cores * 3) == 1
    names = ["OMP_NUM_THREADS", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS"]
    for value in two.imap(f.environment, names):
        assert 1 <= int(value or 0) <= threads_per_worker(2)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("RAYON_NUM_THREADS", "16")
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "")
    monkeypatch.delenv("TOKENIZERS_PARALLELISM")
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "")
    limit_threads(4)
    assert [os.environ[name] for name in names] == ["2", "4", "4"]
    assert os.environ["TOKENIZERS_PARALLELISM"] == "true"


RUN = """
import sys
from data_prep.engine import open_engine
from tests.data_prep.engine import functions as f
if __name__ == "__main__":
    with open_engine("local", 2) as engine:
        for result in engine.imap(f.report_and_sleep, [sys.argv[1]] * 4):
            pass
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_workers_end_with_their_parent(tmp_path: Path, death: signal.Signals) -> None:
    """However it ends. Ctrl-C goes to the whole group, as a terminal sends it, and nobody but the parent says so."""
    script = tmp_path / "run.py"
    script.write_text(RUN)
    root = Path(__file__).resolve().parents[3]
    run = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(root)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert wait_until(lambda: len(list(tmp_path.glob("pid-*"))) == 2)
    pids = [int(path.name.removeprefix("pid-")) for path in tmp_path.glob("pid-*")]
    assert all(runs(pid) for pid in pids)
    (os.killpg if death == signal.SIGINT else os.kill)(run.pid, death)
    _, said = run.communicate(timeout=20)
    assert wait_until(lambda: not any(runs(pid) for pid in pids), 10)
    assert said.count("Traceback") == (1 if death == signal.SIGINT else 0)


def test_engines_by_name() -> None:
    with open_engine("local", 3) as engine:
        assert (engine.name, engine.workers) == ("local", 3)
    with pytest.raises(UserError, match="no engine named cloud"):
        open_engine("cloud")
    with pytest.raises(UserError, match="add --engine ray"):
        open_engine("local", 1, "host:6379")
