"""Stages as Slurm jobs that wait for each other, through a NeMo-Run experiment."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import nemo_run as run

from launch.cluster import SlurmCluster
from launch.executors import slurm
from launch.experiment import open_experiment
from launch.order import Order, job_arguments, python_of
from launch.stage import Stage
from lexatron.errors import UserError
from recipes.quiet import unattended


def scripts(order: Order, stages: Sequence[Stage], fingerprints: Mapping[str, str]) -> dict[str, str]:
    """The batch script of each stage, without submitting anything; NeMo-Run's files stay in the launch's folder."""
    with open_experiment(order.name, order.experiments) as experiment:
        _add(experiment, order, stages, fingerprints)
        with unattended():
            experiment.dryrun(log=False, delete_exp_dir=False)
        folder = Path(experiment._exp_dir)
        return {stage.name: (folder / f"{stage.name}_sbatch.sh").read_text("utf-8") for stage in stages}


def submit(order: Order, stages: Sequence[Stage], fingerprints: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Submit the stages; name -> Slurm job, and the pattern of its log files, as the jobs see them.

    Raises:
        UserError: Slurm refuses one; those that were submitted before are cancelled.
    """
    with open_experiment(order.name, order.experiments) as experiment:
        _add(experiment, order, stages, fingerprints)
        try:
            with unattended():
                experiment.run(detach=True)
        except Exception as error:  # of invoke, paramiko and NeMo-Run, without a common ancestor
            raise refused(experiment, error, order.cluster) from error
        return {job.id: (job_id(job.handle), _logs(job)) for job in experiment.jobs}


def _add(experiment: run.Experiment, order: Order, stages: Sequence[Stage], fingerprints: Mapping[str, str]) -> None:
    cluster, names = order.place, {stage.name for stage in stages}
    assert isinstance(cluster, SlurmCluster)
    for stage in stages:
        arguments = job_arguments(order, stage, fingerprints[stage.name])
        experiment.add(
            run.Script(
                path="launch.job",
                m=True,
                entrypoint=python_of(order, stage),
                args=[shlex.quote(argument) for argument in arguments],
            ),
            executor=slurm(cluster, stage, name=order.name, experiments=order.experiments / "experiments"),
            name=stage.name,
            dependencies=[name for name in stage.after if name in names],
        )


def job_id(handle: str) -> str:
    """The Slurm job of a handle of NeMo-Run: `slurm_tunnel://TITLE/4711/...` -> 4711."""
    return handle.partition("://")[2].split("/")[1]


def _logs(job: run.Job) -> str:
    details = job.executor.job_details
    return str(Path(str(details.folder)) / f"log-{details.job_name}_{job_id(job.handle)}_*.out")


def refused(experiment: run.Experiment, error: Exception, where: Path | None) -> UserError:
    """What to say of a job that could not be submitted; those before it are cancelled."""
    for job in experiment.jobs:
        if job.handle:
            job.executor.slurm.run(f"scancel {job_id(job.handle)}", hide=True, warn=True)
    return UserError(f"Slurm refused a job: {_reason(error)}", where=where, remedy="see the cluster file")


def _reason(error: Exception) -> str:
    """What sbatch said, where it said something."""
    result = getattr(error, "result", None)
    text = getattr(result, "stderr", "") or str(error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0].removeprefix("sbatch: error: ") if lines else type(error).__name__
