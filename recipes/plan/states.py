"""Weights, gradients and Adam's states of one rank, as Megatron allocates them.

Buffers follow `megatron/core/distributed/param_and_grad_buffer.py`: parameters in reverse order, each start and each
bucket's end padded where the optimizer is distributed. The states follow `megatron/core/optimizer/distrib_optimizer.py`
and, for the precision-aware optimizer, `transformer_engine/pytorch/optimizers/fused_adam.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import lcm

import torch

from recipes.plan.formats import weight_bytes
from recipes.plan.model import Chunk, Parameter
from recipes.plan.setup import Setup

PARAMETER_ALIGNMENT = 64  # elements; _pad_start_of_param_if_needed
BUCKET_ALIGNMENT = 128  # elements, and the number of shards; _pad_end_of_bucket_if_needed
BUSBW_ALIGNMENT = 2**16  # with pad_buckets_for_high_nccl_busbw
MIN_BUCKET = 40_000_000  # elements; DistributedDataParallel's default, and a million for each replica


@dataclass(frozen=True)
class Buffer:
    """One contiguous buffer: parameters of one format.

    Attributes:
        quantised: whether it holds FP8 weights.
        spans: start and end of each parameter, in elements.
        buckets: start and end of each bucket with its padding, in elements.
    """

    quantised: bool
    parameters: tuple[Parameter, ...]
    spans: tuple[tuple[int, int], ...]
    buckets: tuple[tuple[int, int], ...]

    @property
    def size(self) -> int:
        """Elements, padding included."""
        return self.buckets[-1][1] if self.buckets else 0

    def owned(self, shards: int) -> list[int]:
        """Elements of parameters, without padding, that each of `shards` ranks updates."""
        counts = [0] * shards
        bucket = 0
        for start, end in self.spans:
            while start >= self.buckets[bucket][1]:
                bucket += 1
            first, last = self.buckets[bucket]
            length = (last - first) // shards
            for shard in range((start - first) // length, (end - first - 1) // length + 1):
                low = first + shard * length
                counts[shard] += min(end, low + length) - max(start, low)
        return counts


@dataclass(frozen=True)
class States:
    """Bytes of one rank; of the data-parallel peers, the one that has most.

    Attributes:
        optimizer: master weights and moments on the device.
        host: what CPU offload keeps in the host's memory instead, gradients included.
        step: temporaries of the optimizer step.
    """

    weights: int
    gradients: int
    optimizer: int
    host: int
    step: int


def states(setup: Setup, chunks: Sequence[Chunk], pipeline_rank: int) -> States:
    """The states of a rank that holds `chunks`."""
    if setup.fsdp:
        return _fully_sharded(setup, chunks)
    buffers = rank_buffers(setup, chunks, pipeline_rank)
    owned = _owned(setup, buffers)
    each = [_adam(setup, counts, buffers) for counts in owned]
    return States(
        weights=_weights(setup, chunks, buffers),
        gradients=sum(buffer.size for buffer in buffers) * gradient_bytes(setup),
        optimizer=max((adam.device for adam in each), default=0),
        host=max((adam.host for adam in each), default=0),
        step=max((adam.step for adam in each), default=0),
    )


def rank_buffers(setup: Setup, chunks: Sequence[Chunk], pipeline_rank: int) -> list[Buffer]:
    """The gradient buffers of a rank: of each chunk one, and one more where some weights are FP8."""
    made = []
    for number, chunk in enumerate(chunks):
        bucketed = setup.ddp.overlap_grad_reduce and pipeline_rank == 0 and number == 0
        trained = [parameter for parameter in chunk if parameter.trainable]
        for quantised in (False, True):
            mine = [p for p in trained if is_primary(setup, p) == quantised]
            if mine:
                made.append(lay_out(setup, mine, _bucket_size(setup) if bucketed else None, quantised))
    return made


def lay_out(setup: Setup, parameters: Sequence[Parameter], bucket_size: int | None, quantised: bool = False) -> Buffer:
    """Place parameters in a buffer, last ones first, in buckets of about `bucket_size` elements."""
    padded = setup.ddp.use_distributed_optimizer
    bucket_unit = lcm(setup.parallel.shards, BUCKET_ALIGNMENT) if padded else 1
    if padded and setup.ddp.pad_buckets_for_high_nccl_busbw:
        bucket_unit = lcm(bucket_unit, BUSBW_ALIGNMENT)
    spans, buckets = [], []
    bucket = end = 0
    for parameter in reversed(parameters):
        start = _round_up(end, PARAMETER_ALIGNMENT if padded else 1)
        end = start + parameter.count
        spans.append((start, end))
        if bucket_size is not None and end - bucket >= bucket_size:
            buckets.append((bucket, _round_up(end, bucket_unit)))
            bucket = end = buckets[-1][1]
    if end > bucket:
        buckets.append((bucket, _round_up(end, bucket_unit)))
    return Buffer(quantised, tuple(reversed(parameters)), tuple(spans), tuple(buckets))


def is_primary(setup: Setup, parameter: Parameter) -> bool:
    """Whether the only copy of a weight is FP8 (`fp8_param_gather`): linear layers of layers that compute in FP8."""
    return bool(setup.quantised and setup.dtypes.fp8_param_gather and is_quantised(setup, parameter))


def is_quantised(setup: Setup, parameter: Parameter) -> bool:
    """Whether a linear layer computes in FP8 or FP4; the first and last layers may stay in BF16."""
    if not (setup.quantised and parameter.linear):
        return False
    assert parameter.layer is not None
    return not in_bf16(setup, parameter.layer)


def in_bf16(setup: Setup, layer: int) -> bool:
    """Whether a decoder layer, numbered from 0, stays out of FP8 and FP4; Megatron's `is_first_last_bf16_layer`."""
    dtypes = setup.dtypes
    if not setup.quantised:
        return True
    first, last = dtypes.num_layers_at_start_in_bf16, setup.config.num_layers - dtypes.num_layers_at_end_in_bf16
    return bool(dtypes.first_last_layers_bf16 and not first <= layer < last)


