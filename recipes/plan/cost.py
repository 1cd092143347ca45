"""What a run comes to: steps, epochs, tokens, hours, GPU-hours, money at the user's price, checkpoints on disk."""

from __future__ import annotations

from dataclasses import dataclass

import nemo_run as run

from recipes.plan.speed import Speed
from recipes.plan.workload import Workload

Range = tuple[float, float]


@dataclass(frozen=True)
class Run:
    """A whole run; a pair is the lowest and the highest.

    Attributes:
        steps: optimizer steps.
        tokens: that they see.
        epochs: times that the data is seen; None where the size of the data is not known.
        validations: interruptions for validation; their time is in `hours`.
        hours: of wall-clock time; None without a speed. Start-up, waiting for disks and restarts are not in it.
        gpu_hours: hours times GPUs.
        price: GPU-hours times the user's price; None where none was given.
        checkpoints: that lie on disk at the same time, the one being written included.
        disk_bytes: of these checkpoints.
    """

    steps: int
    tokens: int
    epochs: float | None
    validations: int
    hours: Range | None
    gpu_hours: Range | None
    price: Range | None
    checkpoints: int
    disk_bytes: int


def cost(
    recipe: run.Partial,
    work: Workload,
    speed: Speed | None,
    checkpoint_bytes: int,
    *,
    epoch_sequences: float | None = None,
    price: float | None = None,
) -> Run:
    """The run of a built recipe.

    Args:
        recipe: what a recipe function returned; its trainer says the steps, validations and checkpoints.
        work: what `recipes.plan.workload.read` made of it.
        speed: of a step; None on a CPU.
        checkpoint_bytes: of one checkpoint.
        epoch_sequences: sequences of one epoch, where known.
        price: of one GPU for an hour, in whatever currency.
    """
    steps = recipe.trainer.max_steps
    validations = steps // recipe.trainer.val_check_interval
    validated = validations * recipe.trainer.limit_val_batches
    hours = None if speed is None else _hours(steps, validated, work, speed)
    gpu_hours = None if hours is None else (hours[0] * work.world_size, hours[1] * work.world_size)
    kept = checkpoints(recipe, steps)
    return Run(
        steps=steps,
        tokens=steps * work.tokens_per_step,
        epochs=None if epoch_sequences is None else steps * work.global_batch_size / epoch_sequences,
        validations=validations,
        hours=hours,
        gpu_hours=gpu_hours,
        price=None if price is None or gpu_hours is None else (gpu_hours[0] * price, gpu_hours[1] * price),
        checkpoints=kept,
        disk_bytes=kept * checkpoint_bytes,
    )


def _hours(steps: int, validated: int, work: Workload, speed: Speed) -> Range:
    """Hours of all steps and of the forward passes of validation batches, each a global batch."""
    forward = 1 / ((2 if work.adapter else 3) + (1 if work.recompute == "full" else 0))
    share = (speed.step.seconds - speed.step.data - speed.step.optimizer) / speed.step.seconds * forward
    short, long = ((steps + validated * share) * seconds / 3600 for seconds in speed.seconds)
    return short, long


def checkpoints(recipe: run.Partial, steps: int) -> int:
    """Checkpoints on disk at the end: permanent ones, the best, the newest, and the next while it is written."""
    kept = recipe.log.ckpt
    permanent = steps // kept.keep_every_n_steps if kept.keep_every_n_steps else 0
    return permanent + (kept.keep_best or 0) + 2
