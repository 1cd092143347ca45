"""`lexatron train --executor slurm` on a real cluster: dry run, two nodes, status, logs, cancel, resume, bad input."""

from __future__ import annotations

from pathlib import Path

import pytest

from lexatron.run_files import PREEMPTED, read_ending
from tests.cluster.launches import (
    QUIET,
    SHAPE,
    cluster_file,
    curve,
    job_of,
    lexatron,
    log_text,
    metrics,
    stages,
    starts,
    steps,
    wait_for,
)
from tests.cluster.slurm import SlurmCluster

pytestmark = pytest.mark.slurm
WAIT = 400.0


@pytest.fixture
def place(slurm_cluster: SlurmCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cluster file, in a folder that commands are given in."""
    slurm_cluster.reset()
    monkeypatch.chdir(tmp_path)
    return cluster_file(tmp_path / "cluster.yaml")


@pytest.mark.slow
def test_two_nodes_with_two_ranks_each(
    slurm_cluster: SlurmCluster, tiny_data: Path, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Lumi tiny, tensor parallel within a node, data parallel between nodes, over gloo; watched to its end."""
    arguments = (f"corpus={tiny_data / 'corpus'}", "run_dir=runs/two", "layout=cpu_2x2", "max_steps=4")
    small = ("seq_length=64", "global_batch_size=8", *QUIET)
    where = ("--executor", "slurm", "--cluster", place)
    assert lexatron("train", "lumi_tiny", *arguments, *small, *where, "--dryrun") == 0
    script = capfd.readouterr().out
    assert "#SBATCH --nodes=2\n#SBATCH --ntasks-per-node=2\n" in script
    assert not slurm_cluster.run(["squeue", "--noheader"]).strip()

    run = Path("runs/two")
    code = lexatron("train", "lumi_tiny", *arguments, *small, *where)
    assert code == 0, log_text(slurm_cluster, run)
    said = capfd.readouterr().err
    assert "train: done, 100 % of 4 steps" in said
    assert steps(run) == 4
    nodes = slurm_cluster.run(["sacct", "--noheader", "--allocations", "--format=NodeList", f"--jobs={job_of(run)}"])
    assert nodes.strip() == "n[1-2]"
    assert len(list((run / "checkpoints").glob("step=3-last/weights/*.distcp"))) >= 4  # a file a rank at least

    assert lexatron("status", "two") == 0
    fields = capfd.readouterr().out.rstrip("\n").split("\t")
    assert fields[:5] == [
        "two",
        "train",
        "done",
        "4/4",
        f"{metrics(run)[-1].get('loss', metrics(run)[-2].get('loss')):.4f}",
    ]
    assert lexatron("logs", "two") == 0
    assert "max_steps=4` reached" in capfd.readouterr().out
    assert lexatron("train", "lumi_tiny", *arguments, *small, *where) == 0
    assert "every stage is done" in capfd.readouterr().err


@pytest.mark.slow
def test_cancelled_it_saves_and_resumed_it_goes_on(
    slurm_cluster: SlurmCluster, tiny_data: Path, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = (f"corpus={tiny_data / 'corpus'}", "run_dir=runs/one", *SHAPE, "max_steps=600", "saves=2", *QUIET)
    command = ("train", "lumi_demo_cpt", *arguments, "--executor", "slurm", "--cluster", place, "--detach")
    assert lexatron(*command) == 0
    run = Path("runs/one")
    wait_for(lambda: steps(run) > 20, WAIT, "twenty steps")
    assert lexatron("status", "one") == 0
    assert capfd.readouterr().out.split("\t")[2] == "running"
    assert lexatron(*command) == 2
    assert "one is running already (lexatron status one, or lexatron cancel one)" in capfd.readouterr().err

    assert lexatron("cancel", "one") == 0
    wait_for(lambda: stages(run)["train"].state == "cancelled", 60, "the end of the job")
    wait_for(lambda: read_ending(run) is not None, 60, "its last save")
    ending = read_ending(run)
    assert ending is not None
    assert (ending.code, ending.step < 600) == (PREEMPTED, True)
    assert lexatron("cancel", "one") == 2
    assert "nothing of one is running" in capfd.readouterr().err

    assert lexatron("resume", "one", "--detach") == 0
    wait_for(lambda: starts(run) == 2, WAIT, "a second start")
    wait_for(lambda: stages(run)["train"].state == "done", WAIT, log_text(slurm_cluster, run))
    losses = [line for line in curve(run) if line[1] is not None]
    assert [line[0] for line in losses] == list(range(1, 601))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"account": "nobodys"}, "this user may not charge the account nobodys (account: one of lexatron"),
        ({"partition": "fast"}, "no partition fast (one of: main, urgent)"),
        ({"container_image": "nvcr.io/nvidia/nemo:25.11"}, "this Slurm has no pyxis"),
        (
            {"tunnel": {"host": "127.0.0.1", "port": 1, "user": "me", "job_dir": "/jobs"}},
            "me@127.0.0.1:1 cannot be reached",
        ),
        ({"nodes": 1}, "train needs 2 nodes, nodes: 1"),
        ({"secrets_file": "nowhere.env"}, "no such file of secrets"),
        ({"partitoin": "main"}, "unknown key partitoin (did you mean partition?)"),
    ],
)
def test_what_cannot_work_ends_with_the_remedy_and_submits_nothing(
    changes: dict[str, object],
    sentence: str,
    slurm_cluster: SlurmCluster,
    place: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    wrong = cluster_file(tmp_path / "wrong.yaml", **changes)
    command = ("train", "lumi_tiny", "tokens=100000", "run_dir=runs/none", "layout=cpu_2x2")
    assert lexatron(*command, "--executor", "slurm", "--cluster", wrong, "--detach") == 2
    assert sentence in capfd.readouterr().err
    assert not Path("runs").exists()
    assert not slurm_cluster.run(["squeue", "--noheader"]).strip()


def test_a_job_submits_no_jobs(place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LEXATRON_JOB", "two/train")
    command = ("train", "lumi_tiny", "tokens=100000", "run_dir=runs/none", "--executor", "slurm", "--cluster", place)
    assert lexatron(*command) == 2
    assert "already inside the job two/train" in capfd.readouterr().err
