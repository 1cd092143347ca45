"""Bytes alive while a piece of a model runs forward and backward: measured on fake tensors as on real ones."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from megatron.core.pipeline_parallel.schedules import custom_backward, deallocate_output_tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


@dataclass(frozen=True)
class Trace:
    """What one piece of a model needs, in bytes; its parameters and their gradient buffers do not count.

    Attributes:
        kept: from the forward to the backward pass, the piece's input included, its output not.
        extra: more than `kept`, at the worst moment of both passes.
        output: the piece's output.
    """

    kept: int
    extra: int
    output: int

    @property
    def peak(self) -> int:
        """At the worst moment."""
        return self.kept + self.extra


class LiveBytes(TorchDispatchMode):
    """Counts the storages that operations make, from when each appears until it is freed.

    Attributes:
        now: bytes alive.
        peak: the most that were alive at once.
    """

    def __init__(self, ignored: Iterable[torch.Tensor] = ()):
        super().__init__()
        self.now = self.peak = 0
        self._known: set[int] = set()
        self._ignored = {tensor.untyped_storage()._cdata for tensor in ignored}

    def watch(self, tensor: torch.Tensor) -> None:
        """Count a tensor's storage, once."""
        storage = tensor.untyped_storage()
        key, size = storage._cdata, storage.nbytes()
        if key in self._known or key in self._ignored:
            return
        self._known.add(key)
        self.now += size
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._freed, key, size)

    def _freed(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.now -= size

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            if isinstance(leaf, torch.Tensor):
                self.watch(leaf)
        return result


def run(module: torch.nn.Module, forward: Callable[[], torch.Tensor], inputs: Iterable[torch.Tensor] = ()) -> Trace:
    """Run a piece forward and backward and say what was alive.

    Args:
        module: whose parameters do not count; their gradients are dropped as soon as they are there, as Megatron's
            hooks do, which add them to a buffer.
        forward: makes the piece's input and runs it; its result is the piece's output.
        inputs: tensors made before, which count.
    """
    handles = [p.register_post_accumulate_grad_hook(_drop) for p in module.parameters() if p.requires_grad]
    live = LiveBytes(ignored=[*module.parameters(), *module.buffers()])
    with live:
        for tensor in inputs:
            live.watch(tensor)
        output = forward()
        size = output.untyped_storage().nbytes()
        kept = live.now - size
        if output.requires_grad:  # a frozen embedding has no backward pass
            _backward(output)
    for handle in handles:
        handle.remove()
    return Trace(kept=kept, extra=live.peak - kept, output=size)


def _backward(output: torch.Tensor) -> None:
    """From a gradient of ones; the output itself is freed first, as by whoever takes it, and as Megatron does."""
    gradient = torch.ones_like(output)
    if output._base is not None:  # a loss of one sequence is a view, and small
        output.backward(gradient)
        return
    deallocate_output_tensor(output, deallocate_pipeline_outputs=True)
    custom_backward(output, gradient)


def _drop(parameter: torch.Tensor) -> None:
    parameter.grad = None
