"""Runs a recipe with QLoRA in this process: `python qlora_job.py RECIPE key=value ... peft.dropout=0.0`."""

from __future__ import annotations

import ast
import sys


def main() -> None:
    import fiddle
    import nemo_run as run

    from plugins.qlora import QLoRA
    from recipes.overrides import build
    from recipes.registry import find

    words = [word for word in sys.argv[2:] if not word.startswith("peft.")]
    given = (word.removeprefix("peft.").split("=") for word in sys.argv[2:] if word.startswith("peft."))
    recipe = build(find(sys.argv[1]).load(), [*words, "wandb=False", "tensorboard=False"])
    arguments = {"dim": 8, "alpha": 16} | {key: ast.literal_eval(value) for key, value in given}
    recipe.peft = run.Config(QLoRA, **arguments)
    fiddle.build(recipe)()


if __name__ == "__main__":  # Megatron's checkpoint writer spawns a process that imports this module again
    main()
