"""Runs a fine-tuning over packs, from random weights, in the process of a rank."""

from __future__ import annotations

from typing import Any

import fiddle
import nemo_run as run

from recipes.data import packed_chat_data
from recipes.overrides import build
from recipes.registry import find


def train(order: dict[str, Any]) -> None:
    """Build the recipe with packed data and run it."""
    recipe = build(find(order["recipe"]).load(), order["words"])
    given = ("dataset", "tokenizer", "seq_length", "global_batch_size", "seed")
    recipe.data = run.Config(packed_chat_data, **{name: getattr(recipe.data, name) for name in given})
    recipe.model.config.calculate_per_token_loss = True
    recipe.resume.restore_config = None
    fiddle.build(recipe)()
