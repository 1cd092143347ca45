"""Megatron's parallelism for a layout."""

from __future__ import annotations

import nemo_run as run
from megatron.core.distributed import DistributedDataParallelConfig
from nemo import lightning as nl

from recipes.layouts import Layout


def strategy(layout: Layout) -> run.Config:
    """Megatron's parallelism for a layout; communication overlaps computation on GPUs only."""
    on_gpu = layout.accelerator == "gpu"
    return run.Config(
        nl.MegatronStrategy,
        tensor_model_parallel_size=layout.tensor_model_parallel_size,
        pipeline_model_parallel_size=layout.pipeline_model_parallel_size,
        virtual_pipeline_model_parallel_size=layout.virtual_pipeline_model_parallel_size,
        context_parallel_size=layout.context_parallel_size,
        sequence_parallel=layout.sequence_parallel,
        gradient_as_bucket_view=True,
        ckpt_async_save=on_gpu,
        ckpt_parallel_load=True,
        ddp=run.Config(
            DistributedDataParallelConfig,
            check_for_nan_in_grad=True,
            grad_reduce_in_fp32=True,
            overlap_grad_reduce=on_gpu,
            overlap_param_gather=on_gpu,
            average_in_collective=on_gpu,
        ),
    )
