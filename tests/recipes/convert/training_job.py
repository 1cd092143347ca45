"""Trains a tiny Llama 3.3 of `tiny_llama` from its imported checkpoint: `training_job.py RECIPE key=value ...`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.plugins.jobs import Job

STEPS = 2
RENDEZVOUS = ("MASTER_ADDR", "MASTER_PORT", "RANK", "LOCAL_RANK", "NODE_RANK", "WORLD_SIZE")


def job(recipe: str, run_dir: Path, checkpoint: Path, dataset: Path, tokenizer: Path, **arguments: object) -> Job:
    """A `tests.plugins.jobs.Job` that runs this script: `STEPS` steps of 8 short conversations."""
    from tests.plugins import jobs

    given: dict[str, Any] = {
        "checkpoint": checkpoint,
        "dataset": dataset,
        "tokenizer": tokenizer,
        "packed": False,
        **arguments,
    }
    made = jobs.Job(recipe, run_dir, seq_length=64, global_batch_size=8, max_steps=STEPS, **given)
    made.command = [__file__ if part == str(jobs.SCRIPT) else part for part in made.command]
    # An import in this process has announced its own process group, whose port is taken.
    made.environment = {key: value for key, value in made.environment.items() if key not in RENDEZVOUS}
    return made


def main() -> None:
    import fiddle
    import nemo_run as run
    from nemo.collections.llm.gpt.model.llama import Llama31Config

    from recipes.overrides import build
    from recipes.registry import find

    recipe = build(find(sys.argv[1]).load(), [*sys.argv[2:], "wandb=False", "tensorboard=False"])
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


if __name__ == "__main__":  # Megatron's checkpoint writer spawns a process that imports this module again
    main()
