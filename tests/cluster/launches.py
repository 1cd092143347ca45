"""What tests of launching share: commands in this process, a cluster file, and looking at a run while it trains."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from launch.follow import known
from launch.records import read_attempts
from launch.status import StageStatus, status_of
from tests.cluster.slurm import ACCOUNT, SlurmCluster

SHAPE = ("num_layers=2", "hidden_size=128", "seq_length=64")
QUIET = ("--no-wandb", "--no-tensorboard")


def lexatron(*arguments: object) -> int:
    """Run a command in this process, where NeMo has been imported once; its exit code."""
    from lexatron.cli import main

    try:
        main([str(argument) for argument in arguments])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def lexatron_alone(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "lexatron.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def cluster_file(path: Path, **changes: object) -> Path:
    """A cluster file for `SlurmCluster`: without GPUs, and nothing of it waits for long."""
    settings: dict[str, object] = {
        "executor": "slurm",
        "account": ACCOUNT,
        "partition": "main",
        "nodes": 2,
        "gpus_per_node": 0,
        "gpu_request": "none",
        "mem": None,
        "time": "00:10:00",
        "environment": {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"},
        **changes,
    }
    path.write_text(json.dumps(settings))  # JSON is YAML
    return path


def stages(folder: Path) -> dict[str, StageStatus]:
    """The stages of a launch, as `lexatron status` sees them."""
    launch, machine = known(folder)
    return {stage.name: stage for stage in status_of(folder, launch, machine)}


def job_of(folder: Path, stage: str = "train") -> str:
    """The Slurm job of a stage."""
    job = known(folder)[0].stage(stage).job
    assert job is not None
    return job


def metrics(run_dir: Path) -> list[dict[str, Any]]:
    """The lines of a run's metrics that are whole."""
    file = run_dir / "metrics.jsonl"
    lines = file.read_text().splitlines() if file.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def curve(run_dir: Path) -> list[tuple[Any, ...]]:
    """What does not depend on the clock: step, loss, gradient norm and validation loss of every line."""
    return [tuple(line.get(key) for key in ("step", "loss", "grad_norm", "val_loss")) for line in metrics(run_dir)]


def steps(run_dir: Path) -> int:
    """Steps in a run's metrics."""
    return max((line["step"] for line in metrics(run_dir)), default=0)


def starts(folder: Path, stage: str = "train") -> int:
    """How often a stage has started."""
    return sum(event["event"] == "started" for event in read_attempts(folder, stage))


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it is not, after so long.
    """
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(0.1)


def log_text(cluster: SlurmCluster, folder: Path) -> str:
    """Every log under a launch, for a failed assertion."""
    return "\n".join(
        f"== {file}\n{file.read_text(errors='replace')[-3000:]}" for file in sorted(folder.rglob("*.out"))
    ) + cluster.run(["sacct", "-D", "--format=JobID,JobName,State,ExitCode,Start,End"])
