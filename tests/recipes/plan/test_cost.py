"""What a run comes to, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import nemo_run as run
import pytest

from recipes.hardware import GPUS
from recipes.plan.cost import checkpoints, cost
from recipes.plan.speed import speed
from recipes.plan.workload import read
from recipes.registry import find

REFERENCE = 446_470_190


@pytest.fixture(scope="module")
def recipe() -> run.Partial:
    built = find("llama33_70b_cpt").load()(layout="b200x8", tokens=REFERENCE)
    built.model.config.vocab_size = 128_256
    return built


def test_the_reference_run(recipe: run.Partial) -> None:
    """446,470,190 tokens, 5 epochs, 128 x 4096: 4,258 steps (DESIGN.md)."""
    work = read(recipe)
    outcome = cost(recipe, work, speed(work, GPUS["B200"]), 10**12, epoch_sequences=REFERENCE / 4096, price=2.5)
    assert outcome.steps == 4258
    assert outcome.tokens == 4258 * 128 * 4096
    assert outcome.epochs == pytest.approx(5, rel=1e-3)
    assert outcome.gpu_hours is not None
    assert outcome.hours is not None
    assert outcome.price is not None
    for hours, gpu_hours, price in zip(outcome.hours, outcome.gpu_hours, outcome.price, strict=True):
        assert gpu_hours == pytest.approx(8 * hours)
        assert price == pytest.approx(2.5 * gpu_hours)
    steps = speed(work, GPUS["B200"]).seconds[0] * 4258 / 3600
    batches = outcome.validations * recipe.trainer.limit_val_batches
    assert steps < outcome.hours[0] < steps * (1 + batches / 4258 / 3)


def test_twice_the_tokens_are_twice_the_time_and_no_price_without_one(recipe: run.Partial) -> None:
    work = read(recipe)
    estimate = speed(work, GPUS["B200"])
    twice = find("llama33_70b_cpt").load()(layout="b200x8", max_steps=2 * 4258)
    once, again = (cost(built, work, estimate, 0) for built in (recipe, twice))
    assert once.hours is not None
    assert again.hours is not None
    assert again.hours[0] == pytest.approx(2 * once.hours[0], rel=0.06)  # validations are as many
    assert once.price is None
    assert once.epochs is None


def test_a_cpu_has_steps_and_no_time(recipe: run.Partial) -> None:
    outcome = cost(recipe, read(recipe), None, 5)
    assert (outcome.hours, outcome.gpu_hours, outcome.price) == (None, None, None)
    assert outcome.disk_bytes == 5 * outcome.checkpoints


def test_checkpoints_on_disk(recipe: run.Partial) -> None:
    """Permanent ones, the best, the newest, and the one that is being written."""
    kept = run.Partial(recipe.__fn_or_cls__, log=run.Config(dict))
    kept.log = type("Log", (), {"ckpt": type("Checkpoints", (), {"keep_every_n_steps": 425, "keep_best": 1})})
    assert checkpoints(kept, 4258) == 10 + 1 + 2


def test_validation_of_a_frozen_model_is_half_of_a_step(recipe: run.Partial) -> None:
    """Forward of forward and backward: a third, a quarter with full recomputation, more where weights are frozen."""
    work = replace(read(recipe), recompute="none")
    estimate = speed(work, GPUS["B200"])
    plain = cost(recipe, work, estimate, 0).hours
    full = cost(recipe, replace(work, recompute="full"), estimate, 0).hours
    assert plain is not None
    assert full is not None
    assert plain[0] > full[0]
