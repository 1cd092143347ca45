"""Activations of one pipeline rank, from traces of one decoder layer, of the embedding and of the output stage.

The pieces are Megatron's own modules under fake tensors, with the recipe's tensor, sequence and context parallelism and
its recomputation. On GPUs the layers are those of `recipes.plan.layers`, on a CPU those of `plugins.cpu.layers`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from plugins.cpu import layers as plain
from recipes.plan import layers, trace
from recipes.plan.model import Chunk, build, is_qlora, plain_config
from recipes.plan.pipeline import in_flight
from recipes.plan.setup import Setup, key
from recipes.plan.states import in_bf16
from recipes.plan.trace import Trace
from recipes.plan.world import pretended

Piece = Literal["layers", "embedding", "output"]
_TRACES: dict[str, Trace] = {}


@dataclass(frozen=True)
class Activations:
    """Bytes of one rank at its worst moment.

    Attributes:
        layers: kept by all layers for all microbatches in flight, and the temporaries of one layer where the output
            stage has fewer.
        output: the output stage of one microbatch: logits, their FP32 copy, softmax, gradients.
    """

    layers: int
    output: int


def activations(setup: Setup, chunks: Sequence[Chunk], pipeline_rank: int, *, on_gpu: bool) -> Activations:
    """The activations of a rank that holds `chunks`."""
    kept = [_kept(setup, chunk, on_gpu) for chunk in chunks]
    held = max(
        sum(count * size for count, size in zip(counts, kept, strict=True))
        for counts in _in_flight(setup, pipeline_rank)
    )
    formats = {quantised for chunk in chunks for quantised in _formats(setup, chunk)}
    extra = max(decoder_layer(setup, quantised, on_gpu=on_gpu).extra for quantised in formats) + _unpacked(
        setup, chunks
    )
    last = pipeline_rank == setup.parallel.pipeline - 1
    output = traced(setup, "output", on_gpu=on_gpu).peak if last else 0
    worst = held + max(extra, output)
    if pipeline_rank == 0:
        # At the end of a microbatch's backward pass its layers are freed, and the embedding has its gradient.
        worst = max(worst, held - kept[0] + traced(setup, "embedding", on_gpu=on_gpu).peak)
    return Activations(layers=worst - output, output=output)


def traced(setup: Setup, piece: Piece, *, on_gpu: bool, quantised: str | None = None, num_layers: int = 1) -> Trace:
    """Trace a piece for one microbatch; pieces that were traced before in this process are not traced again."""
    parallel = replace(setup.parallel, pipeline=1, virtual=None, data=1)
    config = _config(setup, num_layers, rotary=piece == "layers" and not on_gpu)
    known = key(config, setup.vocabulary, parallel, setup.micro_batch_size, setup.peft, piece, on_gpu, quantised)
    if known not in _TRACES:
        spec = layers.block_spec(quantised) if on_gpu else plain.block_spec
        with pretended(parallel), FakeTensorMode(allow_non_fake_inputs=True):
            model = build(config, setup, spec, first=piece == "embedding", last=piece == "output")
            if on_gpu:
                layers.adapt(model)
            _TRACES[known] = _run(setup, model, piece)
    return _TRACES[known]


def _config(setup: Setup, num_layers: int, *, rotary: bool) -> Any:
    """The model's config for one stage of `num_layers`; on GPUs the rotary embedding is a part of our attention."""
    changes: dict[str, Any] = {
        "num_layers": num_layers,
        "pipeline_model_parallel_size": 1,
        "virtual_pipeline_model_parallel_size": None,
        "num_layers_in_first_pipeline_stage": None,
        "num_layers_in_last_pipeline_stage": None,
        "account_for_embedding_in_pipeline_split": False,
        "account_for_loss_in_pipeline_split": False,
        "seq_length": setup.seq_length,
    }
    if not rotary:
        changes["position_embedding_type"] = "none"
    return plain_config(setup, **changes)


def _run(setup: Setup, model: Any, piece: Piece) -> Trace:
    if piece != "layers":
        model.decoder.layers, model.decoder.num_layers_per_pipeline_rank = torch.nn.ModuleList(), 0
    tokens = setup.seq_length // setup.parallel.context
    ids = torch.zeros((setup.micro_batch_size, tokens), dtype=torch.int64)
    if piece == "embedding":
        return trace.run(model, lambda: model(ids, ids, None), inputs=[ids])
    rows = tokens // setup.parallel.tensor if setup.parallel.sequence_parallel else tokens
    shape = (rows, setup.micro_batch_size, setup.config.hidden_size)
    seed = torch.empty((1, 1, 1), dtype=setup.weight_dtype, requires_grad=True)

    def forward() -> torch.Tensor:
        model.set_input_tensor(seed.expand(shape).contiguous())  # not a leaf, which the graph would keep alive
        output: torch.Tensor = model(ids, ids, None, labels=ids if piece == "output" else None)
        model.set_input_tensor(None)
        return output

    return trace.run(model, forward)


def decoder_layer(setup: Setup, quantised: str | None, *, on_gpu: bool) -> Trace:
    """One layer, or as many as are recomputed together; what all layers share is a part of `extra`."""
    group = _group(setup)
    one, two = (
        traced(setup, "layers", on_gpu=on_gpu, quantised=quantised, num_layers=count) for count in (group, 2 * group)
    )
    kept = two.kept - one.kept
    return Trace(kept=kept, extra=one.peak - kept, output=one.output)


def _group(setup: Setup) -> int:
    """Layers that are recomputed together."""
    config = setup.config
    together = config.recompute_granularity == "full" and config.recompute_method == "uniform"
    return config.recompute_num_layers if together else 1


def _formats(setup: Setup, chunk: Chunk) -> Counter[str | None]:
    """How many layers of a chunk compute in which format; None: in that of the weights."""
    numbers = {parameter.layer for parameter in chunk if parameter.layer is not None}
    return Counter(None if in_bf16(setup, number) else setup.quantised for number in numbers)


def _kept(setup: Setup, chunk: Chunk, on_gpu: bool) -> int:
    group = _group(setup)
    return sum(
        -(-count // group) * decoder_layer(setup, quantised, on_gpu=on_gpu).kept
        for quantised, count in _formats(setup, chunk).items()
    )


def _unpacked(setup: Setup, chunks: Sequence[Chunk]) -> int:
    """QLoRA unpacks one weight at a time to multiply by it."""
    linear = (parameter.count for chunk in chunks for parameter in chunk if parameter.linear)
    return max(linear) * setup.weight_dtype.itemsize if is_qlora(setup) else 0


def _in_flight(setup: Setup, pipeline_rank: int) -> set[tuple[int, ...]]:
    parallel = setup.parallel
    group = setup.config.microbatch_group_size_per_vp_stage
    return in_flight(parallel.pipeline, pipeline_rank, parallel.virtual, setup.num_microbatches, group)
