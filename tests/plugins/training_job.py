"""Runs a recipe in this process, as NeMo-Run's task runner does: `python training_job.py RECIPE key=value ...`."""

from __future__ import annotations

import sys


def main() -> None:
    import fiddle

    from recipes.overrides import build
    from recipes.registry import find

    recipe = build(find(sys.argv[1]).load(), [*sys.argv[2:], "wandb=False", "tensorboard=False"])
    fiddle.build(recipe)()


if __name__ == "__main__":  # Megatron's checkpoint writer spawns a process that imports this module again
    main()
