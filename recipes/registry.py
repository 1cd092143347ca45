"""Every recipe by name, without importing NeMo: `lexatron recipes` is instant."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from lexatron.errors import UserError


@dataclass(frozen=True)
class Recipe:
    """A recipe function and what it trains."""

    name: str
    module: str
    model: str
    stage: str
    summary: str

    def load(self) -> Callable[..., Any]:
        """The recipe function; imports NeMo."""
        function: Callable[..., Any] = getattr(importlib.import_module(self.module), self.name)
        return function


_ALL = [
    Recipe("lumi_demo_cpt", "recipes.lumi", "Lumi demo", "cpt", "The demo's model from random weights, on a CPU"),
    Recipe("lumi_demo_sft", "recipes.lumi", "Lumi demo", "sft", "The demo's model on cited questions, on a CPU"),
    Recipe("llama31_8b_cpt", "recipes.llama31_8b", "Llama 3.1 8B", "cpt", "Continued pre-training, 8 x H100"),
    Recipe("llama31_8b_sft", "recipes.llama31_8b", "Llama 3.1 8B", "sft", "Fine-tuning on cited questions, 8 x H100"),
    Recipe("llama33_70b_cpt", "recipes.llama33_70b", "Llama 3.3 70B", "cpt", "Continued pre-training, 64 x H100"),
    Recipe(
        "llama33_70b_sft", "recipes.llama33_70b", "Llama 3.3 70B", "sft", "Fine-tuning on cited questions, 64 x H100"
    ),
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
