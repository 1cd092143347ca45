"""Callbacks of the training tests, importable because a checkpoint names them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from lightning.pytorch.callbacks import Callback

from plugins.emulation.schemes import Fp8Delayed

KILLED = 77  # exit code


class StopAfter(Callback):
    """Ends the process without a word before the step that follows `steps` finished ones, as `kill -9` does."""

    def __init__(self, steps: int):
        self.steps = steps

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        if trainer.global_step == self.steps:
            os._exit(KILLED)


class EmulatedLayers(Callback):
    """Writes the emulated modules' schemes and newest amaxes to `folder/RANK`, a JSON line at every step's start."""

    def __init__(self, folder: str):
        self.folder = Path(folder)

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        modules = trainer.strategy.megatron_parallel.named_modules()
        found = {name: m._forward_impl.scheme for name, m in modules if "_forward_impl" in vars(m)}
        schemes = {name: type(scheme).__name__ for name, scheme in found.items()}
        amaxes = {name: s.history[:, 0].tolist() for name, s in found.items() if isinstance(s, Fp8Delayed)}
        self.folder.mkdir(exist_ok=True)
        with open(self.folder / str(trainer.global_rank), "a", encoding="utf-8") as file:
            file.write(json.dumps({"schemes": schemes, "amaxes": amaxes}) + "\n")
