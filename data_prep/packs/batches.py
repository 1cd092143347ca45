"""Batch sizes in packs that come near a wanted number of tokens a step."""

from __future__ import annotations

from dataclasses import dataclass

DATA_PARALLEL = (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class Batch:
    """A step of a training; the micro batch is always one pack (Megatron's `thd` attention).

    Attributes:
        data_parallel: replicas of the model.
        global_batch_size: packs a step.
        accumulation: micro batches that each replica computes in turn.
        tokens: a step's, padding left out.
    """

    data_parallel: int
    global_batch_size: int
    accumulation: int
    tokens: int


def batches(tokens_per_step: int, tokens_per_pack: float) -> list[Batch]:
    """For every number of replicas the batch nearest to `tokens_per_step`; it divides among them."""
    made = []
    for replicas in DATA_PARALLEL:
        accumulation = max(1, round(tokens_per_step / tokens_per_pack / replicas))
        packs = replicas * accumulation
        made.append(Batch(replicas, packs, accumulation, round(packs * tokens_per_pack)))
    return made
