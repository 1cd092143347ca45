"""Runs a recipe with QLoRA in the process of a rank."""

from __future__ import annotations

from typing import Any

import fiddle
import nemo_run as run

from plugins.qlora import QLoRA
from recipes.overrides import build
from recipes.registry import find


def train(order: dict[str, Any]) -> None:
    """Build the recipe with the `peft` arguments of the order and run it."""
    recipe = build(find(order["recipe"]).load(), order["words"])
    recipe.peft = run.Config(QLoRA, **order["peft"])
    fiddle.build(recipe)()
