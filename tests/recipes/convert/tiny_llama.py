"""A Llama 3.3 Instruct in everything but its size: vocabulary, end tokens, context, RoPE and generation defaults."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM

VOCABULARY = 128_256
CONFIG: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "attention_dropout": 0.0,
    "bos_token_id": 128_000,
    "eos_token_id": [128_001, 128_008, 128_009],
    "head_dim": 8,
    "hidden_act": "silu",
    "hidden_size": 16,
    "initializer_range": 0.02,
    "intermediate_size": 32,
    "max_position_embeddings": 131_072,
    "mlp_bias": False,
    "model_type": "llama",
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "num_key_value_heads": 2,
    "pretraining_tp": 1,
    "rms_norm_eps": 1e-05,
    "rope_scaling": {
        "factor": 8.0,
        "high_freq_factor": 4.0,
        "low_freq_factor": 1.0,
        "original_max_position_embeddings": 8192,
        "rope_type": "llama3",
    },
    "rope_theta": 500_000.0,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "transformers_version": "4.47.0.dev0",
    "use_cache": True,
    "vocab_size": VOCABULARY,
}
GENERATION = {
    "bos_token_id": 128_000,
    "do_sample": True,
    "eos_token_id": [128_001, 128_008, 128_009],
    "temperature": 0.6,
    "top_p": 0.9,
    "transformers_version": "4.47.0.dev0",
}
SPECIAL = {
    128_000: "<|begin_of_text|>",
    128_001: "<|end_of_text|>",
    128_004: "<|finetune_right_pad_id|>",
    128_006: "<|start_header_id|>",
    128_007: "<|end_header_id|>",
    128_008: "<|eom_id|>",
    128_009: "<|eot_id|>",
}


def make(folder: Path, tokenizer: Path | None = None, **changes: Any) -> Path:
    """Write the model with random weights.

    Args:
        folder: where to write it.
        tokenizer: a folder with a small tokenizer; None: one of 128,256 tokens at Llama 3's ids.
        changes: of `config.json`.
    """
    folder.mkdir(parents=True)
    config = CONFIG | changes
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig.from_dict(dict(config))).to(getattr(torch, config["torch_dtype"]))
    for name, weight in model.named_parameters():
        if "norm" in name:  # a norm of ones would hide a norm in the wrong place
            torch.nn.init.uniform_(weight, 0.5, 1.5)
    model.save_pretrained(folder)
    for name, value in (("config.json", config), ("generation_config.json", GENERATION)):
        (folder / name).write_text(json.dumps(value, indent=1, sort_keys=True), "utf-8")  # not as we would write it
    (folder / "LICENSE.txt").write_text("the licence that goes with the weights\n", "utf-8")
    if tokenizer is None:
        write_tokenizer(folder)
    else:
        for file in tokenizer.iterdir():
            shutil.copy(file, folder)
    return folder


def write_tokenizer(folder: Path) -> None:
    """A byte-level tokenizer of Llama 3's size, with its special tokens at its ids, and a chat template."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    from data_prep.llama3 import CHAT_TEMPLATE

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = alphabet + [f"unused{number}" for number in range(128_000 - len(alphabet))]
    reserved = {i: SPECIAL.get(i, f"<|reserved_special_token_{i}|>") for i in range(128_000, VOCABULARY)}
    tokenizer = Tokenizer(
        models.BPE({word: i for i, word in enumerate(words)} | {t: i for i, t in reserved.items()}, [])
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in reserved.values()])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=SPECIAL[128_000],
        eos_token=SPECIAL[128_009],
        pad_token=SPECIAL[128_004],
        chat_template=CHAT_TEMPLATE,
    )
    fast.save_pretrained(folder)
