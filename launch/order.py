"""What is to be launched, and the command that each of its jobs runs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from launch.cluster import DockerHost, Place, SlurmCluster
from launch.records import FOLDER
from launch.stage import Stage
from lexatron.errors import UserError

PARALLEL = tuple(("data", command) for command in ("formex", "corpus", "qa"))
"""Commands that take --workers."""
PLAIN = re.compile(r"[\w./@%+,:=-]+")


@dataclass(frozen=True)
class Order:
    """A launch as the user asked for it.

    Attributes:
        folder: where its records are, and of a training its run folder; its name is the launch's.
        stages: in the order in which they may run.
        executor: local, docker or slurm.
        place: what the cluster file says; None on this machine.
        cluster: the cluster file.
        command: the arguments of `lexatron` that gave this order.
    """

    folder: Path
    stages: tuple[Stage, ...]
    executor: str
    place: Place | None
    cluster: Path | None
    command: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what NeMo-Run would put into shell commands unquoted, or replace as text.

        Raises:
            UserError: the folder's name or path has spaces or other characters of a shell, or holds /nemo_run.
        """
        for path in (str(self.folder.absolute()), str(self.workdir)):
            if not PLAIN.fullmatch(path):
                raise UserError(
                    "a launch cannot have this path", where=path, remedy="letters, digits and ./@%+,:=- alone"
                )
            if self.executor == "slurm" and "/nemo_run" in path:
                remedy = "take another folder: NeMo-Run replaces /nemo_run in its scripts"
                raise UserError("a launch on Slurm cannot be in this path", where=path, remedy=remedy)

    @property
    def name(self) -> str:
        """The name of the launch."""
        return self.folder.name

    @property
    def workdir(self) -> Path:
        """Where relative paths are, for the jobs."""
        given = self.place.workdir if self.place is not None else None
        return Path(given or os.getcwd())

    @property
    def remote_folder(self) -> Path:
        """The folder of the launch as the jobs see it."""
        return self.workdir / self.folder

    @property
    def experiments(self) -> Path:
        """NeMo-Run's folder, on this machine."""
        return (self.folder / FOLDER).absolute()


def python_of(order: Order, stage: Stage) -> str:
    """The Python that a job is started with."""
    place = order.place
    if place is None:
        return sys.executable
    if place.python is not None:
        return place.python
    image = place.resources(stage.kind).container_image or place.container_image
    elsewhere = isinstance(place, DockerHost) or image or (isinstance(place, SlurmCluster) and place.tunnel)
    return "python" if elsewhere else sys.executable


def job_arguments(order: Order, stage: Stage, fingerprint: str) -> list[str]:
    """Arguments of `python -m launch.job` for a stage."""
    secrets = order.place.secrets if order.place is not None else None
    ranks = isinstance(order.place, SlurmCluster) and stage.kind == "train"
    return [
        *("--run", str(order.remote_folder), "--stage", stage.name, "--chdir", str(order.workdir)),
        *("--fingerprint", fingerprint),
        *(("--secrets", secrets) if secrets else ()),
        *(("--ranks",) if ranks else ()),
        "--",
        *stage.arguments,
        *_workers(order, stage),
    ]


def _workers(order: Order, stage: Stage) -> tuple[str, ...]:
    """As many worker processes as the job has CPUs, for a data stage that is not told how many; they change no byte."""
    if stage.arguments[:2] not in PARALLEL or "--workers" in stage.arguments:
        return ()
    place = order.place
    cpus = os.cpu_count()
    if isinstance(place, SlurmCluster):
        cpus = place.resources(stage.kind).cpus_per_task or place.cpus_per_task
    return ("--workers", str(cpus)) if cpus else ()


def behind(stages: Sequence[Stage], name: str) -> list[str]:
    """Names of the stages that wait for one, directly or not."""
    found = [name]
    for stage in stages:
        if any(before in found for before in stage.after):
            found.append(stage.name)
    return found[1:]
