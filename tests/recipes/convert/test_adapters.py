"""LoRA and QLoRA runs as merged models and as PEFT adapters: three ways to the same logits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from lexatron.errors import UserError
from recipes.convert import agreement, export_adapter, export_hf, peft_folder
from recipes.convert.source import Source
from tests.plugins.jobs import ForkServer
from tests.recipes.convert.training import TinyLlamaTraining

TOLERANCE = 1e-5  # FP32; the logits are below 1
ARGUMENTS = {"precision": "fp32", "lora_rank": 8, "lora_alpha": 16, "max_lr": 0.05}


@pytest.fixture(scope="module")
def lora_run(
    server: ForkServer,
    tiny_data: Path,
    small_llama: Path,
    small_llama_nemo: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A LoRA run on the small Llama, far enough from its start that the adapter matters."""
    run_dir = tmp_path_factory.mktemp("lora") / "run"
    training = TinyLlamaTraining(
        server, "lumi_lora", run_dir, small_llama_nemo, tiny_data / "qa", small_llama, **ARGUMENTS
    )
    training.succeed()
    return run_dir


@pytest.fixture(scope="module")
def qlora_run(
    server: ForkServer,
    tiny_data: Path,
    small_llama: Path,
    small_llama_nemo: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The same on a base in NF4."""
    run_dir = tmp_path_factory.mktemp("qlora") / "run"
    training = TinyLlamaTraining(
        server, "lumi_qlora", run_dir, small_llama_nemo, tiny_data / "qa", small_llama, **ARGUMENTS
    )
    training.succeed()
    return run_dir


def logits(model: torch.nn.Module) -> torch.Tensor:
    return agreement.hf_logits(model, agreement.probe(1024))


@pytest.mark.slow
def test_merged_and_adapter_and_nemo_agree(lora_run: Path, small_llama: Path, tmp_path: Path) -> None:
    merged = export_hf(lora_run, tmp_path / "merged", verify=True)
    adapter = export_adapter(lora_run, tmp_path / "adapter", verify=True)
    assert merged.max_logit_difference is not None
    assert merged.max_logit_difference < TOLERANCE
    assert adapter.max_logit_difference is not None
    assert adapter.max_logit_difference < TOLERANCE

    base = AutoModelForCausalLM.from_pretrained(small_llama, torch_dtype="auto")
    before = logits(base)
    with_adapter = logits(PeftModel.from_pretrained(base, tmp_path / "adapter"))
    after = logits(AutoModelForCausalLM.from_pretrained(tmp_path / "merged", torch_dtype="auto"))
    assert (after - with_adapter).abs().max() < TOLERANCE
    assert (after - before).abs().max() > 100 * TOLERANCE  # the adapter changed something

    config = json.loads((tmp_path / "adapter" / "adapter_config.json").read_text("utf-8"))
    assert (config["r"], config["lora_alpha"], config["lora_dropout"]) == (8, 16, 0.05)
    assert len(config["target_modules"]) == 7
    assert AutoTokenizer.from_pretrained(tmp_path / "adapter").chat_template
    assert (tmp_path / "merged" / "config.json").read_bytes() == (small_llama / "config.json").read_bytes()


@pytest.mark.slow
def test_a_qlora_run_is_merged_into_its_base_of_4_bits(qlora_run: Path, small_llama: Path, tmp_path: Path) -> None:
    for export in (export_hf, export_adapter):
        outcome = export(qlora_run, tmp_path / export.__name__, verify=True)
        assert outcome.max_logit_difference is not None
        assert outcome.max_logit_difference < TOLERANCE
    base = AutoModelForCausalLM.from_pretrained(small_llama, torch_dtype="auto")
    on_full_base = logits(PeftModel.from_pretrained(base, tmp_path / "export_adapter"))
    merged = logits(AutoModelForCausalLM.from_pretrained(tmp_path / "export_hf", torch_dtype="auto"))
    assert (merged - on_full_base).abs().max() > 100 * TOLERANCE  # NF4 is not forgotten in the merge


@pytest.mark.slow
def test_a_base_that_is_gone_can_be_named(lora_run: Path, small_llama_nemo: Path, tmp_path: Path) -> None:
    moved = small_llama_nemo.with_name("moved")
    small_llama_nemo.rename(moved)
    try:
        with pytest.raises(UserError, match="name it with --base"):
            Source.open(lora_run)
        assert Source.open(lora_run, moved).base == moved
    finally:
        moved.rename(small_llama_nemo)


def test_a_whole_checkpoint_has_no_adapter(small_llama_nemo: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a LoRA checkpoint"):
        export_adapter(small_llama_nemo, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_modules_that_only_some_layers_have_go_by_their_full_names() -> None:
    names = [f"model.layers.{layer}.self_attn.{kind}" for layer in (0, 1) for kind in ("q_proj", "k_proj")]
    assert peft_folder.target_modules(names, 2) == ["k_proj", "q_proj"]
    assert peft_folder.target_modules(names[:3], 2) == sorted(names[:3])
