"""What the callback refuses."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from lexatron.errors import UserError
from plugins.emulation.callback import PrecisionEmulation
from plugins.emulation.linear import EmulatedForward
from plugins.emulation.schemes import Fp8Delayed


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


def test_telemetry_of_delayed_scaling() -> None:
    callback = PrecisionEmulation("fp8")
    assert callback.telemetry() == {}
    schemes = [Fp8Delayed(), Fp8Delayed()]
    callback._emulated = [(EmulatedForward(scheme), scheme) for scheme in schemes]
    for first, second in ((2.0, 4.0), (1.0, 8.0)):
        schemes[0].finish_step(torch.tensor([first] * 3))
        schemes[1].finish_step(torch.tensor([second] * 3))
    expected = {"scale_min": 56.0, "scale_max": 224.0, "amax_max": 8.0, "overflow_share": 0.5}
    assert callback.telemetry()["emulated_x"] == expected
    assert callback.telemetry()["emulated_g"]["scale_max"] == 57344 / 2
