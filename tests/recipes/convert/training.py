"""Trains a tiny Llama 3.3 of `tiny_llama` from its imported checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fiddle
import nemo_run as run
from nemo.collections.llm.gpt.model.llama import Llama31Config

from recipes.overrides import build
from recipes.registry import find
from tests.plugins.jobs import ForkServer, Training

STEPS = 2


class TinyLlamaTraining(Training):
    """`STEPS` steps of 8 short conversations."""

    call = f"{__name__}:train"

    def __init__(
        self,
        server: ForkServer,
        recipe: str,
        run_dir: Path,
        checkpoint: Path,
        dataset: Path,
        tokenizer: Path,
        *,
        layout: str = "cpu",
        **arguments: object,
    ):
        given = {"checkpoint": checkpoint, "dataset": dataset, "tokenizer": tokenizer, "packed": False, **arguments}
        given |= {"seq_length": 64, "global_batch_size": 8, "max_steps": STEPS}
        super().__init__(server, recipe, run_dir, layout, **given)


def train(order: dict[str, Any]) -> None:
    """Build the recipe for a tiny Llama and run it, in the process of a rank."""
    recipe = build(find(order["recipe"]).load(), order["words"])
    recipe.model.config = run.Config(
        Llama31Config,
        num_layers=2,
        hidden_size=16,
        ffn_hidden_size=32,
        num_attention_heads=4,
        num_query_groups=2,
        kv_channels=8,
        rotary_base=500_000,
        seq_length=recipe.data.seq_length,
        make_vocab_size_divisible_by=1024,  # the vocabulary of 128,256 is padded, as it is on 8 GPUs
    )
    fiddle.build(recipe)()
