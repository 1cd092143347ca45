"""What the checks look at: the recipe, the machine, and what of the disk is read once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import nemo_run as run

from data_prep.manifest import Manifest
from lexatron.errors import UserError
from plugins.resume import find_checkpoint
from recipes.check.checkpoint import Checkpoint, read_checkpoint
from recipes.check.conversations import Conversations, load_hf_tokenizer, read_splits
from recipes.check.machine import Machine, this_machine
from recipes.hardware import GPUS, Gpu
from recipes.plan.memory import MemoryPlan, plan_memory

Value = TypeVar("Value")

NARROW = 2048
"""Hidden size below which a model is a small one of one's own (Llama 3.2 1B has 2048): the limits for learning rate
and batch come from larger models, and do not hold for it."""


@dataclass(frozen=True)
class Context:
    """Everything that a check may need; where something could not be read, the error stands in its place.

    Attributes:
        recipe: what a recipe function returned.
        name: of the recipe, in the registry.
        machine: this one.
        gpu: the GPU that the run is meant for; None on a CPU or where nobody said.
        elsewhere: the run will be on another machine, so that this one's hardware says nothing.
        fresh: a run folder with another run in it will be deleted.
        whole: prove that every byte of the corpus is as it was written.
        manifest: of the corpus; None for a recipe without one.
        tokenizer: the folder of the data's tokenizer; None where it is not known.
        chats: split -> sample; None for a recipe without conversations, or whose tokenizer has no chat template.
        checkpoint: where the weights come from; None for random ones.
        plan: of the memory; None where it was not asked for.
    """

    recipe: run.Partial
    name: str
    machine: Machine
    gpu: Gpu | None = None
    elsewhere: bool = False
    fresh: bool = False
    whole: bool = True
    manifest: Manifest | UserError | None = None
    tokenizer: Path | None = None
    hf_tokenizer: Any = None
    chats: dict[str, Conversations] | UserError | None = None
    checkpoint: Checkpoint | UserError | None = None
    plan: MemoryPlan | UserError | None = None

    @property
    def on_cpu(self) -> bool:
        """Whether the run uses the CPU backend."""
        return bool(self.recipe.trainer.accelerator == "cpu")

    @property
    def world_size(self) -> int:
        """Processes in all."""
        return int(self.recipe.trainer.num_nodes * self.recipe.trainer.devices)

    @property
    def narrow(self) -> bool:
        """Whether the model is smaller than those that the limits were found with."""
        return bool(self.recipe.model.config.hidden_size < NARROW)

    @property
    def adapters(self) -> bool:
        """Whether adapters are trained on a frozen base."""
        return getattr(self.recipe, "peft", None) is not None

    @property
    def packed(self) -> bool:
        """Whether several conversations share a sequence."""
        return bool(getattr(self.recipe.data, "packed", False))


def gather(
    recipe: run.Partial,
    name: str,
    *,
    gpu: Gpu | None,
    elsewhere: bool,
    fresh: bool,
    whole: bool,
    plan: bool,
) -> Context:
    """Read what the checks need."""
    machine = this_machine()
    gpu = gpu or found_gpu(machine)
    manifest = _attempt(lambda: Manifest.load(recipe.data.corpus)) if hasattr(recipe.data, "corpus") else None
    folder = _tokenizer_folder(recipe, manifest)
    hf_tokenizer = load_hf_tokenizer(folder) if folder is not None and hasattr(recipe.data, "dataset") else None
    return Context(
        recipe,
        name,
        machine,
        gpu=gpu,
        elsewhere=elsewhere,
        fresh=fresh,
        whole=whole,
        manifest=manifest,
        tokenizer=folder,
        hf_tokenizer=hf_tokenizer,
        chats=_chats(recipe, hf_tokenizer),
        checkpoint=_checkpoint(recipe),
        plan=_attempt(lambda: plan_memory(recipe, gpu)) if plan else None,
    )


def found_gpu(machine: Machine) -> Gpu | None:
    """The GPU of `recipes.hardware` that this machine has, by the words of its name."""
    words = machine.gpus[0].name.upper().split() if machine.gpus else []
    return next((GPUS[word] for word in words if word in GPUS), None)


def _attempt(read: Callable[[], Value]) -> Value | UserError:
    try:
        return read()
    except UserError as error:
        return error


def _tokenizer_folder(recipe: run.Partial, manifest: Manifest | UserError | None) -> Path | None:
    if isinstance(manifest, Manifest):
        return manifest.tokenizer_path
    folder = Path(getattr(recipe.data, "tokenizer", "") or "")
    return folder if (folder / "tokenizer.json").is_file() else None


def _chats(recipe: run.Partial, tokenizer: Any) -> dict[str, Conversations] | UserError | None:
    if tokenizer is None or not tokenizer.chat_template:
        return None
    return _attempt(lambda: read_splits(Path(recipe.data.dataset), tokenizer))


def _checkpoint(recipe: run.Partial) -> Checkpoint | UserError | None:
    restore = recipe.resume.restore_config
    return None if restore is None else _attempt(lambda: read_checkpoint(find_checkpoint(restore.path)))
