"""A packed fine-tuning killed at any step ends with the bits of an uninterrupted one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.plugins import jobs
from tests.plugins.jobs import Job, losses

STEPS = 10


def job(run_dir: Path, data: Path) -> Job:
    """More than one epoch over the packs, of which there are about eight times 16."""
    return Job(
        "lumi_demo_sft",
        run_dir,
        dataset=data / "qa",
        tokenizer=data / "corpus" / "tokenizer",
        checkpoint="none",
        max_steps=STEPS,
        seq_length=256,
        global_batch_size=16,
        num_layers=2,
        hidden_size=128,
    )


@pytest.mark.slow
def test_killed_at_a_random_step(tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "SCRIPT", Path(__file__).with_name("packed_job.py"))
    expected = job(tmp_path / "whole", tiny_data).run()
    assert len(losses(expected)) == STEPS
    assert losses(expected)[-1] < losses(expected)[0]
    assert any("val_loss" in line for line in expected), "15 conversations are validated, though fewer than a batch"
    killed = job(tmp_path / "killed", tiny_data)
    step = random.Random().randrange(2, STEPS - 1)
    killed.run_until(lambda: killed.steps() >= step)
    assert killed.run() == expected, f"killed at step {step}"
