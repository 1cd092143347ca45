"""Bytes of a tensor in the formats that weights and saved activations are kept in.

FP8 and FP4 as Transformer Engine 2.9 lays them out: `transformer_engine/pytorch/tensor/` (float8_tensor.py,
float8_blockwise_tensor.py, mxfp8_tensor.py, nvfp4_tensor.py), each `make_empty` and `get_scale_shape`.
"""

from __future__ import annotations

from math import prod

from plugins.qlora.size import packed_bytes
from recipes.hardware import Gpu
from recipes.plan.model import Parameter, is_qlora
from recipes.plan.setup import Setup

AMAX_TENSORS = 6  # of a linear layer with delayed scaling: input, weight, output, and three gradients


def weight_bytes(setup: Setup, parameter: Parameter, primary: bool) -> int:
    """Bytes of a weight as the model holds it, without copies: FP8 where `primary`, NF4 under QLoRA."""
    if parameter.linear and is_qlora(setup):
        return packed_bytes(parameter.shape)
    if primary:
        assert setup.quantised is not None
        return quantised_bytes(setup.quantised, parameter.shape, weight=True)
    return parameter.count * setup.weight_dtype.itemsize


def copy_bytes(setup: Setup, gpu: Gpu, parameter: Parameter, primary: bool) -> int:
    """Bytes of the quantised copies of a linear layer's weight that stay over a step, beside `weight_bytes`.

    The forward pass reads a weight by rows, the backward pass by columns. Hopper's FP8 cores read rows only, so there
    the transpose is kept; Blackwell's read both from one copy where one scale serves the whole tensor. Scales of blocks
    need a copy for either direction everywhere. The copies are made in the first microbatch and kept for the others
    (`TransformerEngineBaseModule.get_weight_workspace`).
    """
    assert setup.quantised is not None
    one = quantised_bytes(setup.quantised, parameter.shape, weight=True)
    two = quantised_bytes(setup.quantised, parameter.shape, by_columns=True, weight=True)
    both = one if setup.quantised == "fp8" and gpu.compute_capability >= (10, 0) else one + two
    return both - one if primary else both


def quantised_bytes(name: str, shape: tuple[int, ...], by_columns: bool = False, weight: bool = False) -> int:
    """Bytes of one quantised copy of a tensor with its scales, by rows or by columns (shape `[..., columns]`)."""
    rows, columns = prod(shape[:-1]), shape[-1]
    if by_columns:
        rows, columns = columns, rows
    if name == "fp8":
        return rows * columns + 4
    if name == "fp8_blockwise":  # blocks of 1 x 128, a weight's of 128 x 128
        scales = -(-rows // 128) * _up(-(-columns // 128), 4) if weight else -(-columns // 128) * _up(rows, 4)
        return rows * columns + 4 * scales
    if name == "mxfp8":
        return rows * columns + _up(rows, 128) * _up(-(-columns // 32), 4)
    if name == "nvfp4":
        return rows * columns // 2 + _up(rows, 128) * _up(-(-columns // 16), 4) + 4
    raise ValueError(name)


def amax_bytes(setup: Setup, num_linear: int) -> int:
    """Bytes of delayed scaling's histories, scales and their inverses for so many linear layers."""
    if setup.dtypes.fp8 is None or setup.dtypes.fp8_recipe != "delayed":
        return 0
    return num_linear * AMAX_TENSORS * 4 * (setup.dtypes.fp8_amax_history_len + 2)


def _up(number: int, multiple: int) -> int:
    return -(-number // multiple) * multiple
