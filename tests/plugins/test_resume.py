"""kill -9 at any step, or in the middle of a save: the next run ends with the bits of an uninterrupted one."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from plugins.resume import find_checkpoint, finished_steps, last_whole
from tests.plugins.callbacks.forked import Run
from tests.plugins.jobs import ForkServer

STEPS = 15
KEEPING = {"save_every": 2, "keep_every": 5, "keep_best": 1}
"""Validations after 3, 6, ... 15: with saves, between them, and alone."""


def cpt(server: ForkServer, run_dir: Path, data: Path) -> Run:
    words = {"corpus": data / "corpus", "max_steps": STEPS, "validations": 5}
    return Run(server, run_dir, words=words, behaviour=KEEPING)


def sft(server: ForkServer, run_dir: Path, data: Path, checkpoint: Path) -> Run:
    """Long enough for more than one epoch over the questions."""
    words = {
        "dataset": data / "qa",
        "tokenizer": data / "corpus" / "tokenizer",
        "checkpoint": checkpoint,
        "epochs": 1.6,
        "seq_length": 256,
        "global_batch_size": 16,
    }
    general = str(data / "corpus" / "en_validation_00000")
    behaviour = {"general": general, "general_sequences": 16, "forgetting_every": 4}
    return Run(server, run_dir, "lumi_demo_sft", words=words, behaviour=behaviour)


@pytest.fixture(scope="module")
def pretrained(server: ForkServer, tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """An uninterrupted pre-training run, finished."""
    run = cpt(server, tmp_path_factory.mktemp("resume") / "whole", tiny_data)
    run.finish()
    return run


def assert_same(run: Run, whole: Run, when: str) -> None:
    assert run.finish() == whole.metrics(), when
    assert run.checkpoints() == whole.checkpoints(), when


@pytest.mark.slow
def test_pretraining_killed_at_random_steps(
    server: ForkServer, pretrained: Run, tiny_data: Path, tmp_path: Path
) -> None:
    run = cpt(server, tmp_path / "killed", tiny_data)
    steps = sorted(random.Random().sample(range(2, STEPS), 2))
    for step in steps:
        run.kill_when(lambda step=step: run.steps() >= step)
    assert_same(run, pretrained, f"killed at steps {steps}")


@pytest.mark.slow
def test_pretraining_killed_during_a_save(server: ForkServer, pretrained: Run, tiny_data: Path, tmp_path: Path) -> None:
    run = cpt(server, tmp_path / "killed", tiny_data)
    checkpoints: Path = run.run_dir / "checkpoints"
    run.kill_when(lambda: any(finished_steps(marker) > 4 for marker in checkpoints.glob("*-unfinished")))
    left = last_whole(checkpoints)
    assert left is not None
    assert finished_steps(left) == 4, "the last whole checkpoint is the one before the save that was killed"
    assert_same(run, pretrained, "killed during a save")


@pytest.mark.slow
def test_killed_during_the_very_first_save(
    server: ForkServer, pretrained: Run, tiny_data: Path, tmp_path: Path
) -> None:
    run = cpt(server, tmp_path / "killed", tiny_data)
    checkpoints: Path = run.run_dir / "checkpoints"
    run.kill_when(lambda: any(checkpoints.glob("*-unfinished")))
    assert last_whole(checkpoints) is None
    assert_same(run, pretrained, "killed during the first save")


@pytest.mark.slow
def test_finetuning_killed_in_its_second_epoch(
    server: ForkServer, pretrained: Run, tiny_data: Path, tmp_path: Path
) -> None:
    whole = sft(server, tmp_path / "whole", tiny_data, pretrained.run_dir)
    expected: list[dict[str, Any]] = whole.finish()
    total = sum("loss" in line for line in expected)
    assert len(whole.values("general_loss")) == 1 + total // 4
    run = sft(server, tmp_path / "killed", tiny_data, pretrained.run_dir)
    step = random.Random().randrange(round(total / 1.6) + 1, total - 1)
    run.kill_when(lambda: run.steps() >= step)
    assert_same(run, whole, f"killed at step {step} of {total}")


def test_a_run_folder_stands_for_its_last_whole_checkpoint(pretrained: Run) -> None:
    checkpoint = find_checkpoint(pretrained.run_dir)
    assert finished_steps(checkpoint) == STEPS - 1
    (checkpoint / "context" / "io.json").rename(checkpoint / "context" / "moved")
    try:
        assert finished_steps(find_checkpoint(pretrained.run_dir)) == 9, "the permanent one of step 10"
    finally:
        (checkpoint / "context" / "moved").rename(checkpoint / "context" / "io.json")
