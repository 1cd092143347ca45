"""QLoRA through NeMo's own finetuning: it learns, resumes, recomputes, runs on two processes, and merges."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from safetensors import safe_open
from torch.distributed.checkpoint import FileSystemReader

from plugins.resume import last_whole
from tests.plugins import jobs
from tests.plugins.jobs import Job, losses

HERE = Path(__file__).parent
# Each half of linear_fc2's input is whole blocks of 64, so that two processes quantise what one does.
SHAPE = {"num_layers": 2, "hidden_size": 256, "model.config.ffn_hidden_size": 768}
RECOMPUTE = {
    "model.config.recompute_granularity": "full",
    "model.config.recompute_method": "uniform",
    "model.config.recompute_num_layers": 1,
}


class QLoRAJob(Job):
    """`lumi_demo_sft` on the pretrained model, with QLoRA as its `peft`."""

    def __init__(self, run_dir: Path, data: Path, base: Path, layout: str = "cpu", **arguments: object):
        given = {"max_steps": 12, "seq_length": 256, "global_batch_size": 16, "max_lr": 4e-3, **SHAPE, **arguments}
        super().__init__(
            *("lumi_demo_sft", run_dir, layout),
            **{"dataset": data / "qa", "tokenizer": data / "corpus" / "tokenizer", "checkpoint": base, **given},
        )
        script = str(HERE / "qlora_job.py")
        self.command = [script if word == str(jobs.SCRIPT) else word for word in self.command]


@pytest.fixture(scope="module")
def base(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with a base that has learned a little."""
    job = Job(
        *("lumi_demo_cpt", tmp_path_factory.mktemp("qlora") / "base"),
        **{"corpus": tiny_data / "corpus", "max_steps": 15, "seq_length": 64, "global_batch_size": 8, **SHAPE},
    )
    job.run()
    return job.run_dir


@pytest.fixture(scope="module")
def whole(tiny_data: Path, base: Path) -> tuple[Path, list[dict[str, float]]]:
    """An uninterrupted QLoRA run, with dropout: its folder and its metrics."""
    job = QLoRAJob(base.parent / "whole", tiny_data, base, **{"peft.dropout": 0.05})
    return job.run_dir, job.run()


def checkpoint_of(run_dir: Path) -> Path:
    found = last_whole(run_dir / "checkpoints")
    assert found is not None
    return found


@pytest.mark.slow
def test_it_learns(whole: tuple[Path, list[dict[str, float]]]) -> None:
    found = losses(whole[1])
    assert mean(found[-4:]) < mean(found[:4]) - 0.1


@pytest.mark.slow
def test_its_checkpoints_hold_adapters_only(whole: tuple[Path, list[dict[str, float]]]) -> None:
    weights = checkpoint_of(whole[0]) / "weights"
    keys = FileSystemReader(weights).read_metadata().state_dict_metadata
    model = [key for key in keys if key.startswith("module.") or "decoder." in key]
    assert model
    assert all(".adapter." in key for key in model if not key.startswith("optimizer"))


@pytest.mark.slow
def test_a_killed_run_ends_with_the_same_bits(
    whole: tuple[Path, list[dict[str, float]]], tiny_data: Path, base: Path, tmp_path: Path
) -> None:
    job = QLoRAJob(tmp_path / "killed", tiny_data, base, **{"peft.dropout": 0.05})
    job.run_until(lambda: job.steps() >= 7)
    assert losses(job.run()) == losses(whole[1])


@pytest.mark.slow
def test_two_processes_and_recomputation_change_nothing(tiny_data: Path, base: Path, tmp_path: Path) -> None:
    """Under full recomputation NeMo's LoRA gets no gradient: the two runs would part at the second step."""
    shared = {"max_steps": 5, "peft.double_quantisation": False}
    one = QLoRAJob(tmp_path / "one", tiny_data, base, **shared, **RECOMPUTE).run()
    two = QLoRAJob(tmp_path / "two", tiny_data, base, "cpu_tp2_sp", **shared).run()
    assert losses(two) == pytest.approx(losses(one), abs=2e-4)


@pytest.fixture(scope="module")
def forms(whole: tuple[Path, list[dict[str, float]]], base: Path) -> tuple[dict[str, Any], Path]:
    """What `merge_job.py` found about the checkpoint, and the adapter in PEFT's format."""
    peft = base.parent / "peft"
    command = [sys.executable, str(HERE / "merge_job.py"), str(checkpoint_of(whole[0])), str(peft)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr[-4000:]
    return json.loads(outcome.stdout.splitlines()[-1]), peft


@pytest.mark.slow
def test_merged_weights_give_what_base_and_adapters_gave(forms: tuple[dict[str, Any], Path]) -> None:
    found = forms[0]
    assert found["base"] > 0.1, "the adapters change the model"
    assert found["merged"] < 1e-5
    assert found["adapters_left"] == 0


@pytest.mark.slow
def test_the_base_takes_the_bytes_that_were_planned(forms: tuple[dict[str, Any], Path]) -> None:
    found = forms[0]
    assert found["packed"] == found["planned"]
    assert found["packed"] / found["whole"] == pytest.approx(4.127 / 32, rel=1e-3)
    assert found["alive"] == 0, "no full-precision weight outlives the packing"


@pytest.mark.slow
def test_the_adapter_exports_to_peft(forms: tuple[dict[str, Any], Path]) -> None:
    config = json.loads((forms[1] / "adapter_config.json").read_text("utf-8"))
    assert (config["r"], config["lora_alpha"]) == (8, 16)
    with safe_open(forms[1] / "adapter_model.safetensors", "pt") as file:
        keys = list(file.keys())
    assert len(keys) == 2 * 2 * 7, "A and B of seven projections in two layers"


@pytest.mark.slow
def test_layers_match_megatrons_on_two_processes() -> None:
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    command += ["--master-port", str(jobs.free_port()), str(HERE / "parallel_layers.py")]
    outcome = subprocess.run(
        command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr[-4000:]
    assert outcome.stdout.count("equal") == 6
