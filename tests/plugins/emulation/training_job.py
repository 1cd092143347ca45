"""Runs a recipe with emulation in this process: `python training_job.py EMULATION RECIPE key=value ...`.

EMULATION is JSON, the arguments of `PrecisionEmulation`, or `null` for none.
"""

from __future__ import annotations

import json
import sys


def main() -> None:
    import fiddle
    import nemo_run as run

    from plugins.emulation.callback import PrecisionEmulation
    from recipes.overrides import build
    from recipes.registry import find

    emulation = json.loads(sys.argv[1])
    recipe = build(find(sys.argv[2]).load(), [*sys.argv[3:], "wandb=False", "tensorboard=False"])
    if emulation is not None:
        recipe.trainer.callbacks.append(run.Config(PrecisionEmulation, **emulation))
    fiddle.build(recipe)()


if __name__ == "__main__":  # Megatron's checkpoint writer spawns a process that imports this module again
    main()
