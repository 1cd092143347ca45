"""The real Megatron model, rank by rank in fake (meta) tensors: every parameter's shape, and no byte of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, fields, replace
from math import prod
from typing import Any
from unittest.mock import patch

import fiddle as fdl
import torch
from megatron.core import parallel_state
from megatron.core.models.gpt import GPTModel
from megatron.core.tensor_parallel import layers as megatron_layers
from megatron.core.transformer.transformer_block import TransformerBlockSubmodules
from nemo.collections.llm import fn
from nemo.collections.llm.peft import LoRA
from torch._subclasses.fake_tensor import FakeTensorMode

from plugins.cpu.layers import block_spec
from plugins.cpu.megatron_core import FUSIONS
from recipes.plan.setup import Setup, key
from recipes.plan.world import pretended

LayerSpec = Callable[[Any, int | None], TransformerBlockSubmodules]
_LAYER = re.compile(r"decoder\.layers\.\d+\.")


@dataclass(frozen=True)
class Parameter:
    """One parameter of one rank.

    Attributes:
        shape: on this rank, after tensor parallel.
        trainable: whether it gets gradients.
        layer: number of its decoder layer in the whole model, from 0; None outside of them.
        linear: the weight of a linear layer that FP8, FP4 and NF4 apply to.
        sharded: whether each tensor-parallel rank has another part of it.
    """

    name: str
    shape: tuple[int, ...]
    trainable: bool
    layer: int | None
    linear: bool
    sharded: bool

    @property
    def count(self) -> int:
        """Elements on this rank."""
        return prod(self.shape)


Chunk = tuple[Parameter, ...]
_STAGES: dict[str, tuple[Chunk, ...]] = {}


def stage(setup: Setup, pipeline_rank: int) -> tuple[Chunk, ...]:
    """The parameters of one pipeline rank, a tuple for each of its model chunks (one without virtual stages)."""
    parallel = replace(setup.parallel, data=1)
    known = key(setup.config, setup.vocabulary, setup.weight_dtype, parallel, setup.peft, pipeline_rank)
    if known not in _STAGES:
        with pretended(parallel, pipeline_rank), FakeTensorMode():
            _STAGES[known] = tuple(_chunk(setup, number) for number in range(parallel.virtual or 1))
    return _STAGES[known]


def plain_config(setup: Setup, **changes: Any) -> Any:
    """A copy of the model's config that builds on a CPU: no fused kernels, no weights drawn, no FP8 context."""
    config = copy(setup.config)
    settings: dict[str, Any] = dict.fromkeys((name for name in FUSIONS if hasattr(config, name)), False)
    settings |= {"use_cpu_initialization": True, "perform_initialization": False, "fp8": None, "fp4": None}
    # Weights are made in their format: fake ones cannot be cast in place.
    settings |= {"params_dtype": setup.weight_dtype, "bf16": False, "fp16": False}
    for name, value in {**settings, **changes}.items():
        setattr(config, name, value)
    return config


def build(config: Any, setup: Setup, spec: LayerSpec, *, first: bool, last: bool, chunk: int | None = None) -> Any:
    """Megatron's GPT model of one chunk, with LoRA's adapters where the recipe has them; within `pretended` only."""
    model = GPTModel(
        config,
        transformer_layer_spec=spec(config, chunk),
        vocab_size=setup.vocabulary,
        max_sequence_length=config.seq_length,
        pre_process=first,
        post_process=last,
        fp16_lm_cross_entropy=config.fp16_lm_cross_entropy,
        share_embeddings_and_output_weights=config.share_embeddings_and_output_weights,
        position_embedding_type=config.position_embedding_type,
        rotary_percent=config.rotary_percent,
        rotary_base=config.rotary_base,
        vp_stage=chunk,
    )
    if setup.peft is not None:
        _adapt(model, setup.peft)
    return model


def is_qlora(setup: Setup) -> bool:
    """Whether the frozen base is kept in NF4."""
    return setup.peft is not None and setup.peft.__fn_or_cls__.__name__ == "QLoRA"


def _adapt(model: Any, peft: Any) -> None:
    """Freeze and add adapters, as NeMo's PEFT does; QLoRA's adapters are LoRA's."""
    built = fdl.build(peft)
    lora = LoRA(**{field.name: getattr(built, field.name) for field in fields(LoRA) if field.init})
    model.requires_grad_(False)
    fn.walk(model, lora.transform)


def _chunk(setup: Setup, number: int) -> Chunk:
    virtual = number if setup.parallel.virtual else None
    first = parallel_state.is_pipeline_first_stage(ignore_virtual=False, vp_stage=number)
    last = parallel_state.is_pipeline_last_stage(ignore_virtual=False, vp_stage=number)
    with patch.object(megatron_layers, "_initialize_affine_weight_cpu", _mark_sharded):
        config = plain_config(setup, perform_initialization=True)
        model = build(config, setup, block_spec, first=first, last=last, chunk=virtual)
    numbers = [layer.layer_number - 1 for layer in model.decoder.layers]
    return tuple(_parameter(name, parameter, numbers) for name, parameter in model.named_parameters())


def _mark_sharded(weight: torch.Tensor, *args: Any, **kwargs: Any) -> None:
    """What Megatron does to a weight of which every tensor-parallel rank has a part, without drawing its values."""
    weight.tensor_model_parallel = True


def _parameter(name: str, parameter: torch.nn.Parameter, numbers: list[int]) -> Parameter:
    local = int(name.split(".")[2]) if _LAYER.match(name) else None
    return Parameter(
        name=name,
        shape=tuple(parameter.shape),
        trainable=parameter.requires_grad,
        layer=None if local is None else numbers[local],
        linear=local is not None and parameter.dim() == 2 and ".adapter." not in name,
        sharded=getattr(parameter, "tensor_model_parallel", False),
    )
