"""A tiny recipe of any layout, built without data on disk."""

from __future__ import annotations

import nemo_run as run

from recipes.overrides import build
from recipes.registry import find

ARGUMENTS = (
    "tokens=100000",
    "num_layers=4",
    "hidden_size=256",
    "seq_length=64",
    "global_batch_size=96",
    "model.config.vocab_size=1024",
)
PP2 = "trainer.strategy.pipeline_model_parallel_size=2"
VP2 = "trainer.strategy.virtual_pipeline_model_parallel_size=2"


def tiny(*arguments: str, recompute: str = "none") -> run.Partial:
    """`lumi_demo_cpt` with 4 layers of 256 and 1024 tokens of vocabulary."""
    recipe = build(find("lumi_demo_cpt").load(), [*ARGUMENTS, *arguments])
    config = recipe.model.config
    if recompute == "selective":
        config.recompute_granularity, config.recompute_modules = "selective", ["mlp"]
    elif recompute.startswith("full"):
        config.recompute_granularity, config.recompute_method = "full", "uniform"
        config.recompute_num_layers = int(recompute.removeprefix("full"))
    return recipe
