"""What memory depends on, read from a built recipe: sizes, formats and sharding, never a layout's name."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fiddle as fdl
import nemo_run as run
import torch
from megatron.core.distributed import DistributedDataParallelConfig
from nemo.lightning.pytorch.plugins.mixed_precision import DtypeConfig, update_config_with_dtype_overrides

from lexatron.errors import UserError
from recipes.layouts import Layout, Shape, check

FORMATS = {"delayed": "fp8", "tensorwise": "fp8", "blockwise": "fp8_blockwise", "mxfp8": "mxfp8"}


@dataclass(frozen=True)
class Parallel:
    """Megatron's parallelism: `tensor` x `pipeline` x `context` x `data` processes."""

    tensor: int
    pipeline: int
    virtual: int | None
    context: int
    data: int
    sequence_parallel: bool

    @property
    def shards(self) -> int:
        """Ranks over which the distributed optimizer is spread: data and context parallel together."""
        return self.data * self.context


@dataclass(frozen=True)
class Optimizer:
    """How Adam's states are kept.

    Attributes:
        distributed: sharded over the data-parallel ranks.
        precision_aware: Transformer Engine's FusedAdam holds the master weights, moments of the formats below.
        remainders: with BF16 weights, only the lower 16 bits of the master weights are kept.
        offload: share of the states that the host keeps and updates.
    """

    distributed: bool
    precision_aware: bool
    remainders: bool
    master: torch.dtype
    first_moment: torch.dtype
    second_moment: torch.dtype
    offload: float


@dataclass(frozen=True)
class Setup:
    """A recipe as far as memory is concerned.

    Attributes:
        config: Megatron's TransformerConfig with the strategy's and the precision's settings, as training sees it.
        vocabulary: entries of the embedding, padded for tensor parallel.
        ddp: gradient buffers: their format, sharding and buckets.
        dtypes: formats of weights and of the pipeline, FP8 and FP4 settings.
        quantised: `fp8`, `fp8_blockwise`, `mxfp8` or `nvfp4` where linear layers compute in it, else None.
        peft: what makes LoRA of the model, else None.
        reshardable: checkpoints hold the optimizer by parameter instead of by rank.
    """

    config: Any
    vocabulary: int
    parallel: Parallel
    ddp: DistributedDataParallelConfig
    dtypes: DtypeConfig
    optimizer: Optimizer
    micro_batch_size: int
    global_batch_size: int
    seq_length: int
    quantised: str | None
    peft: run.Config | None
    reshardable: bool

    @property
    def weight_dtype(self) -> torch.dtype:
        """The format of the weights outside of quantised layers; Megatron's Float16Module casts to it."""
        return torch.bfloat16 if self.dtypes.bf16 else torch.float16 if self.dtypes.fp16 else torch.float32

    @property
    def num_microbatches(self) -> int:
        """Microbatches of one step on each data-parallel rank."""
        return self.global_batch_size // (self.micro_batch_size * self.parallel.data)

    @property
    def fsdp(self) -> bool:
        """Whether Megatron FSDP shards weights, gradients and optimizer."""
        return bool(self.ddp.use_megatron_fsdp)


def key(config: Any, *others: Any) -> str:
    """What tells one config from another: its plain values, for functions among them differ by address alone."""
    plain = (str, int, float, bool, list, torch.dtype, type(None))
    values = {name: value for name, value in vars(config).items() if isinstance(value, plain)}
    return repr((type(config).__name__, sorted(values.items()), others))


def read(recipe: run.Partial, world_size: int | None = None) -> Setup:
    """Read a recipe.

    Raises:
        UserError: the parallelism does not divide the processes, the model or the batch; the vocabulary is not known.
    """
    strategy, data = recipe.trainer.strategy, recipe.data
    world_size = world_size or recipe.trainer.num_nodes * recipe.trainer.devices
    _check(recipe, world_size)
    parallel = _parallel(strategy, world_size)
    with quietly():
        dtypes = _precision(recipe.trainer).dtype_config
        config = update_config_with_dtype_overrides(dtypes, _config(recipe.model.config, strategy))
        ddp = update_config_with_dtype_overrides(dtypes, _ddp(strategy, recipe.optim.config))
    return Setup(
        config=config,
        vocabulary=_vocabulary(config, data),
        parallel=parallel,
        ddp=ddp,
        dtypes=dtypes,
        optimizer=_optimizer(recipe.optim.config),
        micro_batch_size=_micro_batch_size(data),
        global_batch_size=data.global_batch_size,
        seq_length=data.seq_length,
        quantised="nvfp4" if dtypes.fp4 else FORMATS[dtypes.fp8_recipe] if dtypes.fp8 else None,
        peft=getattr(recipe, "peft", None),
        reshardable=strategy.ckpt_optim_fully_reshardable,
    )


