"""Stand-ins for the `torch.cuda` calls that NeMo and Megatron make without asking whether a device is there.

Wrapping the tensor factories and `Tensor.to` is enough, and cheaper than a global TorchFunctionMode.
"""

from __future__ import annotations

import contextlib
import functools
import os
from types import SimpleNamespace
from typing import Any

import torch

from plugins.cpu.patching import around, replace

CPU = torch.device("cpu")
FACTORIES = [
    "tensor",
    "zeros",
    "ones",
    "empty",
    "full",
    "arange",
    "rand",
    "randn",
    "randint",
    "zeros_like",
    "ones_like",
    "empty_like",
    "full_like",
    "as_tensor",
    "linspace",
    "eye",
    "randperm",
    "tril",
    "triu",
]
METHODS = ["new_zeros", "new_ones", "new_empty", "new_full", "new_tensor"]
NO_OPS = ["set_device", "synchronize", "empty_cache", "reset_peak_memory_stats", "ipc_collect"]
ZEROS = ["max_memory_reserved", "max_memory_allocated", "memory_allocated", "memory_reserved"]
DTYPES = ["Float", "Int", "Long", "Double", "Byte", "BFloat16", "Half"]


class NullStream:
    """A stream or an event of a device that is always done."""

    def __init__(self, *args: Any, **kwargs: Any):
        pass

    def __enter__(self) -> NullStream:
        return self

    def __exit__(self, *args: Any) -> None:
        pass

    def record_event(self, *args: Any) -> NullStream:
        return self

    def query(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None


def on_cpu(value: Any) -> Any:
    """A device argument with every CUDA device replaced by the CPU; anything else as it is."""
    if isinstance(value, str) and value.startswith("cuda"):
        return "cpu"
    if isinstance(value, torch.device) and value.type == "cuda":
        return CPU
    return value


def _without_cuda(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if "device" in kwargs:
            kwargs["device"] = on_cpu(kwargs["device"])
        if kwargs.get("pin_memory"):
            kwargs["pin_memory"] = False
        return function(*args, **kwargs)

    return wrapper


def _total_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _device_properties(*args: Any) -> SimpleNamespace:
    return SimpleNamespace(total_memory=_total_memory(), major=0, minor=0, name="cpu", multi_processor_count=1)


def _patch_cuda_module() -> None:
    cuda = torch.cuda
    why = "called without asking whether a device is there"
    replace(cuda, "current_device", lambda: CPU, why="used as the device of new tensors")
    for name in NO_OPS:
        replace(cuda, name, lambda *args, **kwargs: None, why=why)
    for name in ZEROS:
        replace(cuda, name, lambda *args, **kwargs: 0, why=why)
    replace(
        cuda, "manual_seed", lambda seed: torch.default_generator.manual_seed(int(seed)), why="one generator: CPU's"
    )
    replace(cuda, "get_rng_state", lambda *args, **kwargs: torch.get_rng_state(), why="one generator: CPU's")
    replace(
        cuda, "set_rng_state", lambda state, *args, **kwargs: torch.set_rng_state(state), why="one generator: CPU's"
    )
    for name in ("Stream", "Event"):
        replace(cuda, name, NullStream, why="the CPU has no streams")
    for name in ("current_stream", "default_stream"):
        replace(cuda, name, lambda *args: NullStream(), why="the CPU has no streams")
    replace(cuda, "stream", lambda stream: contextlib.nullcontext(), why="the CPU has no streams")
    replace(cuda, "get_device_properties", _device_properties, why="read for the memory size in logs")
    replace(cuda, "get_device_capability", lambda *args: (0, 0), why="read to switch kernels on")
    for name in DTYPES:
        cpu_type = getattr(torch, f"{name}Tensor")
        replace(cuda, f"{name}Tensor", cpu_type, why="Megatron builds tensors by legacy type")


def _legacy_type(original: Any) -> Any:
    def tensor_type(self: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        outcome = original(self, *args, **kwargs)
        return outcome if args or kwargs else outcome.replace("torch.", "torch.cuda.", 1)

    return tensor_type


def _to_without_cuda(original: Any) -> Any:
    def to(self: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        return original(self, *map(on_cpu, args), **{key: on_cpu(value) for key, value in kwargs.items()})

    return to


def apply() -> None:
    """Replace what NeMo and Megatron call; once a process."""
    _patch_cuda_module()
    replace(torch.Tensor, "cuda", lambda self, *args, **kwargs: self, why="batches are moved unconditionally")
    replace(torch.nn.Module, "cuda", lambda self, *args, **kwargs: self, why="models are moved unconditionally")
    around(torch.Tensor, "type", _legacy_type, why="Megatron's DDP buckets compare the name with torch.cuda.*")
    around(torch.Tensor, "to", _to_without_cuda, why='`.to("cuda")` is called unconditionally')
    for name in FACTORIES:
        around(torch, name, _without_cuda, why='`device="cuda"` and `pin_memory=True` are passed unconditionally')
    for name in METHODS:
        around(torch.Tensor, name, _without_cuda, why='`device="cuda"` is passed unconditionally')
