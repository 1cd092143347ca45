"""Precision telemetry: sums over Transformer Engine's histories, which do not exist here, in its own shapes."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import torch
from lightning.pytorch.callbacks import Callback

from lexatron.run_files import read_metrics
from plugins.callbacks import MetricsLog, PrecisionTelemetry
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


class Emulation(Callback):
    """A source as the emulation of a precision is one."""

    def telemetry(self) -> dict[str, dict[str, float]]:
        return {"weights": {"amax": 2.5, "underflow_share": 0.125}}


def test_a_line_every_so_many_steps_from_every_source(tmp_path: Path) -> None:
    telemetry, log = PrecisionTelemetry(every=2), MetricsLog(str(tmp_path / "metrics.jsonl"))
    trainer = SimpleNamespace(is_global_zero=True, callbacks=[telemetry, log, Emulation()], loggers=[])
    for step in range(1, 5):
        trainer.global_step = step
        telemetry.on_train_batch_end(trainer, torch.nn.Linear(1, 1), None, None, step)
    line = {"precision": {"weights": {"amax": 2.5, "underflow_share": 0.125}}}
    assert read_metrics(log.path) == [{"step": 2, **line}, {"step": 4, **line}]
