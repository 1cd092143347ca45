"""What `config.json` says after training: the origin's values, but for what training decided."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from nemo.collections.llm.gpt.model.llama import Llama3Config, Llama31Config
from transformers import AutoTokenizer

from lexatron.errors import UserError
from recipes.convert import hf_config
from tests.recipes.convert import tiny_llama

SHAPE: dict[str, Any] = {
    "num_layers": 2,
    "hidden_size": 16,
    "ffn_hidden_size": 32,
    "num_attention_heads": 4,
    "num_query_groups": 2,
    "kv_channels": 8,
    "rotary_base": 500_000,
    "seq_length": 4096,
    "params_dtype": torch.bfloat16,
}
ROWS = 1024
ORIGIN = tiny_llama.CONFIG | {"vocab_size": 1000, "bos_token_id": 1, "eos_token_id": [2, 6]}


@pytest.fixture(scope="module")
def tokenizer(small_llama: Path) -> Any:
    return AutoTokenizer.from_pretrained(small_llama)


class Short:
    """A tokenizer with fewer tokens."""

    def __init__(self, tokenizer: Any, tokens: int):
        self.tokenizer, self.tokens = tokenizer, tokens

    def __len__(self) -> int:
        return self.tokens

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tokenizer, name)


def changes(origin: dict[str, Any], nemo: Any, tokenizer: Any, folder: Path) -> dict[str, Any]:
    """What is different from the origin in the description of an export."""
    (folder / "config.json").write_text(json.dumps(origin), "utf-8")
    described = hf_config.describe(nemo, ROWS, tokenizer, folder, own_template=False)
    assert described.config.keys() >= origin.keys()
    return {key: value for key, value in described.config.items() if origin.get(key) != value}


@pytest.mark.parametrize(
    ("trained", "expected"),
    [
        ({}, {}),
        ({"init_method_std": 0.01}, {}),  # how training would have begun says nothing of how it ended
        ({"seq_length": 200_000}, {"max_position_embeddings": 200_000}),
        ({"rotary_base": 1_000_000}, {"rope_theta": 1_000_000.0}),
        ({"layernorm_epsilon": 1e-6}, {"rms_norm_eps": 1e-6}),
        ({"num_layers": 3}, {"num_hidden_layers": 3}),
        ({"params_dtype": torch.float32}, {}),
    ],
)
def test_only_what_training_decides_changes(
    trained: dict[str, Any], expected: dict[str, Any], tokenizer: Any, tmp_path: Path
) -> None:
    nemo = Llama31Config(**(SHAPE | trained))
    assert changes(ORIGIN, nemo, Short(tokenizer, 1000), tmp_path) == expected


def test_a_rope_without_scaling_ends_the_long_context(tokenizer: Any, tmp_path: Path) -> None:
    found = changes(ORIGIN, Llama3Config(**SHAPE), Short(tokenizer, 1000), tmp_path)
    assert found == {"rope_scaling": None, "max_position_embeddings": 4096}


def test_defaults_that_an_old_config_leaves_out_stay_out(tokenizer: Any, tmp_path: Path) -> None:
    old = {key: value for key, value in ORIGIN.items() if key not in ("head_dim", "tie_word_embeddings")}
    nemo = Llama31Config(**(SHAPE | {"kv_channels": 4}))
    assert changes(old, nemo, Short(tokenizer, 1000), tmp_path) == {}


def test_new_tokens_are_in_the_vocabulary(tokenizer: Any, tmp_path: Path) -> None:
    assert changes(ORIGIN, Llama31Config(**SHAPE), Short(tokenizer, 1010), tmp_path) == {"vocab_size": 1010}
    with pytest.raises(UserError, match="the tokenizer has 1025 tokens, the model only 1024"):
        changes(ORIGIN, Llama31Config(**SHAPE), Short(tokenizer, 1025), tmp_path)
