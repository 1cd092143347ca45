"""What the ranks of a `Run` train: the demo's recipe with the behaviour that an order asks for."""

from __future__ import annotations

import os
import signal
from typing import Any

import fiddle
import nemo_run as run
from lightning.pytorch.callbacks import Callback
from nemo.collections import llm

import plugins  # noqa: F401 - the CPU backend
import recipes.lumi  # noqa: F401 - once, in the server
from recipes import training
from recipes.data import load_tokenizer
from recipes.layouts import CPU_LAYOUTS
from recipes.overrides import build
from recipes.registry import find
from recipes.schedule import Schedule


class SignalItself(Callback):
    """Sends this process a signal in the middle of a step."""

    def __init__(self, step: int, rank: int = 0, number: int = signal.SIGUSR1):
        self.step, self.rank, self.number = step, rank, number

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        if trainer.global_step == self.step - 1 and trainer.global_rank == self.rank:
            os.kill(os.getpid(), self.number)


def recipe_of(order: dict[str, Any]) -> run.Partial:
    """The recipe named, with another behaviour; `pairs` trains on bare `.bin/.idx` prefixes instead of a corpus."""
    recipe = build(find(order["recipe"]).load(), order["words"])
    trainer, checkpoints = recipe.trainer, recipe.log.ckpt
    plan = Schedule(
        max_steps=trainer.max_steps,
        warmup_steps=1,
        val_check_interval=trainer.val_check_interval,
        limit_val_batches=trainer.limit_val_batches,
        save_interval=checkpoints.every_n_train_steps,
    )
    given = dict(word.split("=", 1) for word in order["words"])
    run_dir, behaviour = given["run_dir"], training.Behaviour(**order["behaviour"])
    trainer.callbacks = training.trainer(
        CPU_LAYOUTS[given["layout"]],
        plan,
        run_dir=run_dir,
        precision=trainer.plugins,
        global_batch_size=recipe.data.global_batch_size,
        tokens_per_sample=recipe.data.seq_length if recipe.__fn_or_cls__ is llm.pretrain else None,
        save_initial=order["recipe"].endswith("cpt"),
        behaviour=behaviour,
    ).callbacks
    named = {"run_dir": run_dir, "name": order["recipe"], "wandb": False, "tensorboard": False}
    recipe.log.ckpt = training.log(plan, **named, behaviour=behaviour).ckpt
    if order["signal_at"]:
        trainer.callbacks.insert(0, run.Config(SignalItself, step=order["signal_at"], rank=order["signal_rank"]))
    if order["pairs"]:
        recipe.data = _bare(order["pairs"], given)
    return recipe


def _bare(prefix: str, given: dict[str, str]) -> run.Config:
    return run.Config(
        llm.PreTrainingDataModule,
        paths={split: [prefix] for split in ("train", "validation", "test")},
        split=None,
        tokenizer=run.Config(load_tokenizer, folder=f"{given['corpus']}/tokenizer"),
        seq_length=int(given["seq_length"]),
        micro_batch_size=8,
        global_batch_size=int(given["global_batch_size"]),
        num_workers=0,
        pin_memory=False,
        index_mapping_dir=f"{given['run_dir']}-index",
    )


def train(order: dict[str, Any]) -> None:
    """Build the recipe and run it."""
    fiddle.build(recipe_of(order))()
