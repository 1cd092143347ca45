"""The quantisers' definitions again, in loops over blocks and with another library's rounding."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import torch

Array = Any  # float32


def rounded(x: Array, to: type, maximum: float) -> Array:
    """Saturating round to nearest by `ml_dtypes`."""
    return np.clip(x, -maximum, maximum).astype(to).astype(np.float32)


def fp8(x: Array, scale: Array, gradient: bool) -> Array:
    """E5M2 for gradients, E4M3 for the rest, under one scale."""
    to, maximum = (ml_dtypes.float8_e5m2, 57344.0) if gradient else (ml_dtypes.float8_e4m3fn, 448.0)
    return rounded(x * scale, to, maximum) / scale


def nvfp4(x: Array, rows: int = 1) -> Array:
    """Block by block over `[r, k]`, with blocks of `rows` x 16 and nothing padded."""
    x = x.astype(np.float32)
    encode = np.float32(6 * 448) / np.abs(x).max()
    result = np.zeros_like(x)
    for top in range(0, x.shape[0], rows):
        for left in range(0, x.shape[1], 16):
            block = x[top : top + rows, left : left + 16]
            scale = rounded(np.abs(block).max() / np.float32(6) * encode, ml_dtypes.float8_e4m3fn, 448.0)
            if scale > 0:
                codes = rounded(block * (encode / scale), ml_dtypes.float4_e2m1fn, 6.0)
                result[top : top + rows, left : left + 16] = codes * (scale / encode)
    return result


def as_array(x: torch.Tensor) -> Array:
    return x.detach().float().numpy()
