"""A pretended world of processes: Megatron builds one rank of a layout on one CPU, and leaves no trace.

`torch.distributed`'s fake backend answers every collective at once. Nothing here needs or touches a GPU, also where one
is: tensors are on the meta device or fake, and what Megatron creates on `torch.cuda.current_device()` is on the CPU.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from types import ModuleType
from typing import Any
from unittest.mock import patch

import torch
import torch.distributed as dist
from megatron.core import parallel_state
from megatron.core.tensor_parallel import random as megatron_random
from torch.testing._internal.distributed.fake_pg import FakeStore

from recipes.plan.setup import Parallel, quietly


@contextmanager
def pretended(parallel: Parallel, pipeline_rank: int = 0, data_rank: int = 0) -> Iterator[None]:
    """One rank of a pipeline stage; it is the first of its tensor- and context-parallel peers.

    The state of `torch.distributed`, of Megatron and of the random generators is as before when it ends.

    Raises:
        RuntimeError: this process belongs to a real process group.
    """
    if dist.is_initialized():
        raise RuntimeError("planning needs a process that does not train: a process group is there already")
    stage = parallel.tensor * parallel.context * parallel.data
    rank = pipeline_rank * stage + data_rank * parallel.tensor * parallel.context
    with ExitStack() as stack:
        stack.enter_context(quietly())
        stack.enter_context(_kept(parallel_state))
        stack.enter_context(_kept(megatron_random))
        stack.enter_context(torch.random.fork_rng(devices=[]))
        stack.enter_context(patch.object(torch.cuda, "current_device", lambda: torch.device("cpu")))
        # Nothing random is drawn on fake tensors, so no generator is forked, or read to recompute a layer.
        stack.enter_context(patch.object(megatron_random.CudaRNGStatesTracker, "fork", _no_fork))
        stack.enter_context(patch.object(megatron_random, "_get_all_rng_states", tuple))
        stack.enter_context(patch.object(megatron_random, "_set_all_rng_states", lambda *states: None))
        _forget(parallel_state)
        dist.init_process_group("fake", store=FakeStore(), rank=rank, world_size=stage * parallel.pipeline)
        stack.callback(dist.destroy_process_group)
        parallel_state.initialize_model_parallel(
            tensor_model_parallel_size=parallel.tensor,
            pipeline_model_parallel_size=parallel.pipeline,
            virtual_pipeline_model_parallel_size=parallel.virtual,
            context_parallel_size=parallel.context,
            create_gloo_process_groups=False,
        )
        yield


def _no_fork(self: Any, name: str = "") -> Any:
    return nullcontext()


def _globals(module: ModuleType) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(module).items()
        if name.startswith("_")
        and not name.startswith("__")
        and not callable(value)
        and not isinstance(value, ModuleType)
    }


@contextmanager
def _kept(module: ModuleType) -> Iterator[None]:
    before = _globals(module)
    try:
        yield
    finally:
        vars(module).update(before)


def _forget(module: ModuleType) -> None:
    """Groups that an earlier training in this process left behind: Megatron asserts that there are none."""
    vars(module).update(dict.fromkeys(_globals(module)))
