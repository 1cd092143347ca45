"""Every layout on gloo: the losses of one process, and resuming after kill -9 with identical bits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugins.jobs import ForkServer, Training, losses

STEPS = 8
# What reordered sums cost in eight steps: fp32 keeps about 7 digits, bf16 about 3.
FP32, BF16 = 2e-4, 2e-2
COMMON = {
    "max_steps": STEPS,
    "seq_length": 64,
    "global_batch_size": 8,
    "num_layers": 2,
    "hidden_size": 256,
    "validations": STEPS,
    "limit_val_batches": 1,
    "saves": 4,
}


@pytest.fixture(scope="module")
def reference(
    server: ForkServer, tiny_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[float]]:
    """One process from random weights: its initial checkpoint and its losses."""
    run_dir = tmp_path_factory.mktemp("parallel") / "one"
    metrics = Training(server, "lumi_demo_cpt", run_dir, corpus=tiny_data / "corpus", **COMMON).finish()
    assert sum("val_loss" in line for line in metrics) >= 5
    assert losses(metrics)[-1] < losses(metrics)[0] - 0.3
    return run_dir / "initial", losses(metrics)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layout", "precision", "tolerance"),
    [
        ("cpu_tp2", "fp32", FP32),
        ("cpu_tp2_sp", "fp32", FP32),
        ("cpu_pp2", "fp32", FP32),
        ("cpu_dp2", "fp32", FP32),
        ("cpu_dp2", "bf16", BF16),
    ],
)
def test_two_processes_match_one_and_resume(
    layout: str,
    precision: str,
    tolerance: float,
    reference: tuple[Path, list[float]],
    server: ForkServer,
    tiny_data: Path,
    tmp_path: Path,
) -> None:
    initial, expected = reference
    arguments = {"corpus": tiny_data / "corpus", "checkpoint": initial, "precision": precision, **COMMON}
    whole = Training(server, "lumi_demo_cpt", tmp_path / "whole", layout, **arguments).finish()
    assert losses(whole) == pytest.approx(expected, abs=tolerance)
    assert sum("val_loss" in line for line in whole) >= 5

    killed = Training(server, "lumi_demo_cpt", tmp_path / "killed", layout, **arguments)
    killed.kill_when(lambda: killed.validated(5))  # not between a save and its validation, which would be lost
    assert killed.finish() == whole, "the resumed run is not the uninterrupted one, bit by bit"
