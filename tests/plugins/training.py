"""Runs a recipe in the process of a rank."""

from __future__ import annotations

from typing import Any

import fiddle

from recipes.overrides import build
from recipes.registry import find


def train(order: dict[str, Any]) -> None:
    """Build the recipe and run it, as NeMo-Run's task runner does."""
    fiddle.build(build(find(order["recipe"]).load(), order["words"]))()
