"""QLoRA through NeMo's own finetuning: it learns, resumes, recomputes, runs on two processes, and merges."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from safetensors import safe_open
from torch.distributed.checkpoint import FileSystemReader

from plugins.resume import last_whole
from tests.plugins.jobs import ForkServer, Job, Metrics, Training, losses

# Each half of linear_fc2's input is whole blocks of 64, so that two processes quantise what one does.
SHAPE = {"num_layers": 2, "hidden_size": 256, "model.config.ffn_hidden_size": 768}
RECOMPUTE = {
    "model.config.recompute_granularity": "full",
    "model.config.recompute_method": "uniform",
    "model.config.recompute_num_layers": 1,
}


class QLoRATraining(Training):
    """`lumi_demo_sft` on the pretrained model, with QLoRA as its `peft`."""

    call = "tests.plugins.qlora.forked:train"

    def __init__(
        self,
        server: ForkServer,
        run_dir: Path,
        data: Path,
        base: Path,
        layout: str = "cpu",
        *,
        peft: dict[str, Any],
        **arguments: object,
    ):
        given = {"max_steps": 12, "seq_length": 256, "global_batch_size": 16, "max_lr": 4e-3, **SHAPE, **arguments}
        super().__init__(
            *(server, "lumi_demo_sft", run_dir, layout),
            **{"dataset": data / "qa", "tokenizer": data / "corpus" / "tokenizer", "checkpoint": base, **given},
        )
        self.order["peft"] = {"dim": 8, "alpha": 16, **peft}


@pytest.fixture(scope="module")
def base(server: ForkServer, tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with a base that has learned a little."""
    job = Training(
        *(server, "lumi_demo_cpt", tmp_path_factory.mktemp("qlora") / "base"),
        **{"corpus": tiny_data / "corpus", "max_steps": 15, "seq_length": 64, "global_batch_size": 8, **SHAPE},
    )
    job.finish()
    return job.run_dir


@pytest.fixture(scope="module")
def whole(server: ForkServer, tiny_data: Path, base: Path) -> tuple[Path, Metrics]:
    """An uninterrupted QLoRA run, with dropout: its folder and its metrics."""
    job = QLoRATraining(server, base.parent / "whole", tiny_data, base, peft={"dropout": 0.05})
    return job.run_dir, job.finish()


def checkpoint_of(run_dir: Path) -> Path:
    found = last_whole(run_dir / "checkpoints")
    assert found is not None
    return found


@pytest.mark.slow
def test_it_learns(whole: tuple[Path, Metrics]) -> None:
    found = losses(whole[1])
    assert mean(found[-4:]) < mean(found[:4]) - 0.1


@pytest.mark.slow
def test_its_checkpoints_hold_adapters_only(whole: tuple[Path, Metrics]) -> None:
    weights = checkpoint_of(whole[0]) / "weights"
    keys = FileSystemReader(weights).read_metadata().state_dict_metadata
    model = [key for key in keys if key.startswith("module.") or "decoder." in key]
    assert model
    assert all(".adapter." in key for key in model if not key.startswith("optimizer"))


@pytest.mark.slow
def test_a_killed_run_ends_with_the_same_bits(
    server: ForkServer, whole: tuple[Path, Metrics], tiny_data: Path, base: Path, tmp_path: Path
) -> None:
    job = QLoRATraining(server, tmp_path / "killed", tiny_data, base, peft={"dropout": 0.05})
    job.kill_when(lambda: job.steps() >= 7)
    assert losses(job.finish()) == losses(whole[1])


@pytest.mark.slow
def test_two_processes_and_recomputation_change_nothing(
    server: ForkServer, tiny_data: Path, base: Path, tmp_path: Path
) -> None:
    """Under full recomputation NeMo's LoRA gets no gradient: the two runs would part at the second step."""
    shared: dict[str, Any] = {"max_steps": 5, "peft": {"double_quantisation": False}}
    one = QLoRATraining(server, tmp_path / "one", tiny_data, base, **shared, **RECOMPUTE).finish()
    two = QLoRATraining(server, tmp_path / "two", tiny_data, base, "cpu_tp2_sp", **shared).finish()
    assert losses(two) == pytest.approx(losses(one), abs=2e-4)


@pytest.fixture(scope="module")
def forms(server: ForkServer, whole: tuple[Path, Metrics], base: Path) -> tuple[dict[str, Any], Path]:
    """What `forms.py` found about the checkpoint, and the adapter in PEFT's format."""
    peft, found = base.parent / "peft", base.parent / "forms.json"
    paths = {"checkpoint": str(checkpoint_of(whole[0])), "peft": str(peft), "found": str(found)}
    Job(server, "tests.plugins.qlora.forms:compare", base.parent / "forms.log", **paths).succeed()
    return json.loads(found.read_text("utf-8")), peft


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
def test_layers_match_megatrons_on_two_processes(server: ForkServer, tmp_path: Path) -> None:
    job = Job(server, "tests.plugins.qlora.parallel_layers:compare_all", tmp_path / "log", ranks=2)
    job.succeed()
    assert job.log.read_text("utf-8").count("equal") == 6
