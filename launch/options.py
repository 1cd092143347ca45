"""`--executor`, `--cluster`, `--dryrun` and `--detach`, the same for every command that launches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from launch.cluster import Place, load
from launch.order import Order
from launch.stage import Stage
from lexatron.errors import UserError

F = TypeVar("F", bound=Callable[..., Any])
EXECUTORS = ("local", "docker", "slurm")


def launch_options(command: F) -> F:
    """Give a click command the parameters `executor`, `cluster`, `dryrun` and `detach`."""
    options = (
        click.option("--executor", type=click.Choice(EXECUTORS), default="local", show_default=True, help="Where."),
        click.option("--cluster", type=click.Path(path_type=Path), help="Cluster file of --executor slurm or docker."),
        click.option("--dryrun", is_flag=True, help="Print what would be run and stop; needs no data and no GPU."),
        click.option("--detach", is_flag=True, help="Come back at once; see lexatron status."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def order(folder: Path, stages: Sequence[Stage], executor: str, cluster: Path | None, command: Sequence[str]) -> Order:
    """The order that a command gives.

    Raises:
        UserError: there is no cluster file for Slurm, one for this machine, or it is wrong.
    """
    return Order(folder, tuple(stages), executor, place(executor, cluster), cluster, tuple(command))


def place(executor: str, cluster: Path | None) -> Place | None:
    """What the cluster file says, or the defaults of Docker.

    Raises:
        UserError: as `order`.
    """
    if executor == "local":
        if cluster is not None:
            raise UserError("--cluster is for --executor slurm and docker", remedy="add --executor slurm")
        return None
    if cluster is None:
        if executor == "docker":
            from launch.cluster import DockerHost

            return DockerHost(executor="docker")
        remedy = "add --cluster FILE; clusters/example-slurm.yaml shows one"
        raise UserError("Slurm needs a cluster file", remedy=remedy)
    return load(cluster, executor)
