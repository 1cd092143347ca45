"""Submits the workers of the data engine, through a NeMo-Run experiment."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import nemo_run as run

from launch.cluster import SlurmCluster
from launch.executors import slurm
from launch.experiment import open_experiment
from launch.on_slurm import job_id, refused
from launch.stage import Stage
from recipes.quiet import unattended


def submit(
    cluster: SlurmCluster, where: Path, folder: Path, arguments: Sequence[str], *, jobs: int, processes: int
) -> list[str]:
    """Submit so many jobs with so many processes each; their Slurm numbers.

    Args:
        cluster: what the cluster is like.
        where: its file, for messages.
        folder: shared, where scripts and logs go.
        arguments: of `python -m launch.data_worker`.

    Raises:
        UserError: Slurm refuses one; those that were submitted before are cancelled.
    """
    stage = Stage("data", "data", (), tasks=processes)
    executor = slurm(cluster, stage, name="data", experiments=folder / "experiments")
    executor.cpus_per_task = None  # of the cluster file: it is the number of processes here
    executor.srun_args = [argument for argument in executor.srun_args if not argument.startswith("--cpus-per-task")]
    with open_experiment("data", folder) as experiment:
        for number in range(jobs):
            experiment.add(
                run.Script(
                    path="launch.data_worker",
                    m=True,
                    entrypoint=cluster.python or sys.executable,
                    args=[*arguments, "--job", str(number)],
                ),
                executor=executor,
                name=f"data{number}",
            )
        try:
            with unattended():
                experiment.run(detach=True)
        except Exception as error:
            raise refused(experiment, error, where) from error
        return [job_id(job.handle) for job in experiment.jobs]
