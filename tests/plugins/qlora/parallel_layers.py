"""Compares `NF4Linear` with Megatron's own layers, as one of two processes.

The reference is the layer that it replaces, given the unpacked weight. A mismatch is an exception.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import torch
from megatron.core import ModelParallelConfig, parallel_state
from megatron.core.tensor_parallel import ColumnParallelLinear, RowParallelLinear

import plugins  # noqa: F401 - the CPU backend
from plugins.cpu.layers import LayerNormColumnParallelLinear
from plugins.qlora.linear import NF4Linear

SEQUENCE, HIDDEN, WIDE = 6, 128, 256


def config(sequence_parallel: bool, tensor_parallel: int) -> Any:
    """What the layers read of a transformer's configuration."""
    made: Any = ModelParallelConfig(
        tensor_model_parallel_size=tensor_parallel,
        sequence_parallel=sequence_parallel,
        use_cpu_initialization=True,
        perform_initialization=True,
        params_dtype=torch.float32,
    )
    made.layernorm_epsilon, made.normalization, made.layernorm_zero_centered_gamma = 1e-5, "RMSNorm", False
    return made


def layers(shared: Any) -> Iterator[Any]:
    """One layer of every kind that Llama has."""
    options = {"config": shared, "init_method": torch.nn.init.normal_, "bias": False, "skip_bias_add": True}
    yield ColumnParallelLinear(HIDDEN, WIDE, gather_output=False, **options)
    yield RowParallelLinear(WIDE, HIDDEN, input_is_parallel=True, **options)
    normed = LayerNormColumnParallelLinear(HIDDEN, WIDE, gather_output=False, **options)
    normed.return_layernorm_output = True
    torch.nn.init.uniform_(normed.layer_norm_weight, 0.5, 2)
    yield normed


def outcome(layer: Any, x: torch.Tensor) -> list[torch.Tensor]:
    """Output, normalised input where there is one, and the gradient of the input."""
    x = x.clone().requires_grad_()
    output, _ = layer(x)
    outputs = list(output) if isinstance(output, tuple) else [output]
    sum(one.sin().sum() for one in outputs).backward()
    assert x.grad is not None
    return [*outputs, x.grad]


def compare(layer: Any, split: int) -> None:
    """The packed layer gives what Megatron's gives with the unpacked weight."""
    packed = NF4Linear(layer, double_quantisation=False)
    layer.weight.data = packed.base.dequantise(torch.float32)
    layer.requires_grad_(False)
    sequence = SEQUENCE // split if layer.config.sequence_parallel and packed.mode == "column" else SEQUENCE
    torch.manual_seed(0 if packed.mode == "column" and sequence == SEQUENCE else torch.distributed.get_rank())
    x = torch.randn(sequence, 2, layer.weight.size(1))
    for ours, theirs in zip(outcome(packed, x), outcome(layer, x), strict=True):
        torch.testing.assert_close(ours, theirs)


def with_te_names(layer: Any) -> Any:
    """The same layer under the attribute names of Transformer Engine's module, which is no Megatron class."""
    names = ("config", "weight", "layer_norm_weight", "sequence_parallel", "tp_group")
    return SimpleNamespace(
        parallel_mode="column",
        bias=torch.empty(0),
        return_layernorm_output=True,
        return_layernorm_output_gathered=True,
        **{name: getattr(layer, name) for name in names},
    )


def compare_te(layer: Any, split: int) -> None:
    """Transformer Engine returns the gathered normalised input under sequence parallel, ours does too."""
    packed, other = NF4Linear(with_te_names(layer), double_quantisation=False), copy.copy(layer)
    other.weight = torch.nn.Parameter(packed.base.dequantise(torch.float32), requires_grad=False)
    torch.manual_seed(torch.distributed.get_rank())
    x = torch.randn(SEQUENCE // split, 2, HIDDEN)
    (output, gathered), _ = packed(x)
    (expected, normed), _ = other(x)
    torch.testing.assert_close(output, expected)
    parts = [torch.empty_like(normed) for _ in range(split)]
    torch.distributed.all_gather(parts, normed.detach().contiguous(), group=layer.tp_group)
    torch.testing.assert_close(gathered, torch.cat(parts))


def compare_all(order: dict[str, Any]) -> None:
    """Compare every layer in every kind of parallelism; a line for each kind that is equal."""
    torch.distributed.init_process_group("gloo")
    for size, sequence_parallel in ((1, False), (2, False), (2, True)):
        parallel_state.initialize_model_parallel(size)
        for layer in layers(config(sequence_parallel, size)):
            compare(layer, size)
        if sequence_parallel:
            compare_te(layer, size)
        parallel_state.destroy_model_parallel()
        print(f"tensor parallel {size}, sequence parallel {sequence_parallel}: equal", flush=True)
