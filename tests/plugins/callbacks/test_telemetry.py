"""Precision telemetry: sums over Transformer Engine's histories, which do not exist here, in its own shapes."""

from __future__ import annotations

from types import SimpleNamespace

import torch

from plugins.callbacks.telemetry import amax_summary, transformer_engine


def test_an_overflow_is_an_amax_above_all_before() -> None:
    history = torch.tensor([[1.0, 4.0, 0.0], [2.0, 3.0, 0.0], [8.0, 3.5, 5.0]])
    assert amax_summary(history) == {"amax_max": 8.0, "overflow_share": 0.5}, "the third tensor has no history yet"
    assert amax_summary(torch.zeros(4, 2)) == {"amax_max": 0.0, "overflow_share": 0.0}


def test_modules_of_delayed_scaling_are_read_and_others_left_out() -> None:
    delayed = SimpleNamespace(scale=torch.tensor([2.0, 8.0]), amax_history=torch.tensor([[1.0, 1.0], [0.5, 3.0]]))
    current = SimpleNamespace(scale=torch.tensor([1.0]))
    modules = [
        torch.nn.Linear(1, 1),
        SimpleNamespace(fp8_meta={"scaling_fwd": delayed, "scaling_bwd": current}),
        SimpleNamespace(fp8_meta={}),
    ]
    forward = {"scale_min": 2.0, "scale_max": 8.0, "amax_max": 3.0, "overflow_share": 0.5}
    assert transformer_engine(modules) == {"te_fwd": forward}
