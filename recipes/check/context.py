"""What the checks look at: the recipe, the machine, and what of the disk is read once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import nemo_run as run

from data_prep.manifest import Manifest
from data_prep.packs import read_about
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError
from plugins.resume import find_checkpoint
from recipes.check.checkpoint import Checkpoint, read_checkpoint
from recipes.check.conversations import Conversations, read_splits
from recipes.check.machine import Machine
from recipes.data import chat_tokenizer, packed_chat_data
from recipes.hardware import GPUS, Gpu
from recipes.plan.memory import MemoryPlan, plan_memory
from recipes.plan.planner import LUMI_VOCABULARY

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
        chat_tokenizer: that of `transformers`, with the recipe's chat template; None where there are no chats.
        chats: split -> sample; None for a recipe without conversations, or whose tokenizer cannot be used, or for packs
            of `lexatron data pack`, which hold no text.
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
    chat_tokenizer: Any | UserError | None = None
    chats: dict[str, Conversations] | UserError | None = None
    checkpoint: Checkpoint | UserError | None = None
    plan: MemoryPlan | UserError | None = None

    @property
    def on_cpu(self) -> bool:
        """Whether the run uses the CPU backend."""
        return bool(self.recipe.trainer.accelerator == "cpu")

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
        return self.recipe.data.__fn_or_cls__ is packed_chat_data

    @property
    def micro_batch_size(self) -> int:
        """Sequences that a device computes at once; a pack is one."""
        return int(getattr(self.recipe.data, "micro_batch_size", 1))


def gather(
    recipe: run.Partial,
    name: str,
    machine: Machine,
    *,
    gpu: Gpu | None,
    elsewhere: bool,
    fresh: bool,
    whole: bool,
    plan: bool,
) -> Context:
    """Read what the checks need; the arguments are those of `run_checks`."""
    gpu = None if recipe.trainer.accelerator == "cpu" else gpu or found_gpu(machine)
    manifest = _attempt(lambda: Manifest.load(recipe.data.corpus)) if hasattr(recipe.data, "corpus") else None
    folder = _tokenizer_folder(recipe, manifest)
    tokenizer = _attempt(lambda: _chat_tokenizer(recipe)) if hasattr(recipe.data, "dataset") else None
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
        chat_tokenizer=tokenizer,
        chats=_chats(recipe, tokenizer),
        checkpoint=_checkpoint(recipe),
        plan=_attempt(lambda: _plan(recipe, gpu, folder)) if plan else None,
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
    return None if isinstance(_attempt(lambda: _check_tokenizer(folder)), UserError) else folder


def _check_tokenizer(folder: Path) -> None:
    """Say what is wrong with a tokenizer, which `transformers` does not."""
    if not (folder / "tokenizer.json").is_file():
        raise UserError("no tokenizer.json here", where=folder, remedy="give tokenizer=FOLDER")
    Tokenizer.load(folder, fast=False)


def _chat_tokenizer(recipe: run.Partial) -> Any:
    folder = Path(recipe.data.tokenizer)
    _check_tokenizer(folder)
    packed = recipe.data.__fn_or_cls__ is packed_chat_data
    return chat_tokenizer(str(folder), recipe.data.chat_template, packed=packed).tokenizer


def _chats(recipe: run.Partial, tokenizer: Any | UserError | None) -> dict[str, Conversations] | UserError | None:
    if tokenizer is None or isinstance(tokenizer, UserError) or read_about(Path(recipe.data.dataset)) is not None:
        return None
    return _attempt(lambda: read_splits(Path(recipe.data.dataset), tokenizer))


def _plan(recipe: run.Partial, gpu: Gpu | None, tokenizer: Path | None) -> MemoryPlan:
    """The plan; where neither recipe nor tokenizer says the vocabulary, with Lumi's."""
    if tokenizer is None and recipe.model.config.vocab_size is None:
        recipe = deepcopy(recipe)
        recipe.model.config.vocab_size = LUMI_VOCABULARY
    return plan_memory(recipe, gpu)


def _checkpoint(recipe: run.Partial) -> Checkpoint | UserError | None:
    restore = recipe.resume.restore_config
    return None if restore is None else _attempt(lambda: read_checkpoint(find_checkpoint(restore.path)))
