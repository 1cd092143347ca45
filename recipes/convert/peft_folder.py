"""NeMo's LoRA weights as a PEFT folder: `adapter_model.safetensors` and `adapter_config.json`.

NeMo's exporter builds the whole Hugging Face model for it, and refuses target modules with wildcards. The tensors alone
say enough. NeMo adapts fused layers: `linear_qkv` and `linear_fc1` give three and two PEFT modules that share their A.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from nemo.lightning.io.state import TransformFns
from peft import LoraConfig
from safetensors.torch import save_file

ADAPTER = re.compile(r"decoder\.layers\.(\d+)\.(.+)\.adapter\.linear_in\.weight")
MODULES = {
    "self_attention.linear_qkv": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "self_attention.linear_proj": ("self_attn.o_proj",),
    "mlp.linear_fc1": ("mlp.gate_proj", "mlp.up_proj"),
    "mlp.linear_fc2": ("mlp.down_proj",),
}
Pair = tuple[torch.Tensor, torch.Tensor]


def write(model: Any, lora: Any, folder: Path) -> None:
    """Write the adapters of a NeMo model.

    Args:
        model: a NeMo model with LoRA, tensor parallel size 1.
        lora: the LoRA that made them: rank, alpha, dropout.
        folder: a folder that exists.
    """
    pairs = dict(hf_pairs(model))
    tensors = {}
    for name, (a, b) in pairs.items():
        tensors[f"base_model.model.{name}.lora_A.weight"] = a.contiguous()
        tensors[f"base_model.model.{name}.lora_B.weight"] = b.contiguous()
    save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    LoraConfig(
        r=lora.dim,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=target_modules(list(pairs), model.config.num_layers),
        task_type="CAUSAL_LM",
        inference_mode=True,
    ).save_pretrained(folder)


def hf_pairs(model: Any) -> Iterator[tuple[str, Pair]]:
    """Each adapted module by its Hugging Face name, with A [rank, in] and B [out, rank]."""
    state = model.module.state_dict()
    for key in state:
        if match := ADAPTER.fullmatch(key):
            layer, linear = match.groups()
            a, b = state[key].detach(), state[key.replace("linear_in", "linear_out")].detach()
            for name, part in zip(MODULES[linear], _split(linear, b, model.config), strict=True):
                yield f"model.layers.{layer}.{name}", (a.clone(), part.clone())


def _split(linear: str, b: torch.Tensor, config: Any) -> tuple[torch.Tensor, ...]:
    """The rows of B that belong to each Hugging Face module of a fused layer."""
    if linear == "self_attention.linear_qkv":
        context = SimpleNamespace(source=SimpleNamespace(config=config))
        parts: tuple[torch.Tensor, ...] = TransformFns.split_qkv(context, b)
        return parts
    return b.chunk(len(MODULES[linear]))


def target_modules(names: list[str], num_layers: int) -> list[str]:
    """Names for PEFT's config: `q_proj` where every layer has it, else each module by its full name."""
    kinds = sorted({name.rpartition(".")[2] for name in names})
    everywhere = len(names) == len(kinds) * num_layers
    return kinds if everywhere else sorted(names)
