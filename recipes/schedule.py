"""Steps, computed from tokens; never typed in."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """When a run ends, warms up, validates and saves; all in optimizer steps.

    Attributes:
        max_steps: steps of the run.
        warmup_steps: linear warm-up before the cosine.
        val_check_interval: steps between validations.
        limit_val_batches: micro batches a validation.
        save_interval: steps between checkpoints.
    """

    max_steps: int
    warmup_steps: int
    val_check_interval: int
    limit_val_batches: int
    save_interval: int


def steps_for_tokens(tokens: int, epochs: float, seq_length: int, global_batch_size: int) -> int:
    """Steps that see `tokens` for `epochs`, rounded up: 446,470,190 tokens, 5 epochs, 4096 x 128 are 4,258."""
    return max(1, math.ceil(tokens * epochs / (seq_length * global_batch_size)))


def steps_for_samples(samples: int, epochs: float, global_batch_size: int) -> int:
    """Steps that see `samples` for `epochs`, rounded up."""
    return max(1, math.ceil(samples * epochs / global_batch_size))


def schedule(
    max_steps: int,
    *,
    warmup_fraction: float = 0.1,
    validations: int = 20,
    limit_val_batches: int = 32,
    saves: int = 10,
) -> Schedule:
    """A schedule of `max_steps` with evenly spread validations and checkpoints."""
    return Schedule(
        max_steps=max_steps,
        warmup_steps=max(1, round(max_steps * warmup_fraction)),
        val_check_interval=max(1, max_steps // validations),
        limit_val_batches=limit_val_batches,
        save_interval=max(1, max_steps // saves),
    )
