"""A packed fine-tuning killed at any step ends with the bits of an uninterrupted one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.plugins.jobs import ForkServer, Training, losses

STEPS = 10


class PackedTraining(Training):
    """The demo's fine-tuning, over packs."""

    call = "tests.plugins.sft_data.forked:train"


def packed(server: ForkServer, run_dir: Path, data: Path) -> Training:
    """More than one epoch over the packs, of which there are about eight times 16."""
    return PackedTraining(
        server,
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
def test_killed_at_a_random_step(server: ForkServer, tiny_data: Path, tmp_path: Path) -> None:
    expected = packed(server, tmp_path / "whole", tiny_data).finish()
    assert len(losses(expected)) == STEPS
    assert losses(expected)[-1] < losses(expected)[0]
    assert any("val_loss" in line for line in expected), "15 conversations are validated, though fewer than a batch"
    killed = packed(server, tmp_path / "killed", tiny_data)
    step = random.Random().randrange(2, STEPS - 1)
    killed.kill_when(lambda: killed.steps() >= step)
    assert killed.finish() == expected, f"killed at step {step}"
