"""Hugging Face to NeMo and back, also after training: the files are the same byte for byte, the weights too."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from lexatron.cli import main
from plugins import origin
from recipes.convert import export_hf, import_hf
from recipes.convert.hf_folder import stored_shapes
from tests.plugins.jobs import ForkServer, losses
from tests.recipes.convert.training import STEPS, TinyLlamaTraining


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def config_of(folder: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    return config


def test_there_and_back_changes_no_byte(llama33: Path, llama33_nemo: Path, tmp_path: Path) -> None:
    export_hf(llama33_nemo, tmp_path / "back")
    assert files(tmp_path / "back") == files(llama33)


def test_logits_agree_and_the_command_says_so(small_llama_nemo: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    arguments = ["export", str(small_llama_nemo), "-o", str(tmp_path / "back"), "--verify", "--json", str(table)]
    with pytest.raises(SystemExit) as outcome:
        main(arguments)
    assert outcome.value.code == 0
    assert float(json.loads(table.read_text())[0]["max_logit_difference"]) < 1e-5


@pytest.mark.slow
def test_training_in_two_processes_gives_everything_back(
    server: ForkServer, tiny_data: Path, llama33: Path, llama33_nemo: Path, tmp_path: Path
) -> None:
    """Tensor parallel 2, vocabulary padded to 129,024, learning rate 0: what comes out is what went in."""
    base = tmp_path / "base"
    shutil.copytree(llama33_nemo, base)
    run = TinyLlamaTraining(
        *(server, "lumi_demo_sft", tmp_path / "run", base, tiny_data / "qa", llama33),
        layout="cpu_tp2",
        precision="bf16",
        max_lr=0,
    )
    assert len(losses(run.finish())) == STEPS
    shutil.rmtree(base)  # the run has its own copy of what it needs
    export_hf(run.run_dir, tmp_path / "back")
    assert files(tmp_path / "back") == files(llama33)


def test_without_its_origin_an_export_is_derived(small_llama: Path, small_llama_nemo: Path, tmp_path: Path) -> None:
    alone = tmp_path / "nemo"
    shutil.copytree(small_llama_nemo, alone)
    shutil.rmtree(alone / "context" / origin.FOLDER)
    export_hf(alone, tmp_path / "back")
    before, after = config_of(small_llama), config_of(tmp_path / "back")
    for key in ("vocab_size", "rope_scaling", "rope_theta", "max_position_embeddings", "head_dim", "torch_dtype"):
        assert after[key] == before[key], key
    assert after["eos_token_id"] == [2, 6]  # <|end_of_text|>, <|eot_id|>
    assert (tmp_path / "back" / "model.safetensors").read_bytes() == (small_llama / "model.safetensors").read_bytes()


def test_an_adopted_chat_template_brings_its_end_tokens(tiny_data: Path, small_llama: Path, tmp_path: Path) -> None:
    """A base model ends at <|end_of_text|>; taught to chat it has to end at <|eot_id|> as well."""
    base = tmp_path / "base"
    shutil.copytree(small_llama, base)
    for name, key, value in (
        ("config.json", "eos_token_id", 2),
        ("generation_config.json", "eos_token_id", 2),
        ("tokenizer_config.json", "chat_template", None),
    ):
        content = json.loads((base / name).read_text("utf-8"))
        (base / name).write_text(json.dumps(content | {key: value}), "utf-8")
    nemo = import_hf(base, tmp_path / "nemo")
    chat = nemo / "context" / "tokenizer"  # where the context of a checkpoint keeps the tokenizer of training
    shutil.copy(tiny_data / "corpus" / "tokenizer" / "tokenizer_config.json", chat)
    export_hf(nemo, tmp_path / "back")
    generation = json.loads((tmp_path / "back" / "generation_config.json").read_text("utf-8"))
    assert generation["eos_token_id"] == config_of(tmp_path / "back")["eos_token_id"] == [2, 6]
    assert generation["temperature"] == 0.6


def test_tied_embeddings(tiny_data: Path, small_llama: Path, tmp_path: Path) -> None:
    from tests.recipes.convert import tiny_llama

    changes = {"vocab_size": 1024, "tie_word_embeddings": True, "bos_token_id": 1, "eos_token_id": 2}
    tied = tiny_llama.make(tmp_path / "tied", tiny_data / "corpus" / "tokenizer", **changes)
    export_hf(import_hf(tied, tmp_path / "nemo"), tmp_path / "back")
    assert "lm_head.weight" not in stored_shapes(tmp_path / "back")
    assert files(tmp_path / "back") == files(tied)
