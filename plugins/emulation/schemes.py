"""Precision recipes by name: what the three products of a linear layer see of their operands.

All tensors are FP32 and two-dimensional: input `x [t, k]`, weight `w [n, k]`, output gradient `g [t, n]`. A scheme
gives a product its operands with the dimension that is summed over last; the input gradient's product takes the weight
that the output's had, which is what NVFP4's square weight blocks are for.
"""

from __future__ import annotations

from typing import Protocol

import torch

from plugins.emulation.formats import E4M3, E5M2, Format
from plugins.emulation.hadamard import rotate
from plugins.emulation.scaling import BLOCK, quantise_nvfp4, quantise_tensor, scale_for

Pair = tuple[torch.Tensor, torch.Tensor]
KINDS = ("bf16", "fp8", "fp8_current", "nvfp4")
HISTORY = 1024  # steps; Transformer Engine's default window of DelayedScaling
HYBRID: dict[str, Format] = {"x": E4M3, "w": E4M3, "g": E5M2}
ROLES = tuple(HYBRID)


class Scheme(Protocol):
    """Operands of `y = x wᵀ`, `dx = g w` (with the `w` of `y`) and `dw = gᵀ x`."""

    def fprop(self, x: torch.Tensor, w: torch.Tensor) -> Pair:
        """`[t, k]` and `[n, k]`."""

    def dgrad(self, g: torch.Tensor) -> torch.Tensor:
        """`[t, n]`."""

    def wgrad(self, g: torch.Tensor, x: torch.Tensor) -> Pair:
        """`[n, t]` and `[k, t]`; `t` may be padded."""

    def observe(self, x: torch.Tensor, w: torch.Tensor, g: torch.Tensor) -> None:
        """Look at the operands of a backward pass, for the scales of later steps."""


class Bf16:
    """Operands rounded to BF16: the control, and the layers that a recipe keeps in BF16."""

    def fprop(self, x: torch.Tensor, w: torch.Tensor) -> Pair:
        return _bf16(x), _bf16(w)

    def dgrad(self, g: torch.Tensor) -> torch.Tensor:
        return _bf16(g)

    def wgrad(self, g: torch.Tensor, x: torch.Tensor) -> Pair:
        return _bf16(g).t(), _bf16(x).t()

    def observe(self, x: torch.Tensor, w: torch.Tensor, g: torch.Tensor) -> None:
        pass


def _bf16(x: torch.Tensor) -> torch.Tensor:
    return x.bfloat16().float()


class Fp8Current:
    """E4M3 inputs and weights, E5M2 gradients, each scaled by its own amax (Transformer Engine's current scaling)."""

    def fprop(self, x: torch.Tensor, w: torch.Tensor) -> Pair:
        return self._quantise("x", x), self._quantise("w", w)

    def dgrad(self, g: torch.Tensor) -> torch.Tensor:
        return self._quantise("g", g)

    def wgrad(self, g: torch.Tensor, x: torch.Tensor) -> Pair:
        return self._quantise("g", g).t(), self._quantise("x", x).t()

    def observe(self, x: torch.Tensor, w: torch.Tensor, g: torch.Tensor) -> None:
        pass

    def _quantise(self, role: str, tensor: torch.Tensor) -> torch.Tensor:
        return quantise_tensor(tensor, self._scale(role, tensor), HYBRID[role])

    def _scale(self, role: str, tensor: torch.Tensor) -> torch.Tensor:
        return scale_for(tensor.abs().amax(), HYBRID[role])


class Fp8Delayed(Fp8Current):
    """The same formats, scaled by the largest amax of the last 1024 steps; by 1 before anything was seen.

    One entry a step, the largest over its micro batches and over the ranks that share the layer, as Transformer Engine
    reduces it. Evaluation leaves no trace: amaxes are taken in the backward pass.

    Attributes:
        history: `[3, 1024]`, newest first; rows are inputs, weights and gradients.
        pending: `[3]`, of the step that is running.
    """

    def __init__(self) -> None:
        self.history = torch.zeros(len(ROLES), HISTORY)
        self.pending = torch.zeros(len(ROLES))

    def observe(self, x: torch.Tensor, w: torch.Tensor, g: torch.Tensor) -> None:
        amaxes = torch.stack([tensor.abs().amax().float() for tensor in (x, w, g)])
        self.pending = torch.maximum(self.pending, amaxes.nan_to_num(nan=0.0, posinf=0.0))

    def finish_step(self, amaxes: torch.Tensor) -> None:
        """Put the amaxes `[3]` of a finished step, reduced over ranks, in front of the history."""
        self.history = torch.cat([amaxes[:, None], self.history[:, :-1]], dim=1)
        self.pending = torch.zeros_like(amaxes)

    def get_history(self) -> torch.Tensor:
        """What a checkpoint keeps."""
        return self.history.clone()

    def set_history(self, history: torch.Tensor | None) -> None:
        """What a checkpoint kept; None where it was written without delayed scaling: scales start anew."""
        if history is not None:
            self.history = history.clone()

    def _scale(self, role: str, tensor: torch.Tensor) -> torch.Tensor:
        return scale_for(self.history[ROLES.index(role)].max(), HYBRID[role])


class Nvfp4:
    """NVFP4 as arXiv 2509.25149 trains with it.

    Inputs and gradients in blocks of 16 along the dimension summed over, so that the weight gradient quantises both
    anew along the tokens; weights in 16 x 16 blocks, one value for both passes; gradients rounded stochastically; both
    operands of the weight gradient rotated first.

    Args:
        rotation: `[16, 16]`, of `random_hadamard`.
        generator: for stochastic rounding.
    """

    def __init__(self, rotation: torch.Tensor, generator: torch.Generator):
        self.rotation = rotation
        self.generator = generator

    def fprop(self, x: torch.Tensor, w: torch.Tensor) -> Pair:
        return quantise_nvfp4(x), quantise_nvfp4(w, block_rows=BLOCK)

    def dgrad(self, g: torch.Tensor) -> torch.Tensor:
        return quantise_nvfp4(g, generator=self.generator)

    def wgrad(self, g: torch.Tensor, x: torch.Tensor) -> Pair:
        gradients = quantise_nvfp4(rotate(g.t(), self.rotation), generator=self.generator)
        return gradients, quantise_nvfp4(rotate(x.t(), self.rotation))

    def observe(self, x: torch.Tensor, w: torch.Tensor, g: torch.Tensor) -> None:
        pass
