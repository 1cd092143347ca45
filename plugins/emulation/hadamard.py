"""The random Hadamard transform, which spreads an outlier over its block before NVFP4 rounds it.

Source: arXiv 2509.25149, section 4.2 and the appendix: 16 x 16, on both operands of the weight gradient's product, one
vector of random signs for all layers and all steps.
"""

from __future__ import annotations

import torch

from plugins.emulation.scaling import BLOCK, pad_to_blocks


def random_hadamard(seed: int) -> torch.Tensor:
    """`[16, 16]`, orthogonal: random signs times Sylvester's Hadamard matrix, over 4."""
    matrix = torch.ones(1, 1)
    while matrix.size(0) < BLOCK:
        matrix = torch.cat([torch.cat([matrix, matrix], 1), torch.cat([matrix, -matrix], 1)])
    signs = torch.randint(2, (BLOCK, 1), generator=torch.Generator().manual_seed(seed)) * 2 - 1
    return signs * matrix / BLOCK**0.5


def rotate(x: torch.Tensor, rotation: torch.Tensor) -> torch.Tensor:
    """Every 16 elements along `k` of `[r, k]` times the rotation; `k` is padded with zeros to a multiple of 16.

    Two operands rotated alike have the product, over `k`, that they had before.
    """
    padded = pad_to_blocks(x)
    return (padded.reshape(-1, BLOCK) @ rotation).view(padded.shape)
