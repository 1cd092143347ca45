"""What the speed of a run depends on, read from a built recipe: from what it says, never from its layout's name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import nemo_run as run
import torch

from plugins.callbacks.flops import Shape
from recipes.layouts import Layout, Recompute
from recipes.plan.model import is_qlora
from recipes.plan.setup import Optimizer, Setup
from recipes.plan.setup import read as read_setup


@dataclass(frozen=True)
class Adapter:
    """LoRA: the base is frozen.

    Attributes:
        rank: of every adapter.
        quantised: the base is in 4 bits and is unpacked for every use (QLoRA).
    """

    rank: int
    quantised: bool = False


@dataclass(frozen=True)
class Workload:
    """A model, a batch, and how both are spread.

    Attributes:
        seq_length: tokens of one sequence.
        micro_batch_size: sequences of one pass.
        global_batch_size: sequences of one step, over all GPUs.
        world_size: GPUs.
        tensor, pipeline, virtual, context: sizes of the parallel groups; 1 where there is none.
        number_format: `bf16`, `fp8` or `fp4`, a key of `Gpu.peak_flops`: what most linear layers compute in; or `fp32`,
            for which no speed is known.
        bf16_layers: decoder layers that stay in BF16 under FP8 or FP4.
        adapter: None where all weights are trained.
        recompute: what the backward pass computes again.
        fsdp: weights are gathered for every pass.
        gradient_bytes: of one gradient as it is reduced.
        gather_bytes: of one weight as it is gathered.
        state_bytes: of one weight's optimizer state that a step reads and writes.
        offload: share of the optimizer in the host's memory.
        tensor_overlap: collectives of tensor parallelism run beside the matrix products.
    """

    shape: Shape
    seq_length: int
    micro_batch_size: int
    global_batch_size: int
    world_size: int
    tensor: int = 1
    pipeline: int = 1
    virtual: int = 1
    context: int = 1
    number_format: str = "bf16"
    bf16_layers: int = 0
    adapter: Adapter | None = None
    recompute: Recompute = "none"
    fsdp: bool = False
    gradient_bytes: int = 4
    gather_bytes: int = 2
    state_bytes: int = 12
    offload: float = 0.0
    tensor_overlap: bool = False

    @property
    def data(self) -> int:
        """Copies of the model."""
        return self.world_size // (self.tensor * self.pipeline * self.context)

    @property
    def microbatches(self) -> int:
        """Passes of one step on each copy of the model."""
        return max(1, self.global_batch_size // (self.micro_batch_size * self.data))

    @property
    def tokens_per_step(self) -> int:
        """Tokens of one step, over all GPUs."""
        return self.seq_length * self.global_batch_size

    @property
    def layer_weights(self) -> int:
        """Weights of the matrices of all decoder layers."""
        return self.shape.matrix_weights - self.output_weights

    @property
    def output_weights(self) -> int:
        """Weights of the output layer, and as many again of the embedding."""
        return self.shape.hidden_size * self.shape.vocab_size

    @property
    def adapter_weights(self) -> int:
        """Trained weights of LoRA on all linear layers: rank x (in + out) for each."""
        if self.adapter is None:
            return 0
        shape, up = self.shape, 2 if self.shape.gated else 1
        qkv = shape.hidden_size + shape.query_size + 2 * shape.key_value_size
        projection = shape.query_size + shape.hidden_size
        ffn = shape.hidden_size + up * shape.ffn_size + shape.ffn_size + shape.hidden_size
        return shape.num_layers * self.adapter.rank * (qkv + projection + ffn)

    @property
    def trained_weights(self) -> int:
        """Weights with a gradient and an optimizer state."""
        return self.adapter_weights or self.layer_weights + 2 * self.output_weights


def read(recipe: run.Partial, world_size: int | None = None) -> Workload:
    """The workload of a built recipe.

    Args:
        recipe: what a recipe function returned, overrides included.
        world_size: processes in all; from the trainer's nodes and devices where not given.

    Raises:
        UserError: the processes do not divide by the parallelism, or the vocabulary is not known.
    """
    setup = read_setup(recipe, world_size)
    config, parallel = setup.config, setup.parallel
    number_format = _number_format(setup)
    in_bf16 = config.num_layers_at_start_in_bf16 + config.num_layers_at_end_in_bf16
    return Workload(
        shape=Shape.of(config, setup.vocabulary),
        seq_length=setup.seq_length,
        micro_batch_size=setup.micro_batch_size,
        global_batch_size=setup.global_batch_size,
        world_size=parallel.tensor * parallel.pipeline * parallel.context * parallel.data,
        tensor=parallel.tensor,
        pipeline=parallel.pipeline,
        virtual=parallel.virtual or 1,
        context=parallel.context,
        number_format=number_format,
        bf16_layers=in_bf16 if number_format in ("fp8", "fp4") and config.first_last_layers_bf16 else 0,
        adapter=None if setup.peft is None else Adapter(setup.peft.dim, quantised=is_qlora(setup)),
        recompute=_recompute(config),
        fsdp=setup.fsdp,
        gradient_bytes=4 if setup.ddp.grad_reduce_in_fp32 else 2,
        gather_bytes=1 if number_format == "fp8" and setup.dtypes.fp8_param_gather else 2,
        state_bytes=_state_bytes(setup.optimizer),
        offload=setup.optimizer.offload,
        tensor_overlap=any(getattr(c, "tp_comm_overlap", False) for c in recipe.trainer.callbacks or []),
    )


def laid_out(workload: Workload, layout: Layout) -> Workload:
    """The same work on another layout: what a search needs before it builds anything."""
    master = 4 if workload.gather_bytes == 1 else 2  # FP8 weights have no remainder (recipes.optim)
    return replace(
        workload,
        world_size=layout.world_size,
        micro_batch_size=layout.micro_batch_size,
        tensor=layout.tensor_model_parallel_size,
        pipeline=layout.pipeline_model_parallel_size,
        virtual=layout.virtual_pipeline_model_parallel_size or 1,
        context=layout.context_parallel_size,
        recompute=layout.recompute,
        fsdp=layout.fsdp,
        gradient_bytes=2 if layout.optimizer in ("adam_bf16", "adam_fp8") else 4,
        state_bytes={"adam": 12, "cpu_offload": 12, "adam_bf16": master + 4, "adam_fp8": master + 3}[layout.optimizer],
        offload=1.0 if layout.optimizer == "cpu_offload" else 0.0,
    )


def _number_format(setup: Setup) -> str:
    if setup.dtypes.fp4:
        return "fp4"
    if setup.dtypes.fp8:
        return "fp8"
    return "fp32" if setup.weight_dtype is torch.float32 else "bf16"


def _recompute(config: Any) -> Recompute:
    if config.recompute_granularity == "full":
        return "full"
    modules = config.recompute_modules or []
    return "selective" if config.recompute_granularity == "selective" and "mlp" in modules else "none"


def _state_bytes(optimizer: Optimizer) -> int:
    """FP32 master weight and two moments are 12 bytes; a remainder of 16 bits and smaller moments are less."""
    if optimizer.offload:
        return 12
    master = 2 if optimizer.remainders else optimizer.master.itemsize
    return int(master + optimizer.first_moment.itemsize + optimizer.second_moment.itemsize)
