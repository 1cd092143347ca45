"""Data stages whose workers are jobs of a real Slurm: the same bytes as here, whatever happens to the jobs."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from data_prep.engine import open_engine
from lexatron.errors import UserError
from tests.cluster.launches import cluster_file, lexatron, wait_for
from tests.cluster.processes import command_line, processes
from tests.cluster.slurm import SlurmCluster

pytestmark = pytest.mark.slurm

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(slurm_cluster: SlurmCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cluster file with two worker processes a job, in a folder that commands are given in."""
    slurm_cluster.reset()
    monkeypatch.chdir(tmp_path)
    environment = {"PYTHONPATH": str(ROOT)}  # for the functions of this module
    return cluster_file(tmp_path / "cluster.yaml", jobs={"data": {"cpus_per_task": 2}}, environment=environment)


def bytes_of(folder: Path) -> dict[str, str]:
    """The content of a stage's output, without how long it took."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and file.name != "stage.json")
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def build(acts: Path, tokenizer: Path, out: str, *more: object) -> list[object]:
    return ["data", "corpus", acts, "-o", out, "--tokenizer", tokenizer, "--shares", "80,10,10", *more]


def test_a_corpus_made_by_jobs_is_the_corpus_made_here(
    slurm_cluster: SlurmCluster, tiny_data: Path, place: Path
) -> None:
    acts, tokenizer = tiny_data / "acts", tiny_data / "tokenizer"
    assert lexatron(*build(acts, tokenizer, "here")) == 0
    assert lexatron(*build(acts, tokenizer, "there", "--engine", "slurm", "--cluster", place, "--workers", 4)) == 0
    assert bytes_of(Path("here")) == bytes_of(Path("there"))
    jobs = slurm_cluster.run(["sacct", "--allocations", "--noheader", "--format=JobName%20"]).split()
    assert {"data.data0", "data.data1"} <= set(jobs)
    wait_for(lambda: not slurm_cluster.run(["squeue", "--noheader"]).strip(), 20, "the jobs to end")
    assert not list(Path().glob(".tmp-*"))


def test_workers_that_are_killed_lose_nothing(slurm_cluster: SlurmCluster, place: Path) -> None:
    """A job is requeued, and what its workers had taken is done again; one answer a request, in order."""
    with open_engine("slurm", 2, str(place)) as engine:
        results = engine.imap(slow_square, range(24))
        assert [next(results), next(results)] == [0, 1]
        ours = str(Path.cwd() / ".tmp-slurm")
        workers = processes(lambda pid: ours in command_line(pid) and "srun" not in command_line(pid))
        assert workers
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        assert list(results) == [number**2 for number in range(2, 24)]
        assert list(engine.imap(slow_square, range(3))) == [0, 1, 4]


def test_an_error_in_a_job_is_an_error_here(place: Path) -> None:
    with open_engine("slurm", 2, str(place)) as engine, pytest.raises(UserError, match="seven is not for us"):
        list(engine.imap(refuse_seven, range(9)))


def test_the_run_that_asks_is_killed_and_its_workers_go(slurm_cluster: SlurmCluster, place: Path) -> None:
    """The folder that a killed run leaves keeps no worker: they see that nobody asks any more (here: it is deleted)."""
    program = (
        "from data_prep.engine import open_engine\nfrom tests.cluster.test_data_jobs import slow_square\n"
        f"with open_engine('slurm', 2, {str(place)!r}) as engine:\n"
        "    for n in engine.imap(slow_square, range(10_000)): print(n, flush=True)\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.stdout is not None
    assert run.stdout.readline() == "0\n"
    run.kill()
    run.wait()
    (folder,) = Path().glob(".tmp-slurm-*")
    folder.rename("gone")
    wait_for(lambda: not slurm_cluster.run(["squeue", "--noheader"]).strip(), 30, "the workers to end")


def test_what_cannot_work_is_refused(place: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="add --cluster FILE"), open_engine("slurm", 2):
        pass
    nobodys = cluster_file(tmp_path / "other.yaml", account="nobodys")
    with (
        pytest.raises(UserError, match=r"may not charge the account nobodys.*lexatron"),
        open_engine("slurm", 2, str(nobodys)),
    ):
        pass
    tunnel = {"host": "login", "user": "me", "job_dir": "/jobs"}
    far = cluster_file(tmp_path / "far.yaml", tunnel=tunnel)
    with pytest.raises(UserError, match="login node"), open_engine("slurm", 2, str(far)):
        pass


def slow_square(number: int) -> int:
    import time

    time.sleep(0.2)
    return number**2


def refuse_seven(number: int) -> int:
    if number == 7:
        raise UserError("seven is not for us")
    return number
