"""Runs the demo's pre-training with emulated arithmetic in the process of a rank."""

from __future__ import annotations

from typing import Any

import fiddle
import nemo_run as run

from plugins.emulation.callback import PrecisionEmulation
from recipes.overrides import build
from recipes.registry import find
from tests.plugins.emulation.training_callbacks import EmulatedLayers, StopAfter
from tests.plugins.jobs import ForkServer, Training

SHAPE = {"num_layers": 2, "hidden_size": 256, "seq_length": 64, "global_batch_size": 16, "max_steps": 10}


class EmulatedTraining(Training):
    """Ten steps; `emulation` are the arguments of the callback, None leaves it out."""

    call = f"{__name__}:train"

    def __init__(
        self, server: ForkServer, *given: Any, emulation: dict[str, Any] | None, save_every: int, **arguments: Any
    ):
        super().__init__(server, "lumi_demo_cpt", *given, **{**SHAPE, **arguments})
        self.order |= {"layers": f"{self.run_dir}.layers", "emulation": emulation, "save_every": save_every}
        self.order["stop_after"] = None


def train(order: dict[str, Any]) -> None:
    """Build the recipe and run it."""
    recipe = build(find(order["recipe"]).load(), order["words"])
    recipe.log.ckpt.every_n_train_steps = order["save_every"]
    recipe.trainer.val_check_interval, recipe.trainer.limit_val_batches = 10, 1
    callbacks = [each for each in recipe.trainer.callbacks if "InitialCheckpoint" not in str(each)]
    if order["emulation"] is not None:
        callbacks.insert(1, run.Config(PrecisionEmulation, **order["emulation"]))
        callbacks.insert(2, run.Config(EmulatedLayers, folder=order["layers"]))
    if order["stop_after"] is not None:
        callbacks.insert(3, run.Config(StopAfter, steps=order["stop_after"]))
    recipe.trainer.callbacks = callbacks
    fiddle.build(recipe)()
