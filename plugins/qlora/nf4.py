"""A frozen weight in NF4 (bitsandbytes), and the linear operation that unpacks it, uses it and forgets it again."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch

from lexatron.errors import UserError
from plugins.qlora.size import BLOCK, SCALE_BLOCK


@cache
def _library() -> Any:
    try:
        import bitsandbytes.functional as functional
    except ImportError as error:
        raise UserError("QLoRA needs bitsandbytes", remedy="pip install 'lexatron[train]'") from error
    return functional


@cache
def _scale_codes(device: torch.device) -> torch.Tensor:
    """The 256 values that an 8-bit scale can have; one table a device, shared by all weights."""
    return _library().create_dynamic_map().to(device)


def _bytes(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.reshape(-1).view(torch.uint8)


class NF4Weight(torch.nn.Module):
    """A matrix in 4-bit NormalFloat with one scale for 64 weights (QLoRA, arXiv 2305.14314, section 3).

    Everything is kept as bytes, the FP32 scales too: `model.bfloat16()`, which NeMo calls after the adapters are in,
    leaves them alone. The buffers move with the model, and no checkpoint holds them.

    Args:
        weight: `[out, in]`, FP32, BF16 or FP16, on the device that quantises; it may be freed afterwards.
        double_quantisation: keep the scales in 8 bits.

    Raises:
        UserError: bitsandbytes is not installed.
    """

    codes: torch.Tensor  # two weights a byte
    scales: torch.Tensor  # one for 64 weights: 8-bit codes, or FP32
    scale_scales: torch.Tensor  # FP32, one for 256 scales
    offset: torch.Tensor  # FP32, the mean of all scales

    def __init__(self, weight: torch.Tensor, double_quantisation: bool = True):
        super().__init__()
        self.shape = weight.shape
        self.double_quantisation = double_quantisation
        codes, state = _library().quantize_4bit(
            weight.detach().contiguous(), blocksize=BLOCK, compress_statistics=double_quantisation, quant_type="nf4"
        )
        parts = {"codes": codes, "scales": state.absmax}
        if double_quantisation:
            parts |= {"scale_scales": state.state2.absmax, "offset": state.offset}
        for name, part in parts.items():
            self.register_buffer(name, _bytes(part), persistent=False)

    @property
    def nbytes(self) -> int:
        """Bytes held: those of `packed_bytes(shape)`."""
        return sum(buffer.nbytes for buffer in self.buffers())

    def _state(self, dtype: torch.dtype) -> Any:
        state = _library().QuantState
        known = {"shape": self.shape, "dtype": dtype, "blocksize": BLOCK, "quant_type": "nf4"}
        if not self.double_quantisation:
            return state(absmax=self.scales.view(torch.float32), **known)
        second = state(
            absmax=self.scale_scales.view(torch.float32),
            code=_scale_codes(self.scales.device),
            blocksize=SCALE_BLOCK,
            dtype=torch.float32,
        )
        return state(absmax=self.scales, offset=self.offset.view(torch.float32), state2=second, **known)

    def dequantise(self, dtype: torch.dtype) -> torch.Tensor:
        """The matrix `[out, in]` in `dtype`, newly made on the device of the packed weight."""
        return _library().dequantize_4bit(self.codes.unsqueeze(1), self._state(dtype))


class _FrozenLinear(torch.autograd.Function):
    """`x @ W.T` that keeps nothing but the packed weight: the backward pass unpacks it again and gives dx only."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: NF4Weight) -> torch.Tensor:
        ctx.weight = weight
        return torch.nn.functional.linear(x, weight.dequantise(x.dtype))

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        (gradient,) = gradients
        return gradient @ ctx.weight.dequantise(gradient.dtype), None


def frozen_linear(x: torch.Tensor, weight: NF4Weight) -> torch.Tensor:
    """`[..., in]` to `[..., out]`; one unpacked weight is alive at a time, and none between forward and backward."""
    return _FrozenLinear.apply(x, weight)
