"""A decoder layer's linear module with its weight in NF4, in the place of Megatron's, Transformer Engine's or ours.

It reads what it needs from the module that it replaces and does the tensor- and sequence-parallel communication
with Megatron's own mappings, so that nothing of Transformer Engine runs in it.
"""

from __future__ import annotations

import re
from typing import Any

import torch
from megatron.core.tensor_parallel import (
    ColumnParallelLinear,
    RowParallelLinear,
    copy_to_tensor_model_parallel_region,
    gather_from_sequence_parallel_region,
    reduce_from_tensor_model_parallel_region,
    reduce_scatter_to_sequence_parallel_region,
)

from lexatron.errors import UserError
from plugins.qlora.nf4 import NF4Weight, frozen_linear

QUANTISED = re.compile(r"(^|\.)decoder\.layers\.\d+\.(self_attention\.linear_(qkv|proj)|mlp\.linear_fc[12])$")


def is_quantised(name: str) -> bool:
    """Whether the module of that dotted name is kept in NF4: the four linear layers of a decoder layer."""
    return QUANTISED.search(name) is not None


def _parallel_mode(linear: Any) -> str:
    """`column` (the output is split over the tensor-parallel group) or `row` (the input is)."""
    if isinstance(linear, ColumnParallelLinear):
        return "column"
    if isinstance(linear, RowParallelLinear):
        return "row"
    return str(getattr(linear, "parallel_mode", None))  # Transformer Engine's modules


def _check(linear: Any, mode: str) -> None:
    name = type(linear).__name__
    if mode not in ("column", "row"):
        raise UserError(f"QLoRA does not know the layer type {name}", remedy="use LoRA for this model")
    bias = getattr(linear, "bias", None)
    if bias is not None and bias.numel():
        raise UserError(f"QLoRA is for linear layers without bias, and this {name} has one", remedy="use LoRA")
    if hasattr(linear, "layer_norm_weight") and (
        linear.config.normalization != "RMSNorm" or linear.config.layernorm_zero_centered_gamma
    ):
        raise UserError(f"QLoRA is for plain RMSNorm, and this {name} has another norm", remedy="use LoRA")


class NF4Linear(torch.nn.Module):
    """A linear layer, behind an RMSNorm where the one it replaces has it, whose weight is frozen in NF4.

    Args:
        linear: Megatron's `ColumnParallelLinear` or `RowParallelLinear`, Transformer Engine's counterparts, or
            `plugins.cpu.layers.LayerNormColumnParallelLinear`. Its weight may be freed afterwards.
        device: where to quantise and keep the weight; None is where it is now.
        double_quantisation: see `NF4Weight`.

    Raises:
        UserError: another type of layer, a bias, or another norm than RMSNorm.
    """

    def __init__(self, linear: Any, device: torch.device | None = None, double_quantisation: bool = True):
        super().__init__()
        self.mode = _parallel_mode(linear)
        _check(linear, self.mode)
        self.config = linear.config
        self.tp_group = linear.tp_group
        self.sequence_parallel = linear.sequence_parallel
        self.base = NF4Weight(linear.weight.detach().to(device or linear.weight.device), double_quantisation)
        self.layer_norm_weight = getattr(linear, "layer_norm_weight", None)
        # NeMo's LoRA sets these two on the layer that it wraps: its adapter reads the normalised input.
        self.returns_normed = getattr(linear, "return_layernorm_output", False)
        self.returns_gathered = getattr(linear, "return_layernorm_output_gathered", False)

    def forward(self, hidden: torch.Tensor) -> tuple[Any, None]:
        """`[s, b, h]` to `(output, None)`, or `((output, normalised input), None)` where LoRA asked for it."""
        return self._row(hidden) if self.mode == "row" else self._column(hidden)

    def _row(self, hidden: torch.Tensor) -> tuple[Any, None]:
        partial = frozen_linear(hidden, self.base)
        if self.sequence_parallel:
            return reduce_scatter_to_sequence_parallel_region(partial, group=self.tp_group), None
        return reduce_from_tensor_model_parallel_region(partial, group=self.tp_group), None

    def _column(self, hidden: torch.Tensor) -> tuple[Any, None]:
        normed = self._norm(hidden)
        if self.sequence_parallel:
            whole = gather_from_sequence_parallel_region(normed, group=self.tp_group)
        else:
            whole = copy_to_tensor_model_parallel_region(normed, group=self.tp_group)
        output = frozen_linear(whole, self.base)
        if not self.returns_normed:
            return output, None
        gathered = self.sequence_parallel and self.returns_gathered
        return (output, whole if gathered else normed), None

    def _norm(self, hidden: torch.Tensor) -> torch.Tensor:
        if self.layer_norm_weight is None:
            return hidden
        return torch.nn.functional.rms_norm(
            hidden, (hidden.size(-1),), self.layer_norm_weight, self.config.layernorm_epsilon
        )

    def sharded_state_dict(self, prefix: str = "", sharded_offsets: Any = (), metadata: Any = None) -> dict[str, Any]:
        """Nothing: a QLoRA run's checkpoints hold adapters, and the base comes from its own checkpoint."""
        return {}
