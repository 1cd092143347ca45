"""Learning rates, schedules and replay, on what real recipes say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from data_prep.manifest import Manifest
from recipes.check import training
from recipes.check.finding import Finding
from recipes.check.machine import Machine
from tests.recipes.check.conftest import Make, context


def only(findings: list[Finding]) -> Finding:
    [finding] = findings
    return finding


@pytest.mark.parametrize(
    ("rate", "status"), [("2e-5", "pass"), ("1e-4", "pass"), ("1.5e-4", "warn"), ("3e-4", "fail"), ("0.0", "fail")]
)
def test_the_rate_of_continued_pretraining(rate: str, status: str, large: Make) -> None:
    finding = only(training.learning_rate(large(f"max_lr={rate}", "min_lr=0.0")))
    assert finding.status == status


def test_the_end_may_not_be_above_the_peak(large: Make) -> None:
    assert only(training.learning_rate(large("max_lr=1e-5", "min_lr=2e-5"))).status == "fail"


def test_random_weights_and_small_models_are_not_judged(cpt: Make, tiny_checkpoint: Path, large: Make) -> None:
    assert "random weights: not judged" in only(training.learning_rate(cpt("max_lr=2e-3"))).detail
    made = cpt("max_lr=2e-3", f"checkpoint={tiny_checkpoint}")
    assert "a small model: not judged" in only(training.learning_rate(made)).detail
    assert only(training.learning_rate(large("checkpoint=None", "max_lr=3e-4"))).status == "pass"


def test_adapters_bear_more(large: Make, this: Machine) -> None:
    assert only(training.learning_rate(large("max_lr=2e-4"))).status == "warn"
    for rate, status in (("2e-4", "pass"), ("2e-3", "warn"), ("3e-3", "fail")):
        made = context("llama31_8b_lora", this, "samples=1000", "layout=h100x8", f"max_lr={rate}")
        assert only(training.learning_rate(made)).status == status


@pytest.mark.parametrize(("share", "status"), [("0.1", "pass"), ("0.2", "pass"), ("0.3", "warn"), ("0.0001", "warn")])
def test_warm_up(share: str, status: str, large: Make) -> None:
    assert only(training.warm_up(large(f"warmup={share}"))).status == status


def test_an_override_of_the_trainer_leaves_the_cosine_behind(large: Make) -> None:
    finding = only(training.warm_up(large("trainer.max_steps=100")))
    assert finding.status == "warn"
    assert "the run at step 100" in finding.detail
    assert "max_steps=" in finding.remedy


def test_steps_validations_and_saves(large: Make) -> None:
    assert only(training.steps(large())).status == "pass"
    assert only(training.steps(large("trainer.max_steps=0"))).status == "fail"
    assert only(training.steps(large("trainer.val_check_interval=100000"))).status == "warn"
    assert only(training.steps(large("limit_val_batches=0"))).status == "warn"
    made = large()
    made.recipe.log.ckpt.every_n_train_steps = 100_000
    assert only(training.steps(made)).status == "warn"


@pytest.mark.parametrize(("share", "status"), [(0.0, "warn"), (0.01, "warn"), (0.05, "pass"), (0.4, "warn")])
def test_replay(share: float, status: str, cpt: Make, tiny_checkpoint: Path) -> None:
    made = cpt(f"checkpoint={tiny_checkpoint}")
    assert isinstance(made.manifest, Manifest)
    train = made.manifest.splits["train"]
    law = {name: replace(dataset, weight=dataset.weight * (1 - share)) for name, dataset in train.items()}
    general = {"wikipedia": replace(train["en"], kind="general", weight=share)} if share else {}
    manifest = replace(made.manifest, splits={**made.manifest.splits, "train": {**law, **general}})
    assert only(training.replay(replace(made, manifest=manifest))).status == status


def test_random_weights_have_nothing_to_forget(cpt: Make) -> None:
    assert training.replay(cpt()) == []
