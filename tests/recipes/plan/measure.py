"""What a real Megatron model with its buffers and optimizer takes, in bytes of storages, each counted once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import fiddle
import nemo_run as run
import torch
from lightning.pytorch.callbacks import Callback
from torch.distributed.checkpoint import FileSystemReader
from torch.distributed.checkpoint.metadata import TensorStorageMetadata

from recipes.overrides import build
from recipes.registry import find


def measure(chunks: Iterable[Any], optimizer: Any) -> dict[str, int]:
    """Measure DistributedDataParallel chunks and Megatron's optimizer after a step."""
    chunks = list(chunks)
    parameters = [parameter for chunk in chunks for parameter in chunk.parameters()]
    weights = storages(parameters)
    gradients = storages(buffer.grad_data for chunk in chunks for buffer in chunk.buffers)
    states = {key: size for key, size in storages(_states(optimizer)).items() if key not in weights}
    return {
        "parameters": sum(parameter.numel() for parameter in parameters),
        "weights": sum(weights.values()),
        "gradients": sum(gradients.values()),
        "optimizer": sum(states.values()),
    }


def storages(tensors: Iterable[torch.Tensor]) -> dict[int, int]:
    """Size of each storage by its address."""
    found = (tensor.untyped_storage() for tensor in tensors)
    return {storage.data_ptr(): storage.nbytes() for storage in found if storage.nbytes()}


def saved_tensor_bytes(weights: Path) -> int:
    """Bytes of all tensors in a torch_dist checkpoint, by its metadata."""
    entries = FileSystemReader(weights).read_metadata().state_dict_metadata.values()
    tensors = [entry for entry in entries if isinstance(entry, TensorStorageMetadata)]
    return sum(tensor.size.numel() * tensor.properties.dtype.itemsize for tensor in tensors)


class Measure(Callback):
    """Writes what each rank measures at the end of a training to `folder/RANK.json`."""

    def __init__(self, folder: str):
        self.folder = Path(folder)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        chunks = [chunk.module for chunk in trainer.strategy.megatron_parallel]
        self.folder.mkdir(parents=True, exist_ok=True)
        report = measure(chunks, trainer.optimizers[0].mcore_optimizer)
        (self.folder / f"{trainer.global_rank}.json").write_text(json.dumps(report))


def train(order: dict[str, Any]) -> None:
    """Run a recipe that measures every rank to `order["measured"]`, in the process of a rank."""
    recipe = build(find(order["recipe"]).load(), order["words"])
    recipe.trainer.callbacks.append(run.Config(Measure, folder=order["measured"]))
    fiddle.build(recipe)()


def _states(optimizer: Any) -> Iterator[torch.Tensor]:
    for inner in getattr(optimizer, "chained_optimizers", [optimizer]):
        for group in inner.optimizer.param_groups:
            yield from group["params"]
        for state in inner.optimizer.state.values():
            yield from (value for value in state.values() if isinstance(value, torch.Tensor))
