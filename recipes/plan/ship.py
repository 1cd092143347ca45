"""Searches the rows of recipes/layout_tables.py: `python -m recipes.plan.ship llama33_70b_cpt B200 4 8 16`.

For each count it prints the fastest layout that fits the recipe with its defaults, ready to be put into the table, or
why none does. A test plans every row of the table, so that a row that no longer fits is found.
"""

from __future__ import annotations

import sys
import time

from lexatron.errors import UserError
from recipes.hardware import COUNTS, find_gpu
from recipes.layouts import Layout
from recipes.plan.search import auto
from recipes.reference import stand_in
from recipes.registry import find


def as_row(layout: Layout) -> str:
    """The line of the table."""
    count = layout.world_size
    parts = {
        "tp": (layout.tensor_model_parallel_size, 1),
        "pp": (layout.pipeline_model_parallel_size, 1),
        "vp": (layout.virtual_pipeline_model_parallel_size, None),
        "cp": (layout.context_parallel_size, 1),
        "micro": (layout.micro_batch_size, 1),
        "recompute": (layout.recompute, "none"),
        "optimizer": (layout.optimizer, "adam"),
        "fsdp": (layout.fsdp, False),
    }
    said = [
        f'{key}="{value}"' if isinstance(value, str) else f"{key}={value}"
        for key, (value, usual) in parts.items()
        if value != usual
    ]
    return f"        row({', '.join([repr(layout.gpu).replace(chr(39), chr(34)), str(count), *said])}),"


def main(recipe: str, gpu_name: str, *counts: str) -> None:
    """Print a row for each count."""
    function, gpu = find(recipe).load(), find_gpu(gpu_name)
    settings = dict(word.split("=") for word in stand_in(function, []))
    for count in map(int, counts or map(str, COUNTS)):
        started = time.perf_counter()
        try:
            print(as_row(auto(function, {key: int(value) for key, value in settings.items()}, gpu, count)), flush=True)
        except UserError as error:
            print(f"        # {count} x {gpu.name}: {error}", flush=True)
        print(f"{time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
