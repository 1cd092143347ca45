"""The tensors of one checkpoint on disk, in bytes."""

from __future__ import annotations

from collections.abc import Iterable

import torch

from recipes.plan.model import Parameter
from recipes.plan.setup import Setup
from recipes.plan.states import megatron_masters

MOMENTS = 8  # bytes for each trained weight: both are written as FP32, whatever the GPU keeps


def checkpoint_bytes(setup: Setup, ranks: Iterable[Iterable[Parameter]]) -> int:
    """Weights in their format, FP8 ones in BF16, and Adam's states in FP32, for the whole model.

    The distributed optimizer writes the buffers of every tensor-parallel rank, in which norms are alike, unless
    `ckpt_optim_fully_reshardable` is set; everything else is written once.

    Of a precision-aware optimizer that keeps remainders, those are written: with the weights they are the master
    weights (`_get_main_param_and_optimizer_states` in megatron/core/optimizer/distrib_optimizer.py; not run here).

    With adapters, only they are saved. Not counted: `common.pt`, metadata, `context/` (tokenizer and configuration) and
    the random generators' states, a few MB in all and the same for any model.

    Args:
        setup: the recipe.
        ranks: the parameters of each pipeline rank.
    """
    saved = [p for rank in ranks for p in rank if p.trainable or setup.peft is None]
    weights = sum(whole(setup, p) for p in saved)
    by_rank = setup.optimizer.distributed and not setup.fsdp and not setup.reshardable
    copies = setup.parallel.tensor if by_rank else None
    trained = sum(p.count * copies if copies else whole(setup, p) for p in saved if p.trainable)
    return weights * setup.weight_dtype.itemsize + trained * (MOMENTS + _master_bytes(setup))


def _master_bytes(setup: Setup) -> int:
    remainders = setup.optimizer.remainders and setup.weight_dtype == torch.bfloat16 and not megatron_masters(setup)
    return 2 if remainders else 4


def whole(setup: Setup, parameter: Parameter) -> int:
    """Elements of a parameter over all tensor-parallel ranks."""
    return parameter.count * (setup.parallel.tensor if parameter.sharded else 1)
