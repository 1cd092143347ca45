"""Every recipe by name, without importing NeMo: `lexatron recipes` is instant."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lexatron.errors import UserError
from recipes.hardware import Gpu, auto
from recipes.layout_tables import LAYOUTS
from recipes.layouts import CPU_LAYOUTS
from recipes.layouts import find as find_layout


@dataclass(frozen=True)
class Recipe:
    """A recipe function and what it trains."""

    name: str
    module: str
    model: str
    stage: str
    summary: str
    default_run_dir: str | None = None
    """Where it works unless told otherwise; None: `runs/NAME`."""

    @property
    def run_dir(self) -> Path:
        """Where it works unless told otherwise, without loading it."""
        return Path(self.default_run_dir or f"runs/{self.name}")

    def load(self) -> Any:
        """The recipe function, a `recipes.recipe.Factory`; imports NeMo."""
        return getattr(importlib.import_module(self.module), self.name)

    @property
    def layouts(self) -> list[str]:
        """Names of the layouts that it is shipped with: those for GPUs, then those for a CPU."""
        return [*LAYOUTS[self.model, self.stage if self.stage in ("lora", "qlora") else "full"], *CPU_LAYOUTS]


_STAGES = {
    "cpt": "Continued pre-training: 4096 tokens, 5 epochs",
    "cpt_fast": "Continued pre-training, fast: 3072 tokens, 2 epochs",
    "sft": "Supervised fine-tuning on cited questions, packed",
    "lora": "LoRA of rank 64 on all linear layers",
    "qlora": "LoRA of rank 64 on a base in 4 bits (NF4)",
}
_LUMI = [
    ("lumi_tiny", "pretrain", "Pre-training from random weights, 6 layers of 256"),
    ("lumi_small", "pretrain", "Pre-training from random weights, 12 layers of 512"),
    ("lumi_base", "pretrain", "Pre-training from random weights, 24 layers of 768"),
    ("lumi_sft", "sft", "Supervised fine-tuning on cited questions"),
    ("lumi_lora", "lora", "LoRA on all linear layers"),
    ("lumi_qlora", "qlora", "LoRA on a base in 4 bits (NF4)"),
    ("lumi_demo_cpt", "pretrain", "The demo's model from random weights, on a CPU"),
    ("lumi_demo_sft", "sft", "The demo's model on cited questions, on a CPU"),
]
_DEMO_RUN_DIRS = {"lumi_demo_cpt": "runs/demo/cpt", "lumi_demo_sft": "runs/demo/sft"}
_ALL = [
    *(
        Recipe(f"{model}_{stage}", f"recipes.{model}", model, stage, summary)
        for model in ("llama33_70b", "llama31_8b")
        for stage, summary in _STAGES.items()
    ),
    *(Recipe(name, "recipes.lumi", "lumi", stage, summary, _DEMO_RUN_DIRS.get(name)) for name, stage, summary in _LUMI),
]
RECIPES = {recipe.name: recipe for recipe in _ALL}


def find(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        UserError: there is none; the nearest name is suggested.
    """
    if name in RECIPES:
        return RECIPES[name]
    near = get_close_matches(name, RECIPES, n=1)
    hint = f"did you mean {near[0]}?" if near else "lexatron recipes lists them"
    raise UserError(f"unknown recipe {name!r}", remedy=hint)


def parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The parameters of a recipe function."""
    return dict(inspect.signature(function).parameters)


def expected_gpu(function: Any, arguments: Sequence[str]) -> Gpu | None:
    """The GPU that the layout is for; None on a CPU.

    Raises:
        UserError: the layout is unknown.
    """
    given = dict(argument.split("=", 1) for argument in arguments if "=" in argument)
    name = given.get("layout", str(parameters(function)["layout"].default))
    gpus = auto(name)
    if gpus is not None:
        return gpus[0]
    return find_layout(name, function.table).hardware
