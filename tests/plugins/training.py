"""Runs a recipe, or a command of ours, in the process of a rank."""

from __future__ import annotations

from typing import Any

import fiddle

from lexatron.cli import main
from recipes.overrides import build
from recipes.registry import find


def train(order: dict[str, Any]) -> None:
    """Build the recipe and run it, as NeMo-Run's task runner does."""
    fiddle.build(build(find(order["recipe"]).load(), order["words"]))()


def lexatron(order: dict[str, Any]) -> None:
    """Run `lexatron` with the arguments of the order."""
    main(order["arguments"])
