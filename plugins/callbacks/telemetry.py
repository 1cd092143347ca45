"""What a low precision does to the numbers: scales, largest values, shares lost to overflow and underflow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch
from lightning.pytorch.callbacks import Callback

from plugins.callbacks.metrics import metrics_log, to_loggers

Values = dict[str, dict[str, float]]
"""Name of a tensor or a group of tensors -> name of a number -> the number."""


class PrecisionTelemetry(Callback):
    """Writes `{"step": n, "precision": {...}}` every `every` steps, and the numbers to the loggers.

    Sources: every callback of the run with a method `telemetry() -> dict[str, dict[str, float]]` (our emulation), and
    Transformer Engine's modules, where they run with delayed scaling: only that recipe keeps amaxes and scales. The
    values are those of the first process: its pipeline stage, its share of the tensors.

    Args:
        every: steps between lines.
    """

    def __init__(self, every: int = 100):
        self.every = every

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        if trainer.global_step % self.every or not trainer.is_global_zero:
            return
        values: Values = {}
        for callback in trainer.callbacks:
            if hasattr(callback, "telemetry"):
                values |= callback.telemetry()
        values |= transformer_engine(pl_module.modules())
        log = metrics_log(trainer)
        if not values or log is None:
            return
        log.append(trainer.global_step, {"precision": values})
        for name, numbers in values.items():
            to_loggers(trainer, {f"precision/{name}/{key}": number for key, number in numbers.items()})


def transformer_engine(modules: Iterable[Any]) -> Values:
    """Amaxes and scales of Transformer Engine's delayed scaling, over all tensors of a direction.

    TE keeps in `fp8_meta["scaling_fwd"]` and `["scaling_bwd"]` the `scale` `[tensors]` and the `amax_history`
    `[length, tensors]`, whose last row is the newest after each update. A step overflowed in a tensor where its amax
    is above all that the history held before, of which its scale was made. Underflow TE does not count.
    """
    found, metered = {}, [module for module in modules if hasattr(module, "fp8_meta")]
    for direction in ("fwd", "bwd"):
        metas = list(_metas(metered, f"scaling_{direction}"))
        if metas:
            scale = torch.cat([meta.scale.flatten() for meta in metas]).float()
            found[f"te_{direction}"] = {
                "scale_min": float(scale.min()),
                "scale_max": float(scale.max()),
                **amax_summary(torch.cat([meta.amax_history for meta in metas], dim=1).float()),
            }
    return found


def _metas(modules: Iterable[Any], key: str) -> Iterator[Any]:
    for module in modules:
        meta = module.fp8_meta.get(key)
        if meta is not None and getattr(meta, "amax_history", None) is not None:
            yield meta


def amax_summary(history: torch.Tensor) -> dict[str, float]:
    """The largest value, and the share of tensors whose newest amax is above their history.

    Args:
        history: `[length, tensors]`, the newest amax in the last row; zero where there is none yet.
    """
    newest, before = history[-1], history[:-1].amax(dim=0)
    known = before > 0
    overflowed = (newest > before) & known
    share = float(overflowed.sum()) / max(1, int(known.sum()))
    return {"amax_max": float(history.max()), "overflow_share": share}
