"""What is packed and what is not, and what is refused before a model is built."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from lexatron.errors import UserError
from plugins.qlora import QLoRA, base_of
from plugins.qlora.linear import NF4Linear, is_quantised


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("module.decoder.layers.0.self_attention.linear_qkv", True),
        ("0.module.decoder.layers.79.mlp.linear_fc2", True),
        ("module.decoder.layers.0.self_attention.linear_qkv.adapter.linear_in", False),
        ("module.decoder.layers.0.mlp.experts.local_experts.0.linear_fc1", False),
        ("module.decoder.final_layernorm", False),
        ("module.output_layer", False),
    ],
)
def test_the_four_linears_of_a_decoder_layer_are_packed(name: str, packed: bool) -> None:
    assert is_quantised(name) is packed


def layer(**changed: object) -> SimpleNamespace:
    config = SimpleNamespace(normalization="RMSNorm", layernorm_zero_centered_gamma=False)
    return SimpleNamespace(**{"parallel_mode": "column", "bias": None, "config": config, **changed})


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (torch.nn.Linear(2, 2), "does not know the layer type Linear"),
        (layer(bias=torch.zeros(4)), "without bias"),
        (
            layer(layer_norm_weight=torch.ones(4), config=SimpleNamespace(normalization="LayerNorm")),
            "plain RMSNorm",
        ),
    ],
)
def test_layers_that_it_would_get_wrong_are_refused(refused: object, reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        NF4Linear(refused)


@pytest.mark.parametrize("low", [{"fp8": "hybrid"}, {"fp4": "e2m1"}])
def test_low_precision_is_refused(low: dict[str, str]) -> None:
    with pytest.raises(UserError, match="precision=bf16"):
        QLoRA().setup(None, SimpleNamespace(config=SimpleNamespace(**low)), "fit")


def test_a_base_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="names no base"):
        base_of(tmp_path)
    (tmp_path / "weights").mkdir()
    note = {"model_ckpt_path": str(tmp_path / "moved")}
    (tmp_path / "weights" / "adapter_metadata.json").write_text(json.dumps(note))
    with pytest.raises(UserError, match="moved is gone"):
        base_of(tmp_path)
