"""Small trainings: every kind learns, resumed runs are bit-identical, two ranks compute what one process does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.emulation.forked import EmulatedTraining
from tests.plugins.emulation.training_callbacks import KILLED
from tests.plugins.jobs import ForkServer, losses

pytestmark = pytest.mark.slow
NVFP4 = {"kind": "nvfp4", "bf16_last_layers": 1, "bf16_after_fraction": 0.8}
RUNS: dict[str, dict[str, Any]] = {
    "plain": {"emulation": None},
    "fp8": {"emulation": {"kind": "fp8"}, "from": "plain"},
    "fp8_killed": {"emulation": {"kind": "fp8"}, "from": "plain", "kill_after": 6},
    "fp8_tp2": {"emulation": {"kind": "fp8"}, "from": "plain", "layout": "cpu_tp2"},
    "fp8_tp2_sp": {"emulation": {"kind": "fp8"}, "from": "plain", "layout": "cpu_tp2_sp"},
    "fp8_current": {"emulation": {"kind": "fp8_current", "bf16_first_layers": 1}, "precision": "bf16"},
    "nvfp4": {"emulation": NVFP4},
    "nvfp4_killed": {"emulation": NVFP4, "kill_after": 6},
}


@pytest.fixture(scope="module")
def runs(server: ForkServer, tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all runs; a killed one was started again after its kill."""
    folder = tmp_path_factory.mktemp("emulation")
    for name, given in RUNS.items():
        words: dict[str, Any] = {"corpus": tiny_data / "corpus"}
        words |= {key: given[key] for key in ("layout", "precision") if key in given}
        words |= {"checkpoint": folder / given["from"], "max_lr": 5e-4} if "from" in given else {}
        save_every = 4 if "kill_after" in given else 1000  # the last step is saved anyway
        job = EmulatedTraining(server, folder / name, emulation=given["emulation"], save_every=save_every, **words)
        if "kill_after" in given:
            assert job.run(stop_after=given["kill_after"]) == KILLED, job.tail()
        job.succeed()
    return folder


def metrics(run: Path) -> list[dict[str, float]]:
    """The lines of a run without what depends on the clock."""
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text("utf-8").splitlines()]
    return [{key: line[key] for key in ("step", "loss", "val_loss", "lr") if key in line} for line in lines]


def layers(run: Path, rank: int = 0) -> list[dict[str, Any]]:
    """Emulated modules at the start of every step: their schemes, and their newest amaxes."""
    return [json.loads(line) for line in Path(f"{run}.layers", str(rank)).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", list(RUNS))
def test_the_loss_falls(runs: Path, name: str) -> None:
    values = losses(metrics(runs / name))
    assert len(values) == 10
    assert sum(values[-3:]) / 3 < values[0] - (0.1 if "from" in RUNS[name] else 0.5)


def test_every_kind_changes_the_arithmetic(runs: Path) -> None:
    second = {name: losses(metrics(runs / name))[1] for name in ("plain", "fp8_current", "nvfp4")}
    assert len(set(second.values())) == len(second)


@pytest.mark.parametrize("name", ["fp8", "nvfp4"])
def test_a_killed_run_ends_with_the_bits_of_an_uninterrupted_one(runs: Path, name: str) -> None:
    """Killed after six steps, continued from the checkpoint of four with its amax history and random numbers."""
    assert len(layers(runs / f"{name}_killed")) > 10, "the second process repeated steps"
    assert metrics(runs / f"{name}_killed") == metrics(runs / name)


@pytest.mark.parametrize("name", ["fp8_tp2", "fp8_tp2_sp"])
def test_tensor_parallel_ranks_share_their_scales_and_train_as_one_process(runs: Path, name: str) -> None:
    """From the same weights; the sums of the ranks' products are rounded once more, so losses drift apart slowly."""
    assert losses(metrics(runs / name))[:4] == pytest.approx(losses(metrics(runs / "fp8"))[:4], abs=1e-2)
    first, second = layers(runs / name), layers(runs / name, rank=1)
    assert first == second
    assert all(max(amaxes) > 0 for amaxes in first[-1]["amaxes"].values())


def test_only_linear_layers_of_the_chosen_transformer_layers_are_emulated(runs: Path) -> None:
    found = layers(runs / "nvfp4")
    names = ("mlp.linear_fc1", "mlp.linear_fc2", "self_attention.linear_proj", "self_attention.linear_qkv")
    schemes = {0: "Nvfp4", 1: "Bf16"}
    expected = {f"decoder.layers.{layer}.{name}": schemes[layer] for layer in schemes for name in names}
    assert {name[name.index("decoder") :]: scheme for name, scheme in found[0]["schemes"].items()} == expected
    assert set(layers(runs / "fp8_current")[0]["schemes"].values()) == {"Bf16", "Fp8Current"}


def test_after_the_given_fraction_everything_is_bf16(runs: Path) -> None:
    assert ["Nvfp4" in step["schemes"].values() for step in layers(runs / "nvfp4")] == [True] * 8 + [False] * 2
