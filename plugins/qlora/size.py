"""How many bytes a weight takes in NF4, by arithmetic alone, so that a plan needs no tensors."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, prod

BLOCK = 64  # weights that share one scale; QLoRA, arXiv 2305.14314, section 3
SCALE_BLOCK = 256  # scales that share one second-level scale; the same section, "double quantisation"


def packed_bytes(shape: Sequence[int], double_quantisation: bool = True) -> int:
    """Bytes of one weight of that shape on this rank: two weights a byte, and the scales.

    A block of 64 weights has one scale. With double quantisation that scale takes one byte; 256 of them share an FP32
    scale, and the tensor has one FP32 offset: 4.127 bits a weight. Without, the scale is FP32: 4.5 bits a weight.
    """
    weights = prod(shape)
    scales = ceil(weights / BLOCK)
    codes = ceil(weights / 2)
    return codes + (scales + 4 * ceil(scales / SCALE_BLOCK) + 4 if double_quantisation else 4 * scales)
