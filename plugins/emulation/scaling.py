"""Scaled quantisation: one scale a tensor for FP8, and NVFP4's two levels. Results are the dequantised values.

Sources: Transformer Engine's `DelayedScaling` and `Float8CurrentScaling` recipes for FP8; "Pretraining Large Language
Models with NVFP4", arXiv 2509.25149, section 4.3 and the appendix on quantisation, for NVFP4.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from plugins.emulation.formats import E2M1, E4M3, Format, round_nearest, round_stochastic

BLOCK = 16  # elements that share an E4M3 scale
LARGEST = torch.finfo(torch.float32).max


def scale_for(amax: torch.Tensor, to: Format) -> torch.Tensor:
    """The factors that bring `amax` (any shape) to a format's largest value; 1 where it is 0, infinite or NaN."""
    usable = (amax > 0) & amax.isfinite()
    return torch.where(usable, (to.maximum / amax).clamp(max=LARGEST), 1.0)


def quantise_tensor(x: torch.Tensor, scale: torch.Tensor, to: Format) -> torch.Tensor:
    """Multiply by one scale, round to nearest, divide again."""
    return round_nearest(x * scale, to) / scale


def pad_to_blocks(x: torch.Tensor, rows: int = 1) -> torch.Tensor:
    """`[r, k]` with zeros up to multiples of `rows` and of `BLOCK`; the sum of a product does not see them."""
    missing = (0, -x.size(1) % BLOCK, 0, -x.size(0) % rows)
    return F.pad(x, missing) if any(missing) else x


def quantise_nvfp4(x: torch.Tensor, *, block_rows: int = 1, generator: torch.Generator | None = None) -> torch.Tensor:
    """E2M1 values under E4M3 block scales under one FP32 scale, dequantised.

    The tensor's scale brings its amax to 6 x 448; a block's scale, its amax / 6 times that, is rounded to E4M3; values
    are divided by what the rounded scale stands for, so that its rounding is made good.

    Args:
        x: `[r, k]`, blocks of 16 lie along `k`, the dimension that the product sums over.
        block_rows: 1 for 1 x 16 blocks; 16 for 16 x 16, whose transpose is the same (weights).
        generator: rounds stochastically with it; without one to nearest.
    """
    padded = pad_to_blocks(x.float(), block_rows)
    blocks = padded.reshape(padded.size(0) // block_rows, block_rows, padded.size(1) // BLOCK, BLOCK)
    block_amax = blocks.abs().amax(dim=(1, 3), keepdim=True)
    encode = (E2M1.maximum * E4M3.maximum / block_amax.max()).clamp(max=LARGEST)
    scales = round_nearest(block_amax / E2M1.maximum * encode, E4M3)
    factors = torch.where(scales == 0, 0.0, (encode / scales).clamp(max=LARGEST))
    scaled = blocks * factors
    codes = round_nearest(scaled, E2M1) if generator is None else round_stochastic(scaled, E2M1, generator)
    return codes.mul_(scales / encode).reshape(padded.shape)[: x.size(0), : x.size(1)]