def gradient_bytes(setup: Setup) -> int:
    """Bytes of an element of the gradient buffers."""
    return 4 if setup.ddp.grad_reduce_in_fp32 else setup.weight_dtype.itemsize


def _bucket_size(setup: Setup) -> int:
    return setup.ddp.bucket_size or max(MIN_BUCKET, 1_000_000 * setup.parallel.data)


def _round_up(number: int, multiple: int) -> int:
    return -(-number // multiple) * multiple


def _weights(setup: Setup, chunks: Sequence[Chunk], buffers: Iterable[Buffer]) -> int:
    """Trained weights lie in buffers where the optimizer is distributed; frozen ones by themselves.

    MXFP8 weights lie by themselves too. Where they are gathered through the gradient buffer, so do the others, and
    their buffer only serves for gathering (`reuse_grad_buf_for_mxfp8_param_ag`).
    """
    unused = 0
    if setup.ddp.use_distributed_optimizer:
        for buffer in buffers:
            if not (buffer.quantised and setup.quantised == "mxfp8"):
                apart = setup.ddp.reuse_grad_buf_for_mxfp8_param_ag
                used = 0 if apart else sum(parameter.count for parameter in buffer.parameters)
                unused += (buffer.size - used) * (1 if buffer.quantised else setup.weight_dtype.itemsize)
    return unused + sum(weight_bytes(setup, parameter, is_primary(setup, parameter)) for c in chunks for parameter in c)


def _owned(setup: Setup, buffers: Sequence[Buffer]) -> list[list[int]]:
    """For each data-parallel rank, the elements it updates in each buffer."""
    if not setup.ddp.use_distributed_optimizer:
        return [[sum(parameter.count for parameter in buffer.parameters) for buffer in buffers]]
    counts = [buffer.owned(setup.parallel.shards) for buffer in buffers]
    return [list(rank) for rank in zip(*counts, strict=True)]


@dataclass(frozen=True)
class Adam:
    """Bytes of Adam's states of one rank."""

    device: int
    host: int
    step: int


def _adam(setup: Setup, counts: Sequence[int], buffers: Sequence[Buffer]) -> Adam:
    """The states of a rank that updates `counts` elements in each of `buffers`."""
    device = host = step = 0
    for count, buffer in zip(counts, buffers, strict=True):
        offloaded = round(count * setup.optimizer.offload)
        device += (count - offloaded) * state_bytes(setup, buffer.quantised) + offloaded * _left_bytes(setup)
        host += offloaded * HOST_BYTES
        step += (count - offloaded) * step_bytes(setup)
    return Adam(device, host, step)


# Of an offloaded weight the host keeps an FP32 copy, its FP32 gradient and two FP32 moments:
# megatron/core/optimizer/cpu_offloading/hybrid_optimizer.py, _get_sub_optimizer_param_groups.
HOST_BYTES = 16


def _left_bytes(setup: Setup) -> int:
    """Bytes of an offloaded weight's states on the device: the master that Megatron makes before it offloads."""
    return 0 if setup.optimizer.precision_aware or setup.weight_dtype == torch.float32 else 4


def state_bytes(setup: Setup, primary: bool = False) -> int:
    """Bytes of Adam's states for one trained weight; `primary` where the weight itself is FP8."""
    optimizer = setup.optimizer
    return _master_bytes(setup, primary) + optimizer.first_moment.itemsize + optimizer.second_moment.itemsize


def _master_bytes(setup: Setup, primary: bool) -> int:
    if setup.weight_dtype == torch.float32 and not primary:
        return 0  # the weights are their own master
    remainders = setup.optimizer.remainders and setup.weight_dtype == torch.bfloat16
    if remainders and not primary and not megatron_masters(setup):
        return 2
    return setup.optimizer.master.itemsize


def megatron_masters(setup: Setup) -> bool:
    """Whether Megatron, not FusedAdam, holds the FP32 master weights of a precision-aware optimizer.

    So with FP8 weights that FusedAdam cannot write, and with offload: OptimizerConfig's
    `use_precision_aware_optimizer_no_fp8_or_ds_fp8`.
    """
    foreign = setup.quantised is not None and setup.dtypes.fp8_param_gather and setup.dtypes.fp8_recipe != "delayed"
    return bool(setup.optimizer.precision_aware and (foreign or setup.optimizer.offload))


def step_bytes(setup: Setup) -> int:
    """Bytes of temporaries for one trained weight while the optimizer steps.

    FusedAdam of Transformer Engine 2.9 to 2.12 widens every moment that is not FP32 to FP32, those of all weights at
    once (`get_unscaled_state`); 2.13 spares that where both are BF16. Where Megatron holds the master weights,
    gradients that were reduced in 16 bits are widened (`_copy_model_grads_to_main_grads`).
    """
    moments = (setup.optimizer.first_moment, setup.optimizer.second_moment)
    widened = sum(4 for moment in moments if moment != torch.float32)
    by_megatron = not setup.optimizer.precision_aware or megatron_masters(setup)
    return widened + (4 if by_megatron and gradient_bytes(setup) < 4 else 0)


def _fully_sharded(setup: Setup, chunks: Sequence[Chunk]) -> States:
    """Megatron FSDP, `optim_grads_params`: weights, FP32 master weights, gradients and moments, each in equal shards.

    Source: `_init_each_parameter_group_buffers` in
    `megatron/core/distributed/fsdp/src/megatron_fsdp/param_and_grad_buffer.py`.
    """
    shards = setup.parallel.shards
    weights = trained = master = 0
    for parameter in (parameter for chunk in chunks for parameter in chunk):
        count = -(-parameter.count // shards)
        weights += -(-weight_bytes(setup, parameter, is_primary(setup, parameter)) // shards)
        trained += count if parameter.trainable else 0
        master += count if parameter.trainable and setup.ddp.preserve_fp32_weights else 0
    optimizer = setup.optimizer
    moments = optimizer.first_moment.itemsize + optimizer.second_moment.itemsize
    return States(
        weights=weights,
        gradients=trained * gradient_bytes(setup),
        optimizer=4 * master + trained * moments,
        host=0,
        step=0,
    )
