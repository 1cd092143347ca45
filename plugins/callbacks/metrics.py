"""`metrics.jsonl`: what a run measured, one JSON object a line, the same after a kill and a resume as without."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from lightning.pytorch.callbacks import Callback

from lexatron.atomic import write_text


class MetricsLog(Callback):
    """Writes one JSON line a step, a validation, a measurement and an event, to a file that anything can read.

    `{"step": 1, "loss": ..., "lr": ..., "grad_norm": ..., ...}` with what the run's other callbacks measure of a step
    (those with a method `step_values() -> dict[str, float]`); `{"step": 10, "val_loss": ...}`;
    `{"step": 10, "general_loss": ...}`; `{"step": 7, "event": "loss_spike", ...}`. `step` counts finished optimizer
    steps, from 1. Values that are not finite are left out: JSON has none. What is not NeMo's own goes to the loggers
    (TensorBoard, W&B) too. After a resume the lines behind the checkpoint are dropped first, so that the file is that
    of an uninterrupted run.

    Args:
        path: the file, made with its folder.
    """

    def __init__(self, path: str):
        self.path = Path(path)

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            kept = lines_until(self.path, trainer.global_step) if trainer.global_step else []
            write_text(self.path, "".join(f"{line}\n" for line in kept))

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        measured: dict[str, float] = {}
        for callback in trainer.callbacks:
            if hasattr(callback, "step_values"):
                measured |= callback.step_values()
        if not trainer.is_global_zero:
            return
        known = trainer.callback_metrics
        if "reduced_train_loss" in known:
            values = {"loss": float(known["reduced_train_loss"]), "lr": trainer.optimizers[0].param_groups[0]["lr"]}
            if "grad_norm" in known:
                values["grad_norm"] = float(known["grad_norm"])
            self.append(trainer.global_step, values | measured)
            to_loggers(trainer, measured)

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        loss = trainer.callback_metrics.get("val_loss")
        if trainer.is_global_zero and loss is not None and not trainer.sanity_checking:
            self.append(trainer.global_step, {"val_loss": float(loss)})

    def append(self, step: int, values: dict[str, Any]) -> None:
        """Add a line."""
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, **finite(values)}, allow_nan=False) + "\n")


def finite(values: dict[str, Any]) -> dict[str, Any]:
    """The values that JSON can hold."""
    return {key: value for key, value in values.items() if not isinstance(value, float) or math.isfinite(value)}


def to_loggers(trainer: Any, values: dict[str, Any]) -> None:
    """Numbers to TensorBoard and W&B, beside NeMo's own of the same step (which Lightning counts from 0)."""
    numbers = {key: value for key, value in values.items() if isinstance(value, int | float)}
    if numbers and trainer.is_global_zero:
        for logger in trainer.loggers:
            logger.log_metrics(numbers, step=max(0, trainer.global_step - 1))


def record(trainer: Any, **values: Any) -> None:
    """A line of the run's metrics file at the present step, and its numbers to the loggers; from the first process."""
    if not trainer.is_global_zero:
        return
    log = metrics_log(trainer)
    if log is not None:
        log.append(trainer.global_step, values)
    to_loggers(trainer, values)


def record_event(trainer: Any, event: str, *, action: str, **values: Any) -> None:
    """An event line: what happened, what is done about it, and the numbers that tell why."""
    if not trainer.is_global_zero:
        return
    log = metrics_log(trainer)
    if log is not None:
        log.append(trainer.global_step, {"event": event, "action": action, **values})
    to_loggers(trainer, {f"event/{event}/{key}": value for key, value in finite(values).items()})


def metrics_log(trainer: Any) -> MetricsLog | None:
    """The run's `MetricsLog`, if it has one."""
    return next((callback for callback in trainer.callbacks if isinstance(callback, MetricsLog)), None)


def lines_until(path: Path, step: int) -> list[str]:
    """The lines of a metrics file up to a step, as they stand; none where there is no file."""
    if not path.exists():
        return []
    kept = []
    for line in path.read_text("utf-8").splitlines():
        try:
            if json.loads(line)["step"] <= step:
                kept.append(line)
        except (ValueError, KeyError):
            break  # the line that a killed run was writing
    return kept
