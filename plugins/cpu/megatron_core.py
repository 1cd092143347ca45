"""What Megatron-Core 0.15 needs on a CPU: one RNG, no fused kernels, timers that gloo survives, FusedAdam's state."""

from __future__ import annotations

from typing import Any

import torch

from plugins.cpu.patching import around, replace

FUSIONS = (
    "apply_rope_fusion",
    "gradient_accumulation_fusion",
    "masked_softmax_fusion",
    "bias_activation_fusion",
    "bias_dropout_fusion",
    "persist_layer_norm",
    "cross_entropy_loss_fusion",
    "moe_permute_fusion",
    "tp_comm_overlap",
)


def _get_rng_state(device: Any = "cuda", clone: bool = False, graph_safe: bool = False) -> torch.Tensor:
    return torch.get_rng_state()


def _set_rng_state(new_state: torch.Tensor, device: Any = -1, graph_safe: bool = False) -> None:
    torch.set_rng_state(new_state)


def _silent_without_timers(original: Any) -> Any:
    def get_all_timers_string(self: Any, names: Any = None, *args: Any, **kwargs: Any) -> str | None:
        chosen = list(self._timers if names is None else names)
        return original(self, chosen, *args, **kwargs) if chosen else None

    return get_all_timers_string


def _without_fusions(original: Any) -> Any:
    def __post_init__(self: Any) -> None:
        for name in FUSIONS:
            if hasattr(self, name):
                setattr(self, name, False)
        self.use_cpu_initialization = True
        original(self)

    return __post_init__


def apply() -> None:
    """Replace what Megatron-Core calls; once a process."""
    import megatron.core.optimizer as optimizer
    import megatron.core.optimizer.distrib_optimizer as distributed
    import megatron.core.tensor_parallel.random as tracker
    from megatron.core.timers import Timers
    from megatron.core.transformer.transformer_config import TransformerConfig

    from plugins.cpu.adam import FusedAdam

    replace(tracker, "_get_cuda_rng_state", _get_rng_state, why="the tracker forks the generator that is used: CPU's")
    replace(tracker, "_set_cuda_rng_state", _set_rng_state, why="the tracker forks the generator that is used: CPU's")
    around(
        Timers,
        "get_all_timers_string",
        _silent_without_timers,
        why="rank 0 alone gathers an empty tensor for its log line: NCCL skips that, gloo waits for ever",
    )
    around(TransformerConfig, "__post_init__", _without_fusions, why="fused kernels are CUDA only")
    why = "the distributed optimizer's checkpoints need FusedAdam's state: two moments, step in the group"
    replace(optimizer, "Adam", FusedAdam, why=why)
    replace(distributed, "Adam", FusedAdam, why=why)
    around(
        distributed.DistributedOptimizer,
        "_set_main_param_and_optimizer_states",
        torch.no_grad(),
        why="in fp32 it copies into views of leaf parameters, which autograd forbids",
    )
    replace(optimizer, "USING_PYTORCH_OPTIMIZER", False, why=why)
    replace(distributed, "HAVE_APEX_OR_TE", True, why=why)
