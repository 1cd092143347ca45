"""The switch to BF16, on Megatron's own config; its effect on Transformer Engine's layers needs a GPU."""

from __future__ import annotations

import pytest
import torch
from megatron.core.transformer import TransformerConfig

from lexatron.errors import UserError
from plugins.callbacks import Bf16Decay
from plugins.callbacks.decay import switch_off


def layers(**precision: object) -> list[torch.nn.Module]:
    config = TransformerConfig(num_layers=2, hidden_size=64, num_attention_heads=1, bf16=True, **precision)
    modules = [torch.nn.Module(), torch.nn.Module(), torch.nn.Linear(1, 1)]
    for module in modules[:2]:
        module.config = config
    return modules


def test_fp8_is_switched_off_once() -> None:
    modules = layers(fp8="hybrid", fp8_recipe="delayed")
    assert switch_off(modules) == {"fp8"}
    assert modules[0].config.fp8 is None
    assert switch_off(modules) == set()


def test_weights_that_exist_in_fp8_only_are_refused() -> None:
    modules = layers(fp8="hybrid", fp8_recipe="delayed")
    modules[0].config.fp8_param = True
    with pytest.raises(UserError, match="cannot go on in BF16"):
        switch_off(modules)


@pytest.mark.parametrize("fraction", [-0.1, 1.5])
def test_a_share_is_a_share(fraction: float) -> None:
    with pytest.raises(UserError, match="between 0 and 1"):
        Bf16Decay(fraction)
