"""A Transformer layer in plain torch with Transformer Engine's module and parameter names.

Because the names are the same (`linear_qkv.layer_norm_weight`, `linear_fc1.layer_norm_weight`), Hugging Face
import and export, LoRA and checkpoints work unchanged; with Megatron's own local spec the import reports
success and the export fails. Shapes follow Megatron: `s` sequence, `b` batch, `h` hidden, `n` heads, `d` head
size, `t` packed tokens.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from megatron.core.fusions.fused_bias_dropout import get_bias_dropout_add
from megatron.core.tensor_parallel.layers import ColumnParallelLinear, RowParallelLinear
from megatron.core.transformer.attention import SelfAttention, SelfAttentionSubmodules
from megatron.core.transformer.enums import AttnMaskType
from megatron.core.transformer.identity_op import IdentityOp
from megatron.core.transformer.mlp import MLP, MLPSubmodules
from megatron.core.transformer.module import MegatronModule
from megatron.core.transformer.spec_utils import ModuleSpec
from megatron.core.transformer.transformer_block import TransformerBlockSubmodules, get_num_layers_to_build
from megatron.core.transformer.transformer_layer import TransformerLayer, TransformerLayerSubmodules
from megatron.core.transformer.utils import make_sharded_tensors_for_checkpoint


def _norm_weight(config: Any, size: int) -> torch.nn.Parameter:
    weight = torch.nn.Parameter(torch.ones(size, dtype=config.params_dtype))
    # Megatron sums the gradients of so marked parameters over the tensor-parallel group.
    weight.sequence_parallel = config.sequence_parallel
    return weight


class RMSNorm(torch.nn.Module):
    """Root mean square norm over the last dimension; works under sequence parallelism."""

    def __init__(self, config: Any, hidden_size: int, eps: float = 1e-5, **_: Any):
        super().__init__()
        self.eps = eps
        self.weight = _norm_weight(config, hidden_size)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return F.rms_norm(hidden, (hidden.size(-1),), self.weight, self.eps)


class LayerNormColumnParallelLinear(ColumnParallelLinear):
    """RMSNorm and a column-parallel linear layer in one module, as Transformer Engine has them.

    With `return_layernorm_output` the result is `((output, normalised input), bias)`, which is what NeMo's LoRA
    needs: its adapter reads the normalised input.
    """

    def __init__(self, input_size: int, output_size: int, *, config: Any, **kwargs: Any):
        super().__init__(input_size, output_size, config=config, **kwargs)
        self.eps = config.layernorm_epsilon
        self.layer_norm_weight = _norm_weight(config, input_size)
        self.return_layernorm_output = False

    def forward(self, hidden: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        normed = F.rms_norm(hidden, (hidden.size(-1),), self.layer_norm_weight, self.eps)
        output, bias = super().forward(normed, *args, **kwargs)
        return ((output, normed), bias) if self.return_layernorm_output else (output, bias)

    def sharded_state_dict(self, prefix: str = "", sharded_offsets: Any = (), metadata: Any = None) -> Any:
        state = self.state_dict(prefix="", keep_vars=True)
        return make_sharded_tensors_for_checkpoint(state, prefix, {"weight": 0, "bias": 0}, sharded_offsets)


def packed_mask(cu_seqlens: torch.Tensor, length: int) -> torch.Tensor:
    """Boolean `[t, t]` mask, True where a token may look: causal, within its own sequence.

    Args:
        cu_seqlens: `[number of sequences + 1]`, cumulative lengths starting with 0.
        length: `t`, the number of packed tokens.
    """
    position = torch.arange(length)
    sequence = torch.bucketize(position, cu_seqlens.long()[1:], right=True)
    return (sequence[:, None] == sequence[None, :]) & (position[:, None] >= position[None, :])


class ScaledDotProductAttention(MegatronModule):
    """Causal core attention on torch's SDPA, with packed sequences (`thd`) by a block-diagonal mask."""

    def __init__(
        self,
        config: Any,
        layer_number: int,
        attn_mask_type: AttnMaskType,
        attention_type: str,
        attention_dropout: float | None = None,
        softmax_scale: float | None = None,
        **_: Any,
    ):
        super().__init__(config=config)
        self.scale = softmax_scale
        self.dropout = config.attention_dropout if attention_dropout is None else attention_dropout

    def forward(
        self,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        attention_mask: torch.Tensor | None,
        attn_mask_type: AttnMaskType | None = None,
        attention_bias: torch.Tensor | None = None,
        packed_seq_params: Any = None,
    ) -> torch.Tensor:
        """`[s, b, n, d]` to `[s, b, n * d]`, or packed `[t, n, d]` to `[t, n, d]`."""
        dropout = self.dropout if self.training else 0.0
        if packed_seq_params is not None and packed_seq_params.qkv_format == "thd":
            q, k, v = (x.permute(1, 0, 2).unsqueeze(0) for x in (query, key, value))
            mask = packed_mask(packed_seq_params.cu_seqlens_q, q.size(2))
            output = self._attend(q, k, v, dropout, attn_mask=mask)
            return output.squeeze(0).permute(1, 0, 2).contiguous()
        q, k, v = (x.permute(1, 2, 0, 3) for x in (query, key, value))
        output = self._attend(q, k, v, dropout, is_causal=q.size(2) == k.size(2))
        return output.permute(2, 0, 1, 3).reshape(output.size(2), output.size(0), -1).contiguous()

    def _attend(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, dropout: float, **mask: Any) -> torch.Tensor:
        grouped = q.size(1) != k.size(1)
        return F.scaled_dot_product_attention(q, k, v, dropout_p=dropout, scale=self.scale, enable_gqa=grouped, **mask)


def layer_spec() -> ModuleSpec:
    """Megatron's spec of one decoder layer made of the modules above."""
    attention = SelfAttentionSubmodules(
        linear_qkv=LayerNormColumnParallelLinear,
        core_attention=ScaledDotProductAttention,
        linear_proj=RowParallelLinear,
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
            mlp=ModuleSpec(
                module=MLP,
                submodules=MLPSubmodules(linear_fc1=LayerNormColumnParallelLinear, linear_fc2=RowParallelLinear),
            ),
            mlp_bda=get_bias_dropout_add,
        ),
    )


def block_spec(config: Any, vp_stage: int | None = None) -> TransformerBlockSubmodules:
    """The layers of this pipeline stage and the final norm."""
    count = get_num_layers_to_build(config, vp_stage=vp_stage)
    return TransformerBlockSubmodules(layer_specs=[layer_spec()] * count, layer_norm=RMSNorm)
