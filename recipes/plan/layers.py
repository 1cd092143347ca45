"""A Transformer layer that keeps for the backward pass what Transformer Engine's keeps, for traces under fake tensors.

The modules have the parameters and shapes of `plugins.cpu.layers` and compute nothing true: their outputs have the
right shape, and what they save is Transformer Engine 2.9's, in the format it is saved in:
- `LayerNormLinear` (module/layernorm_linear.py): its input, the reciprocal norms in FP32, and the normalised input for
  the weight gradient: BF16, or FP8/FP4 by columns; nothing of the latter where the weight is frozen.
- `Linear` (module/linear.py): its input, likewise.
- fused attention (attention/dot_product_attention/backends.py): queries, keys, values, output and the FP32 log of the
  softmax's sums, never the scores.
- fused SwiGLU (megatron/core/fusions/fused_bias_swiglu.py): its input, not the gate's activation.
- fused rotary embedding: the angles alone.
Weight gradients go into Megatron's buffer (`gradient_accumulation_fusion`) and take no memory here.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import torch
from megatron.core.fusions.fused_bias_dropout import get_bias_dropout_add
from megatron.core.tensor_parallel.layers import RowParallelLinear
from megatron.core.transformer.attention import SelfAttention, SelfAttentionSubmodules
from megatron.core.transformer.enums import AttnMaskType
from megatron.core.transformer.identity_op import IdentityOp
from megatron.core.transformer.mlp import MLP, MLPSubmodules
from megatron.core.transformer.module import MegatronModule
from megatron.core.transformer.spec_utils import ModuleSpec
from megatron.core.transformer.transformer_block import TransformerBlockSubmodules, get_num_layers_to_build
from megatron.core.transformer.transformer_layer import TransformerLayer, TransformerLayerSubmodules

from plugins.cpu import layers as plain
from recipes.plan.formats import quantised_bytes

Sizes = tuple[int, ...]


def _kept(operand: torch.Tensor, quantised: str | None, *, gathered: bool = False) -> torch.Tensor:
    """A linear layer's input as it is saved for the weight gradient.

    NVFP4 gathers the sequence in BF16, so that under sequence parallelism BF16 is saved.
    """
    if quantised is None or (quantised == "nvfp4" and gathered):
        return operand
    shape = (prod(operand.shape[:-1]), operand.shape[-1])
    by_columns = not (quantised == "fp8" and gathered)
    return operand.new_empty(quantised_bytes(quantised, shape, by_columns), dtype=torch.uint8)


class _NormLinear(torch.autograd.Function):
    """RMSNorm and a column-parallel product; the input is gathered first under sequence parallelism."""

    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, norm: Any, weight: Any, settings: dict[str, Any]) -> Any:
        pieces = settings["pieces"]
        normed = torch.empty_like(hidden)
        scale = hidden.new_empty(hidden.shape[:-1], dtype=torch.float32)
        whole = _gathered(normed, pieces)
        output = whole.new_empty((*whole.shape[:-1], weight.shape[0]))
        operand = _kept(normed, settings["quantised"], gathered=pieces > 1) if weight.requires_grad else None
        ctx.save_for_backward(hidden, scale, operand)
        ctx.columns, ctx.pieces, ctx.trained = weight.shape[1], pieces, weight.requires_grad
        return (output, whole if settings["gathers_norm"] else normed) if settings["returns_norm"] else output

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
        hidden, _, operand = ctx.saved_tensors
        whole = _gathered(operand, ctx.pieces) if ctx.trained else None
        gradient = gradients[0].new_empty((*gradients[0].shape[:-1], ctx.columns))
        del whole
        return gradient.new_empty(hidden.shape), None, None, None


class _Linear(torch.autograd.Function):
    """A row-parallel product; the output is scattered afterwards under sequence parallelism."""

    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, weight: Any, settings: dict[str, Any]) -> torch.Tensor:
        output = hidden.new_empty((*hidden.shape[:-1], weight.shape[0]))
        ctx.save_for_backward(_kept(hidden, settings["quantised"]) if weight.requires_grad else None)
        ctx.shape, ctx.pieces = hidden.shape, settings["pieces"]
        return output.new_empty((output.shape[0] // ctx.pieces, *output.shape[1:]))

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        whole = _gathered(gradient, ctx.pieces)
        return whole.new_empty(ctx.shape), None, None


class _Attention(torch.autograd.Function):
    """Fused attention over `[s, b, n, d]` or packed `[t, n, d]`."""

    @staticmethod
    def forward(ctx: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        query, key, value = query.contiguous(), key.contiguous(), value.contiguous()
        output = torch.empty_like(query)
        sums = query.new_empty(query.shape[:-1], dtype=torch.float32)
        ctx.save_for_backward(query, key, value, output, sums)
        return output.view(*output.shape[:-2], -1)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        query, key, value, _, _ = ctx.saved_tensors
        return torch.empty_like(query), torch.empty_like(key), torch.empty_like(value)


class _SwiGLU(torch.autograd.Function):
    """`silu(gate) * up` of `[..., 2 f]`."""

    @staticmethod
    def forward(ctx: Any, both: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(both)
        return both.new_empty((*both.shape[:-1], both.shape[-1] // 2))

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        return torch.empty_like(ctx.saved_tensors[0])


class _Rotary(torch.autograd.Function):
    """Rotary embedding: a new tensor, nothing saved."""

    @staticmethod
    def forward(ctx: Any, states: torch.Tensor) -> torch.Tensor:
        return states.new_empty(states.shape)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        return gradient.new_empty(gradient.shape)


class _Norm(torch.autograd.Function):
    """RMSNorm: the input and the reciprocal norms are saved."""

    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, weight: Any) -> torch.Tensor:
        ctx.save_for_backward(hidden, hidden.new_empty(hidden.shape[:-1], dtype=torch.float32))
        return torch.empty_like(hidden)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        return torch.empty_like(gradient), None


def _gathered(tensor: torch.Tensor, pieces: int) -> torch.Tensor:
    return tensor if pieces == 1 else tensor.new_empty((tensor.shape[0] * pieces, *tensor.shape[1:]))


def _pieces(config: Any) -> int:
    return int(config.tensor_model_parallel_size) if config.sequence_parallel else 1


class RMSNorm(plain.RMSNorm):
    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return _Norm.apply(hidden, self.weight)


class LayerNormLinear(plain.LayerNormColumnParallelLinear):
    def __init__(self, *args: Any, quantised: str | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.quantised = quantised
        self.gathers_norm = False

    def forward(self, hidden: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        settings = {
            "pieces": _pieces(self.config),
            "quantised": self.quantised,
            "returns_norm": self.return_layernorm_output,
            "gathers_norm": self.gathers_norm,
        }
        return _NormLinear.apply(hidden, self.layer_norm_weight, self.weight, settings), None


class Linear(RowParallelLinear):
    def __init__(self, *args: Any, quantised: str | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.quantised = quantised

    def forward(self, hidden: torch.Tensor) -> Any:
        settings = {"pieces": _pieces(self.config), "quantised": self.quantised}
        return _Linear.apply(hidden, self.weight, settings), None


class Attention(MegatronModule):
    """Stands for TEDotProductAttention; the rotary embedding, which is fused on GPUs, is applied here."""

    def __init__(self, config: Any, *args: Any, **kwargs: Any):
        super().__init__(config=config)

    def forward(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *args: Any, **kwargs: Any
    ) -> torch.Tensor:
        output: torch.Tensor = _Attention.apply(_Rotary.apply(query), _Rotary.apply(key), value)
        return output


class SwiGLU(MLP):
    def forward(self, hidden: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        return self.linear_fc2(_SwiGLU.apply(self.linear_fc1(hidden)[0]))


def adapt(model: torch.nn.Module) -> None:
    """Have LoRA's adapters read the normalised input, gathered under sequence parallelism.

    So NeMo does with Transformer Engine's layers: `get_adapter_attributes_from_linear` in
    `nemo/collections/llm/peft/utils.py`.
    """
    for module in model.modules():
        linear = getattr(module, "to_wrap", None)
        if isinstance(linear, LayerNormLinear):
            linear.return_layernorm_output = True
            linear.gathers_norm = bool(linear.config.sequence_parallel)
            module.adapter.disable_sequence_parallel_comm = True


def layer_spec(quantised: str | None) -> ModuleSpec:
    """Megatron's spec of one such layer that computes its linear layers in `quantised`, or in BF16."""
    norm_linear = ModuleSpec(module=LayerNormLinear, params={"quantised": quantised})
    linear = ModuleSpec(module=Linear, params={"quantised": quantised})
    attention = SelfAttentionSubmodules(
        linear_qkv=norm_linear,
        core_attention=Attention,
        linear_proj=linear,
        q_layernorm=IdentityOp,
        k_layernorm=IdentityOp,
    )
    return ModuleSpec(
        module=TransformerLayer,
        submodules=TransformerLayerSubmodules(
            self_attention=ModuleSpec(
                module=SelfAttention, params={"attn_mask_type": AttnMaskType.causal}, submodules=attention
            ),
            self_attn_bda=get_bias_dropout_add,
            pre_mlp_layernorm=IdentityOp,
            mlp=ModuleSpec(module=SwiGLU, submodules=MLPSubmodules(linear_fc1=norm_linear, linear_fc2=linear)),
            mlp_bda=get_bias_dropout_add,
        ),
    )


def block_spec(quantised: str | None) -> Callable[[Any, int | None], TransformerBlockSubmodules]:
    """What `recipes.plan.model.build` takes: all layers alike, and the final norm."""

    def spec(config: Any, chunk: int | None = None) -> TransformerBlockSubmodules:
        count = get_num_layers_to_build(config, vp_stage=chunk)
        return TransformerBlockSubmodules(layer_specs=[layer_spec(quantised)] * count, layer_norm=RMSNorm)

    return spec
