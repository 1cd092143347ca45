"""Real trainings over two processes: what each rank holds, and what the checkpoint has on disk, as predicted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recipes.overrides import build
from recipes.plan.memory import plan_memory
from recipes.registry import find
from tests.plugins.jobs import ForkServer, Training
from tests.recipes.plan.measure import saved_tensor_bytes

COMMON = {
    "max_steps": 2,
    "seq_length": 64,
    "global_batch_size": 8,
    "num_layers": 2,
    "hidden_size": 256,
    "validations": 1,
    "limit_val_batches": 1,
    "saves": 1,
}


class MeasuredTraining(Training):
    """A training that measures its ranks."""

    call = "tests.recipes.plan.measure:train"


@pytest.mark.slow
@pytest.mark.parametrize(("layout", "precision"), [("cpu_dp2", "bf16"), ("cpu_tp2_sp", "fp32")])
def test_a_training_takes_what_was_predicted(
    layout: str, precision: str, server: ForkServer, tiny_data: Path, tmp_path: Path
) -> None:
    arguments = {"corpus": tiny_data / "corpus", "precision": precision, **COMMON}
    job = MeasuredTraining(server, "lumi_demo_cpt", tmp_path / "run", layout, **arguments)
    job.order["measured"] = str(tmp_path / "measured")
    job.finish()

    words = [f"{key}={value}" for key, value in {"layout": layout, **arguments}.items()]
    plan = plan_memory(build(find("lumi_demo_cpt").load(), words), None)
    for path in (tmp_path / "measured").iterdir():
        measured = json.loads(path.read_text())
        rank = plan.ranks[0]
        assert measured == {
            "parameters": rank.parameters,
            "weights": rank.weights,
            "gradients": rank.gradients,
            "optimizer": rank.optimizer,
        }
    (saved,) = (tmp_path / "run" / "checkpoints").glob("*-last/weights")
    assert saved_tensor_bytes(saved) == plan.checkpoint_bytes
    on_disk = sum(path.stat().st_size for path in saved.iterdir())
    assert 0 < on_disk - plan.checkpoint_bytes < 2**20