@contextmanager
def quietly() -> Iterator[None]:
    """Without the log lines of NeMo and Megatron while objects are built that nobody will train."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(before)


def _check(recipe: run.Partial, world_size: int) -> None:
    """Overrides may have made of a layout one that is none."""
    strategy, config, data = recipe.trainer.strategy, recipe.model.config, recipe.data
    layout = Layout(
        "of this recipe",
        "gpu",
        devices=world_size,
        tensor_model_parallel_size=strategy.tensor_model_parallel_size,
        pipeline_model_parallel_size=strategy.pipeline_model_parallel_size,
        virtual_pipeline_model_parallel_size=strategy.virtual_pipeline_model_parallel_size,
        context_parallel_size=strategy.context_parallel_size,
        sequence_parallel=strategy.sequence_parallel,
        micro_batch_size=_micro_batch_size(data),
    )
    shape = Shape(
        num_layers=config.num_layers,
        num_attention_heads=config.num_attention_heads,
        num_query_groups=config.num_query_groups,
        seq_length=data.seq_length,
        global_batch_size=data.global_batch_size,
    )
    check(layout, shape)


def _micro_batch_size(data: run.Config) -> int:
    """Sequences of a microbatch; packed data has one pack."""
    return int(getattr(data, "micro_batch_size", 1))


def _parallel(strategy: run.Config, world_size: int) -> Parallel:
    tensor, pipeline = strategy.tensor_model_parallel_size, strategy.pipeline_model_parallel_size
    context = strategy.context_parallel_size
    return Parallel(
        tensor=tensor,
        pipeline=pipeline,
        virtual=strategy.virtual_pipeline_model_parallel_size,
        context=context,
        data=world_size // (tensor * pipeline * context),
        sequence_parallel=strategy.sequence_parallel,
    )


def _precision(trainer: run.Config) -> Any:
    plugins = trainer.plugins if isinstance(trainer.plugins, list) else [trainer.plugins]
    built = [fdl.build(plugin) for plugin in plugins if plugin is not None]
    for plugin in built:
        if hasattr(plugin, "dtype_config"):
            return plugin
    raise UserError("the recipe has no MegatronMixedPrecision plugin", remedy="set trainer.plugins")


def _config(configured: run.Config, strategy: run.Config) -> Any:
    """Megatron's config as `MegatronStrategy.connect` leaves it."""
    config = fdl.build(configured)
    for name in (
        "tensor_model_parallel_size",
        "pipeline_model_parallel_size",
        "virtual_pipeline_model_parallel_size",
        "context_parallel_size",
        "sequence_parallel",
        "pipeline_dtype",
        "microbatch_group_size_per_vp_stage",
        "num_layers_in_first_pipeline_stage",
        "num_layers_in_last_pipeline_stage",
        "account_for_embedding_in_pipeline_split",
        "account_for_loss_in_pipeline_split",
    ):
        setattr(config, name, getattr(strategy, name))
    config.pipeline_dtype = config.pipeline_dtype or torch.float32
    config.__post_init__()
    return config


def _ddp(strategy: run.Config, optimizer: run.Config) -> DistributedDataParallelConfig:
    ddp = strategy.ddp
    if isinstance(ddp, str):
        ddp = run.Config(DistributedDataParallelConfig)
    built = fdl.build(ddp)
    if strategy.fsdp == "megatron":
        built.use_megatron_fsdp = True
    built.use_distributed_optimizer = optimizer.use_distributed_optimizer or built.use_megatron_fsdp
    return built


def _optimizer(config: run.Config) -> Optimizer:
    """From the configuration, not from a built OptimizerConfig, which wants Transformer Engine for some settings."""
    aware = config.use_precision_aware_optimizer
    return Optimizer(
        distributed=config.use_distributed_optimizer,
        precision_aware=aware,
        remainders=aware and config.store_param_remainders and not config.optimizer_cpu_offload,
        master=config.main_params_dtype if aware else torch.float32,
        first_moment=config.exp_avg_dtype if aware else torch.float32,
        second_moment=config.exp_avg_sq_dtype if aware else torch.float32,
        offload=config.optimizer_offload_fraction if config.optimizer_cpu_offload else 0.0,
    )


def _vocabulary(config: Any, data: run.Config) -> int:
    if config.vocab_size is not None:
        return int(config.vocab_size)
    multiple = config.make_vocab_size_divisible_by * config.tensor_model_parallel_size
    return -(-_tokenizer_size(data) // multiple) * multiple


def _tokenizer_size(data: run.Config) -> int:
    from data_prep.manifest import Manifest
    from recipes.data import load_tokenizer

    corpus, tokenizer = getattr(data, "corpus", None), getattr(data, "tokenizer", None)
    if corpus is None and tokenizer is None:
        raise UserError("the size of the vocabulary is unknown", remedy="set model.config.vocab_size=128256")
    folder = Manifest.load(corpus).tokenizer_path if corpus else Path(str(tokenizer))
    if not folder.is_dir():
        raise UserError(
            "the size of the vocabulary is unknown: no such tokenizer",
            where=folder,
            remedy="prepare the data first, or set model.config.vocab_size=128256",
        )
    return int(load_tokenizer(folder).vocab_size)
