"""A linear layer whose three products see quantised operands, at the place where Megatron's layers multiply."""

from __future__ import annotations

from typing import Any

import torch
from megatron.core.tensor_parallel.mappings import (
    copy_to_tensor_model_parallel_region,
    gather_from_sequence_parallel_region,
)

from plugins.emulation.schemes import Scheme


class EmulatedLinear(torch.autograd.Function):
    """`y = Q(x) Q(w)ᵀ`, `dx = Q(g) Q(w)`, `dw = Q(g)ᵀ Q(x)`: products in FP32, `y` and `dx` rounded to BF16.

    That is what tensor cores do up to the order of sums. `dw` stays FP32 where the weight is FP32.
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor, scheme: Scheme) -> torch.Tensor:
        """`x [..., k]` and `weight [n, k]` give `[..., n]` in the type of `x`."""
        a, b = scheme.fprop(_flat(x), weight.float())
        ctx.save_for_backward(x, weight, b)
        ctx.scheme = scheme
        return _as_bf16(a @ b.t(), x).view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor | None, None]:
        x, weight, quantised_weight = ctx.saved_tensors
        g_tn, x_tk = _flat(grad_output), _flat(x)
        ctx.scheme.observe(x_tk, weight, g_tn)
        grad_x = grad_weight = None
        if ctx.needs_input_grad[0]:
            grad_x = _as_bf16(ctx.scheme.dgrad(g_tn) @ quantised_weight, x).view(x.shape)
        if ctx.needs_input_grad[1]:
            a, b = ctx.scheme.wgrad(g_tn, x_tk)
            grad_weight = (a @ b.t()).to(weight.dtype)
        return grad_x, grad_weight, None


def _flat(x: torch.Tensor) -> torch.Tensor:
    return x.reshape(-1, x.size(-1)).float()


def _as_bf16(product: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    return product.bfloat16().to(like.dtype)


class EmulatedForward:
    """Stands in for `_forward_impl` of a Megatron linear layer, communication included.

    Gradients are returned, not fused into `main_grad`: Megatron's hooks add them there, as they do without fusion.
    """

    def __init__(self, scheme: Scheme):
        self.scheme = scheme

    def __call__(
        self,
        input: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        *,
        allreduce_dgrad: bool,
        sequence_parallel: bool,
        tp_group: Any = None,
        **_: Any,
    ) -> torch.Tensor:
        """`input [s, b, k]`, this rank's `weight [n, k]`; with sequence parallelism `s` is gathered first."""
        if sequence_parallel:
            input = gather_from_sequence_parallel_region(input, tensor_parallel_output_grad=True, group=tp_group)
        elif allreduce_dgrad:
            input = copy_to_tensor_model_parallel_region(input, group=tp_group)
        output = EmulatedLinear.apply(input, weight, self.scheme)
        return output if bias is None else output + bias
