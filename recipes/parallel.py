"""Megatron's parallelism for a layout."""

from __future__ import annotations

import nemo_run as run
from megatron.core.distributed import DistributedDataParallelConfig
from nemo import lightning as nl

from recipes.layouts import Layout


def strategy(layout: Layout) -> run.Config:
    """NeMo's strategy for a layout; communication overlaps computation on GPUs only."""
    on_gpu = layout.accelerator == "gpu"
    return run.Config(
        nl.MegatronStrategy,
        tensor_model_parallel_size=layout.tensor_model_parallel_size,
        pipeline_model_parallel_size=layout.pipeline_model_parallel_size,
        virtual_pipeline_model_parallel_size=layout.virtual_pipeline_model_parallel_size,
        context_parallel_size=layout.context_parallel_size,
        sequence_parallel=layout.sequence_parallel,
        gradient_as_bucket_view=True,
        ckpt_async_save=on_gpu and not layout.fsdp,
        ckpt_parallel_load=True,
        **({"save_ckpt_format": "fsdp_dtensor"} if layout.fsdp else {}),
        ddp=_fsdp() if layout.fsdp else _distributed(on_gpu),
    )


def _distributed(on_gpu: bool) -> run.Config:
    return run.Config(
        DistributedDataParallelConfig,
        check_for_nan_in_grad=True,
        grad_reduce_in_fp32=True,
        overlap_grad_reduce=on_gpu,
        overlap_param_gather=on_gpu,
        average_in_collective=on_gpu,
    )


def _fsdp() -> run.Config:
    """Not by NeMo's `fsdp="megatron"`, which takes these settings from defaults of its own."""
    return run.Config(
        DistributedDataParallelConfig,
        check_for_nan_in_grad=True,
        grad_reduce_in_fp32=True,
        overlap_grad_reduce=True,
        overlap_param_gather=True,
        use_distributed_optimizer=True,
        use_megatron_fsdp=True,
        data_parallel_sharding_strategy="optim_grads_params",
    )


def recompute(model: run.Config, layout: Layout) -> None:
    """Set what the backward pass computes again: nothing, the MLPs, or every layer from its input."""
    if layout.recompute == "selective":
        model.config.recompute_granularity = "selective"
        model.config.recompute_modules = ["mlp"]
    elif layout.recompute == "full":
        model.config.recompute_granularity = "full"
        model.config.recompute_method = "uniform"
        model.config.recompute_num_layers = 1
