"""Runs every check over one recipe: the list that `lexatron check` prints and `lexatron train` obeys."""

from __future__ import annotations

from collections.abc import Callable

import nemo_run as run

from recipes.check import data, environment, hardware, lengths, storage, training
from recipes.check.context import Context, gather
from recipes.check.finding import Finding
from recipes.check.machine import this_machine
from recipes.hardware import Gpu

Check = Callable[[Context], list[Finding]]

CHECKS: tuple[Check, ...] = (
    environment.python,
    environment.packages,
    environment.cuda,
    environment.transformer_engine,
    hardware.gpus,
    hardware.precision,
    hardware.layout,
    hardware.memory,
    hardware.host_memory,
    data.corpus,
    data.conversations,
    data.chat_template,
    data.conversation_shape,
    data.checkpoint,
    data.tokenizer,
    lengths.sequence_length,
    lengths.packing,
    lengths.output,
    lengths.tokens_per_step,
    lengths.epochs,
    training.steps,
    training.learning_rate,
    training.warm_up,
    training.replay,
    storage.disk,
    storage.resume,
    storage.wandb,
)


def run_checks(
    recipe: run.Partial,
    name: str,
    *,
    gpu: Gpu | None = None,
    elsewhere: bool = False,
    fresh: bool = False,
    whole: bool = True,
    plan: bool = True,
) -> list[Finding]:
    """Check a recipe against this machine, its data and its disk; nothing is written.

    Args:
        recipe: what a recipe function returned; dotted overrides are taken as they are.
        name: of the recipe, in the registry.
        gpu: the GPU that the layout is for; this machine's where not given.
        elsewhere: the run will be on another machine: its hardware is not checked, only said.
        fresh: a run folder with another run in it will be deleted.
        whole: read every byte of a corpus; False where that has been done.
        plan: plan the memory, which takes from seconds to a minute.
    """
    context = gather(recipe, name, this_machine(), gpu=gpu, elsewhere=elsewhere, fresh=fresh, whole=whole, plan=plan)
    return [finding for check in CHECKS for finding in check(context)]
