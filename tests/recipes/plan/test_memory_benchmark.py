"""The script that compares the plan with a GPU: what of it can run without one."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.gpu import memory
from recipes.hardware import find_gpu
from recipes.plan.memory import plan_memory
from recipes.plan.setup import read
from recipes.plan.world import pretended
from tests.recipes.plan.tiny import tiny

ROOT = Path(__file__).resolve().parents[3]


def test_it_says_how_it_is_used() -> None:
    command = [sys.executable, "-m", "benchmarks.gpu.memory", "--help"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "max_memory_allocated" in outcome.stdout


@pytest.mark.parametrize("name", ["bf16-none-adam", "fp8-selective-adam_bf16", "bf16-full-cpu_offload"])
def test_a_variant_is_a_recipe_that_can_be_planned(name: str) -> None:
    plan = plan_memory(memory.variant(name, 2, 1024), find_gpu("H100"), world_size=1)
    layer = (4096 * 6144) + (4096 * 4096) + (4096 * 28672) + (14336 * 4096) + 2 * 4096
    assert plan.total_parameters == 2 * layer + 2 * 128256 * 4096 + 4096


def test_its_training_trains() -> None:
    recipe = tiny("layout=cpu", "global_batch_size=8")
    setup = read(recipe)
    with pretended(replace(setup.parallel, data=1)):
        first, last = memory.train(recipe, 1), memory.train(recipe, 8)
    assert 0 < last < first
