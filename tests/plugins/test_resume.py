"""kill -9 at any step, or in the middle of a save: the next run ends with the bits of an uninterrupted one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from plugins.resume import find_checkpoint, finished_steps, last_whole
from tests.plugins.jobs import Job

SHAPE = {"num_layers": 2, "hidden_size": 128}


def cpt(run_dir: Path, data: Path) -> Job:
    return Job(
        "lumi_demo_cpt", run_dir, corpus=data / "corpus", max_steps=20, seq_length=64, global_batch_size=8, **SHAPE
    )


def sft(run_dir: Path, data: Path, checkpoint: Path) -> Job:
    """Long enough for more than one epoch over the questions."""
    return Job(
        "lumi_demo_sft",
        run_dir,
        dataset=data / "qa",
        tokenizer=data / "corpus" / "tokenizer",
        checkpoint=checkpoint,
        epochs=1.6,
        seq_length=256,
        global_batch_size=16,
        **SHAPE,
    )


@pytest.fixture(scope="module")
def pretrained(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, float]]]:
    """An uninterrupted pre-training run and its metrics."""
    job = cpt(tmp_path_factory.mktemp("resume") / "whole", tiny_data)
    return job.run_dir, job.run()


@pytest.mark.slow
def test_pretraining_killed_at_a_random_step(
    pretrained: tuple[Path, list[dict[str, float]]], tiny_data: Path, tmp_path: Path
) -> None:
    job = cpt(tmp_path / "killed", tiny_data)
    step = random.Random().randrange(2, 19)
    job.run_until(lambda: job.steps() >= step)
    assert job.run() == pretrained[1], f"killed at step {step}"


@pytest.mark.slow
def test_pretraining_killed_during_a_save(
    pretrained: tuple[Path, list[dict[str, float]]], tiny_data: Path, tmp_path: Path
) -> None:
    job = cpt(tmp_path / "killed", tiny_data)
    checkpoints = job.run_dir / "checkpoints"

    def saving_the_second() -> bool:
        return any(finished_steps(marker) > 4 for marker in checkpoints.glob("*-unfinished"))

    job.run_until(saving_the_second)
    left = last_whole(checkpoints)
    assert left is not None
    assert finished_steps(left) == 3, "the last whole checkpoint is the one before the save that was killed"
    assert job.run() == pretrained[1]


@pytest.mark.slow
def test_killed_during_the_very_first_save(
    pretrained: tuple[Path, list[dict[str, float]]], tiny_data: Path, tmp_path: Path
) -> None:
    job = cpt(tmp_path / "killed", tiny_data)
    checkpoints = job.run_dir / "checkpoints"
    job.run_until(lambda: any(checkpoints.glob("*-unfinished")))
    assert last_whole(checkpoints) is None
    assert job.run() == pretrained[1]


@pytest.mark.slow
def test_finetuning_killed_in_its_second_epoch(
    pretrained: tuple[Path, list[dict[str, float]]], tiny_data: Path, tmp_path: Path
) -> None:
    whole = sft(tmp_path / "whole", tiny_data, pretrained[0])
    expected = whole.run()
    total = sum("loss" in line for line in expected)
    epoch = total / 1.6
    job = sft(tmp_path / "killed", tiny_data, pretrained[0])
    step = random.Random().randrange(round(epoch) + 1, total - 1)
    job.run_until(lambda: job.steps() >= step)
    assert job.run() == expected, f"killed at step {step} of {total}"


def test_a_run_folder_stands_for_its_last_whole_checkpoint(pretrained: tuple[Path, list[dict[str, float]]]) -> None:
    checkpoint = find_checkpoint(pretrained[0])
    assert finished_steps(checkpoint) == 19
    (checkpoint / "context" / "io.json").rename(checkpoint / "context" / "moved")
    try:
        assert last_whole(pretrained[0] / "checkpoints") is None
    finally:
        (checkpoint / "context" / "moved").rename(checkpoint / "context" / "io.json")
