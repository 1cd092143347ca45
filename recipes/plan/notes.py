"""What a memory plan rests on, in sentences for its reader."""

from __future__ import annotations

from recipes.hardware import Gpu
from recipes.plan.model import is_qlora
from recipes.plan.setup import Setup
from recipes.plan.states import step_bytes


def notes(setup: Setup, gpu: Gpu | None) -> tuple[str, ...]:
    """The sentences that apply to a recipe."""
    return tuple(sentence for sentence, applies in _sentences(setup, gpu) if applies)


def _sentences(setup: Setup, gpu: Gpu | None) -> list[tuple[str, bool]]:
    on_gpu, optimizer = gpu is not None, setup.optimizer
    widens = on_gpu and optimizer.precision_aware and optimizer.offload < 1 and step_bytes(setup) > 0 and not setup.fsdp
    return [
        ("overhead is an allowance for CUDA, NCCL and fragmentation: recipes/plan/buffers.py", on_gpu),
        (
            "the optimizer step widens all moments to FP32 at once, as Transformer Engine 2.9 to 2.12 does; "
            "2.13 spares that for BF16 moments",
            widens,
        ),
        ("CPU offload updates the weights on the host: its memory is counted per node", bool(optimizer.offload)),
        ("the base is kept in NF4; while it is loaded, one weight at a time is unpacked", is_qlora(setup)),
        ("Megatron FSDP's sizes are from its source and not validated", setup.fsdp),
        (
            "context parallel's buffers are from Transformer Engine's source and not validated",
            setup.parallel.context > 1,
        ),
        ("on a CPU, FP8 and FP4 are not computed and not planned", not on_gpu and setup.quantised is not None),
    ]
