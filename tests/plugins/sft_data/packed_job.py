"""Runs the demo's fine-tuning over packs, from random weights: `python packed_job.py lumi_demo_sft key=value ...`."""

from __future__ import annotations

import sys


def main() -> None:
    import fiddle
    import nemo_run as run

    from recipes.data import packed_chat_data
    from recipes.overrides import build
    from recipes.registry import find

    recipe = build(find(sys.argv[1]).load(), [*sys.argv[2:], "wandb=False", "tensorboard=False"])
    given = ("dataset", "tokenizer", "seq_length", "global_batch_size", "seed")
    recipe.data = run.Config(packed_chat_data, **{name: getattr(recipe.data, name) for name in given})
    recipe.model.config.calculate_per_token_loss = True
    recipe.resume.restore_config = None
    fiddle.build(recipe)()


if __name__ == "__main__":  # Megatron's checkpoint writer spawns a process that imports this module again
    main()
