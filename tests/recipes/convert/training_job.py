"""Trains the tiny Llama 3.3 of `tiny_llama` from its imported checkpoint: `training_job.py RECIPE key=value ...`."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    import fiddle
    import nemo_run as run
    from nemo.collections.llm.gpt.model.llama import Llama31Config

    from plugins import origin
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
        seq_length=recipe.data.seq_length,
        make_vocab_size_divisible_by=1024,  # the vocabulary is padded, as it is on 8 GPUs
    )
    # With a learning rate of 0 AdamW leaves every weight as it was.
    origin.carry(Path(recipe.resume.restore_config.path), Path(recipe.log.ckpt.dirpath).parent)
    fiddle.build(recipe)()


if __name__ == "__main__":  # Megatron's checkpoint writer spawns a process that imports this module again
    main()
