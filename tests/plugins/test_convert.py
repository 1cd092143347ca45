"""Hugging Face to NeMo and back: every tensor equal, the logits too, the files complete."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM


@pytest.fixture(scope="module")
def tiny_llama(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama 3.1 shaped model with scaled RoPE and the vocabulary of the tiny tokenizer."""
    folder = tmp_path_factory.mktemp("hf") / "tiny"
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=1024,
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=131_072,
        rope_theta=500_000.0,
        rope_scaling={
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        },
        tie_word_embeddings=False,
    )
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    for file in (tiny_data / "corpus" / "tokenizer").iterdir():
        shutil.copy(file, folder)
    return folder


def convert(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lexatron.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_there_and_back(tiny_llama: Path, tmp_path: Path) -> None:
    nemo, back, table = tmp_path / "nemo", tmp_path / "back", tmp_path / "table.json"
    outcome = convert("import", tiny_llama, "-o", nemo)
    assert outcome.returncode == 0, outcome.stderr
    outcome = convert("export", nemo, "-o", back, "--verify", "--json", table)
    assert outcome.returncode == 0, outcome.stderr
    assert json.loads(table.read_text())[0]["max_logit_difference"] == "0"

    before = AutoModelForCausalLM.from_pretrained(tiny_llama, torch_dtype="auto").state_dict()
    after = AutoModelForCausalLM.from_pretrained(back, torch_dtype="auto").state_dict()
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        assert torch.equal(tensor, after[name]), name

    config = json.loads((back / "config.json").read_text())
    tokenizer = AutoTokenizer.from_pretrained(back)
    assert config["max_position_embeddings"] == 131_072
    assert config["vocab_size"] == 1024
    assert config["eos_token_id"] == [tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids("<|eot_id|>")]
    assert tokenizer.chat_template


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("import", "{here}", "-o", "{here}/out"), "no config.json"),
        (("export", "{here}", "-o", "{here}/out"), "no whole NeMo checkpoint here"),
        (("export", "a=x", "b", "-o", "{here}/out"), "several checkpoints need names"),
    ],
)
def test_bad_input_is_one_sentence(arguments: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    outcome = convert(*(argument.format(here=tmp_path) for argument in arguments))
    assert outcome.returncode == 2
    assert sentence in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not (tmp_path / "out").exists()
