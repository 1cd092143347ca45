"""The memory of a recipe, rank by rank, before a GPU is rented: `plan_memory(recipe, gpu)`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import nemo_run as run

from recipes.hardware import Gpu
from recipes.plan.activations import activations
from recipes.plan.buffers import communication, overhead, precision_buffers
from recipes.plan.checkpoint_size import checkpoint_bytes, whole
from recipes.plan.model import Chunk, stage
from recipes.plan.notes import notes
from recipes.plan.setup import Setup, read
from recipes.plan.states import states

COMPONENTS = (
    "weights",
    "gradients",
    "optimizer",
    "activations",
    "logits",
    "precision_buffers",
    "communication",
    "overhead",
    "step",
)


@dataclass(frozen=True)
class RankMemory:
    """Peak memory of one rank, in bytes where not said otherwise.

    Attributes:
        rank: a label, such as `pp 0 of 4`.
        pipeline_rank: its place in the pipeline, from 0.
        parameters: how many the rank holds (a count).
        trainable_parameters: how many of them are trained (a count).
        weights: the parameters as the model computes with them.
        gradients: the buffers of Megatron's DistributedDataParallel.
        optimizer: master weights and moments on the device.
        activations: saved for the backward pass, of all microbatches in flight.
        logits: the output layer's logits and what the loss makes of them.
        precision_buffers: FP8 and FP4 copies of weights with their scales, amax histories.
        communication: buffers of collectives and of the pipeline's sends and receives.
        overhead: CUDA context, NCCL, workspaces, fragmentation.
        step: by how much the temporaries of the optimizer step exceed activations and logits, which are gone by then.
    """

    rank: str
    pipeline_rank: int
    parameters: int
    trainable_parameters: int
    weights: int
    gradients: int
    optimizer: int
    activations: int
    logits: int
    precision_buffers: int
    communication: int
    overhead: int
    step: int = 0

    @property
    def total(self) -> int:
        """All bytes of the rank: the sum of COMPONENTS."""
        return sum(getattr(self, name) for name in COMPONENTS)


@dataclass(frozen=True)
class MemoryPlan:
    """The memory of all ranks against a GPU's.

    Attributes:
        ranks: one for each pipeline rank; its tensor, data and context peers need no more.
        capacity: bytes of one GPU; None on a CPU.
        host_bytes_per_node: what CPU offload keeps in a node's memory.
        total_parameters: of the whole model, adapters included (a count).
        checkpoint_bytes: weights and optimizer of one checkpoint on disk.
        notes: what the figures rest on, in sentences.
    """

    ranks: tuple[RankMemory, ...]
    capacity: int | None
    host_bytes_per_node: int
    total_parameters: int
    checkpoint_bytes: int
    notes: tuple[str, ...] = ()

    @property
    def worst(self) -> RankMemory:
        """The rank that needs most; the earliest of equals."""
        return max(self.ranks, key=lambda rank: rank.total)

    @property
    def headroom(self) -> int | None:
        """Bytes left on the worst rank, negative where it does not fit; None on a CPU."""
        return None if self.capacity is None else self.capacity - self.worst.total

    @property
    def fits(self) -> bool:
        """Whether every rank fits; True on a CPU, whose memory nobody rents."""
        return self.headroom is None or self.headroom >= 0


def plan_memory(recipe: run.Partial, gpu: Gpu | None, *, world_size: int | None = None) -> MemoryPlan:
    """Plan the memory of a built recipe.

    Args:
        recipe: what a recipe function returned; dotted overrides are taken as they are.
        gpu: the GPU that has to hold it; None on a CPU.
        world_size: processes in all; from the trainer's nodes and devices where not given.

    Raises:
        UserError: the recipe's parallelism does not divide the model or the processes.
    """
    setup = read(recipe, world_size)
    stages = [stage(setup, rank) for rank in range(setup.parallel.pipeline)]
    parameters = [[p for chunk in chunks for p in chunk] for chunks in stages]
    devices = recipe.trainer.devices
    return MemoryPlan(
        ranks=tuple(_rank(setup, chunks, rank, gpu) for rank, chunks in enumerate(stages)),
        capacity=gpu.memory_bytes if gpu else None,
        host_bytes_per_node=devices * max(states(setup, chunks, rank).host for rank, chunks in enumerate(stages)),
        total_parameters=sum(whole(setup, p) for rank in parameters for p in rank),
        checkpoint_bytes=checkpoint_bytes(setup, parameters),
        notes=notes(setup, gpu),
    )


def _rank(setup: Setup, chunks: Sequence[Chunk], rank: int, gpu: Gpu | None) -> RankMemory:
    held = states(setup, chunks, rank)
    alive = activations(setup, chunks, rank, on_gpu=gpu is not None)
    parameters = [p for chunk in chunks for p in chunk]
    return RankMemory(
        rank=f"pp {rank} of {setup.parallel.pipeline}",
        pipeline_rank=rank,
        parameters=sum(p.count for p in parameters),
        trainable_parameters=sum(p.count for p in parameters if p.trainable),
        weights=held.weights,
        gradients=held.gradients,
        optimizer=held.optimizer,
        activations=alive.layers,
        logits=alive.output,
        precision_buffers=precision_buffers(setup, gpu, chunks) if gpu else 0,
        communication=communication(setup, chunks) if gpu else 0,
        overhead=overhead(setup, chunks, alive.layers + alive.output) if gpu else 0,
        step=max(0, held.step - alive.layers - alive.output),
    )
