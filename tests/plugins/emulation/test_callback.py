"""What the callback refuses."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from lexatron.errors import UserError
from plugins.emulation.callback import PrecisionEmulation


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"kind": "fp4"}, "one of: bf16, fp8, fp8_current, nvfp4"),
        ({"kind": "fp8", "bf16_first_layers": -1}, "negative"),
        ({"kind": "nvfp4", "bf16_after_fraction": 15}, "from 0 to 1"),
    ],
)
def test_impossible_arguments(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        PrecisionEmulation(**arguments)


def test_a_model_without_megatrons_linear_layers() -> None:
    trainer = SimpleNamespace(strategy=SimpleNamespace(megatron_parallel=[torch.nn.Linear(2, 2)]))
    with pytest.raises(UserError, match="no linear layer"):
        PrecisionEmulation("fp8").on_fit_start(trainer, None)
