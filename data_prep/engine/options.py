"""`--workers`, `--engine` and where it is, the same for every command that has an engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from data_prep.engine.engine import ENGINES

F = TypeVar("F", bound=Callable[..., Any])


def engine_options(command: F) -> F:
    """Give a click command the parameters `workers: int`, `engine: str` and `address: str | None`."""
    options = (
        click.option("--workers", type=click.IntRange(1, 4096), default=1, show_default=True, help="Processes."),
        click.option(
            "--engine",
            type=click.Choice(ENGINES),
            default=ENGINES[0],
            show_default=True,
            help="Where they run: this machine, Ray, or Slurm jobs.",
        ),
        click.option(
            "--ray-address",
            "--cluster",
            "address",
            help="Ray cluster to join, else --engine ray starts one on this machine; cluster file of --engine slurm.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
