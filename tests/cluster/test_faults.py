"""A training on real Slurm that everything happens to, against one that nothing happened to: the same bits."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from launch.records import read_attempts
from lexatron.run_files import PREEMPTED
from tests.cluster.launches import (
    QUIET,
    SHAPE,
    cluster_file,
    curve,
    job_of,
    lexatron,
    log_text,
    stages,
    starts,
    steps,
    wait_for,
)
from tests.cluster.processes import command_line, environment_of, processes
from tests.cluster.slurm import SlurmCluster

pytestmark = [pytest.mark.slurm, pytest.mark.slow]

STEPS = 400
WAIT = 400.0  # for one start of two ranks on a machine with two busy cores


@pytest.fixture
def place(slurm_cluster: SlurmCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cluster file, in a folder that commands are given in."""
    slurm_cluster.reset()
    monkeypatch.chdir(tmp_path)
    return cluster_file(tmp_path / "cluster.yaml")


def train(tiny_data: Path, place: Path, run_dir: str, *more: str) -> int:
    arguments = (f"corpus={tiny_data / 'corpus'}", f"run_dir={run_dir}", *SHAPE, "layout=cpu_dp2", *more, *QUIET)
    return lexatron("train", "lumi_demo_cpt", *arguments, "--executor", "slurm", "--cluster", place, "--detach")


def test_the_loss_curve_of_a_run_that_suffers_everything(
    slurm_cluster: SlurmCluster, tiny_data: Path, place: Path
) -> None:
    """A signal before the limit, a killed rank, a dead node, a requeue, a preemption; then it ends, by itself."""
    settings = (f"max_steps={STEPS}", "saves=20", "validations=4")
    calm, run = Path("calm"), Path("stormy")
    assert train(tiny_data, place, "calm", *settings) == 0
    wait_for(lambda: stages(calm)["train"].state == "done", WAIT, log_text(slurm_cluster, calm))
    assert starts(calm) == 1

    assert train(tiny_data, place, "stormy", *settings) == 0
    job = job_of(run)

    def at(step: int, start: int) -> None:
        wait_for(lambda: starts(run) == start and steps(run) >= step, WAIT, f"step {step} of start {start}")

    at(30, 1)
    slurm_cluster.run(["scancel", "--signal=USR1", job])  # what --signal=USR1@grace sends before the time limit
    wait_for(lambda: starts(run) == 2, WAIT, "a second start")
    ended = [event for event in read_attempts(run, "train") if event["event"] == "ended"]
    assert [event["code"] for event in ended] == [PREEMPTED]
    assert read_attempts(run, "train")[-1]["step"] >= 30  # it saved when it was told, not at the save before

    at(90, 2)
    os.kill(ranks(run)[1], signal.SIGKILL)
    at(150, 3)
    node = slurm_cluster.run(["squeue", "--noheader", "--format=%N", f"--jobs={job}"]).strip()
    slurm_cluster.kill_slurmd(node)
    wait_for(lambda: starts(run) == 4, WAIT, "a start on the other node")
    slurm_cluster.start_slurmd(node)
    at(210, 4)
    slurm_cluster.run(["scontrol", "requeue", job])
    at(270, 5)
    urgent = slurm_cluster.submit("sleep 1", "--partition=urgent", "--nodes=2", "--exclusive")
    slurm_cluster.wait_until(urgent, ["COMPLETED"])
    wait_for(lambda: stages(run)["train"].state == "done", WAIT, log_text(slurm_cluster, run))

    assert starts(run) == 6
    assert [event["step"] for event in read_attempts(run, "train") if event["event"] == "started"] == sorted(
        event["step"] for event in read_attempts(run, "train") if event["event"] == "started"
    )
    assert curve(run) == curve(calm)


def ranks(run: Path) -> list[int]:
    """The processes that train a run, by rank."""
    ours = f"--run {run.absolute()} "
    jobs = processes(lambda pid: ours in command_line(pid) and not command_line(pid).startswith("srun"))
    by_rank = {int(environment_of(process).get("SLURM_PROCID", -1)): process for process in sorted(jobs, reverse=True)}
    return [process for rank, process in sorted(by_rank.items()) if rank >= 0]
