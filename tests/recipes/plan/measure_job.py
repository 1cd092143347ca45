"""Trains a recipe and measures its ranks: `python measure_job.py FOLDER RECIPE key=value ...`."""

from __future__ import annotations

import sys


def main() -> None:
    import fiddle
    import nemo_run as run

    from recipes.overrides import build
    from recipes.registry import find
    from tests.recipes.plan.measure import Measure

    folder, name, *arguments = sys.argv[1:]
    recipe = build(find(name).load(), [*arguments, "wandb=False", "tensorboard=False"])
    recipe.trainer.callbacks.append(run.Config(Measure, folder=folder))
    fiddle.build(recipe)()


if __name__ == "__main__":  # Megatron's checkpoint writer spawns a process that imports this module again
    main()
