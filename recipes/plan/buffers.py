"""What a GPU holds beside the model and its training states: quantised copies, communication, and an allowance."""

from __future__ import annotations

from collections.abc import Sequence

from recipes.hardware import MIB, Gpu
from recipes.plan.formats import amax_bytes, copy_bytes
from recipes.plan.model import Chunk, Parameter
from recipes.plan.setup import Setup
from recipes.plan.states import gradient_bytes, is_primary, is_quantised

# The allowance is set, not measured: benchmarks/gpu/memory.py prints what is missing on a real GPU, and these four
# numbers are where it is corrected.
CONTEXT = 600 * MIB  # CUDA context with the kernels of PyTorch, Transformer Engine and cuDNN
COMMUNICATOR = 256 * MIB  # NCCL's channel buffers (NCCL_BUFFSIZE is 4 MiB a channel and connection), for each group
WORKSPACE = 32 * MIB  # cuBLAS on Hopper and later: transformer_engine/pytorch/module/base.py
FRAGMENTATION = 0.04  # of activations and logits: what PyTorch's allocator reserves and cannot use

# Megatron FSDP gathers weights ahead of their use and lets gradients wait for their reduction, up to so many elements:
# suggested_communication_unit_size in megatron/core/distributed/fsdp/src/megatron_fsdp/megatron_fsdp.py.
FSDP_UNIT = 1_000_000_000


def precision_buffers(setup: Setup, gpu: Gpu, chunks: Sequence[Chunk]) -> int:
    """Quantised copies of weights that last over a step, and delayed scaling's histories."""
    linear = [p for chunk in chunks for p in chunk if is_quantised(setup, p)]
    return sum(copy_bytes(setup, gpu, p, is_primary(setup, p)) for p in linear) + amax_bytes(setup, len(linear))


def communication(setup: Setup, chunks: Sequence[Chunk]) -> int:
    """Buffers of the pipeline's sends and receives, of context parallel's ring and of Megatron FSDP.

    The distributed optimizer's collectives work in the gradient and parameter buffers and need none of their own;
    gathering the sequence for tensor parallel is in the traces of the layers.
    """
    return _pipeline(setup) + _ring(setup) + (_fully_sharded(setup, chunks) if setup.fsdp else 0)


def overhead(setup: Setup, chunks: Sequence[Chunk], activations: int) -> int:
    """What belongs to no tensor of the model: workspaces that PyTorch allocates, and the allowance for the rest."""
    return workspaces(setup, chunks) + allowance(setup, activations)


def workspaces(setup: Setup, chunks: Sequence[Chunk]) -> int:
    """cuBLAS's, and Transformer Engine's dummy weight gradients, one for each shape (`get_dummy_wgrad`)."""
    shapes = {p.shape: p.count for chunk in chunks for p in chunk if p.linear and p.trainable}
    return WORKSPACE + sum(shapes.values()) * setup.weight_dtype.itemsize


def allowance(setup: Setup, activations: int) -> int:
    """What `torch.cuda.max_memory_allocated` does not see: CUDA's context, NCCL, fragmentation."""
    parallel = setup.parallel
    groups = sum(size > 1 for size in (parallel.tensor, parallel.pipeline, parallel.context, parallel.data))
    return CONTEXT + groups * COMMUNICATOR + round(FRAGMENTATION * activations)


def _tokens(setup: Setup) -> int:
    """Tokens of a microbatch on one rank of a context-parallel group."""
    return setup.micro_batch_size * setup.seq_length // setup.parallel.context


def _pipeline(setup: Setup) -> int:
    """The activation and the gradient that are on their way; what was received is an activation of the first layer."""
    if setup.parallel.pipeline == 1:
        return 0
    tokens = _tokens(setup) // (setup.parallel.tensor if setup.parallel.sequence_parallel else 1)
    return 2 * tokens * setup.config.hidden_size * setup.weight_dtype.itemsize


def _ring(setup: Setup) -> int:
    """Keys and values of one layer from every rank of the ring, and the partial outputs.

    `transformer_engine/pytorch/attention/dot_product_attention/context_parallel.py` (AttnFuncWithCPAndKVP2P) holds the
    buffers and the outputs of all steps until the last one.
    """
    ring, tensor, config = setup.parallel.context, setup.parallel.tensor, setup.config
    if ring == 1:
        return 0
    heads = 2 * config.num_query_groups + config.num_attention_heads
    return ring * _tokens(setup) * heads // tensor * config.kv_channels * setup.weight_dtype.itemsize


def _fully_sharded(setup: Setup, chunks: Sequence[Chunk]) -> int:
    """Whole weights of what is computed and fetched, and whole gradients that wait for their reduction."""
    parameters = [p for chunk in chunks for p in chunk]
    layer = max(_layer_sizes(parameters).values(), default=0)
    outside = sum(p.count for p in parameters if p.layer is None)
    inside = sum(p.count for p in parameters if p.layer is not None)
    trained = sum(p.count for p in parameters if p.trainable)
    weights = outside + min(inside, layer + FSDP_UNIT // 2)
    return weights * setup.weight_dtype.itemsize + min(trained, layer + FSDP_UNIT) * gradient_bytes(setup)


def _layer_sizes(parameters: Sequence[Parameter]) -> dict[int, int]:
    sizes: dict[int, int] = {}
    for parameter in parameters:
        if parameter.layer is not None:
            sizes[parameter.layer] = sizes.get(parameter.layer, 0) + parameter.count
    return sizes
