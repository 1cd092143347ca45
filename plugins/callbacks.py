"""Callbacks on every recipe. A checkpoint names a callback's class, so none may be defined in a function."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from lightning.pytorch.callbacks import Callback

from lexatron.atomic import write_text
from plugins.resume import is_whole


class MetricsLog(Callback):
    """Writes one JSON line a step, and one a validation, to a file that anything can read.

    Lines: `{"step": 1, "loss": ..., "lr": ..., "seconds": ..., "samples_per_second": ..., "tokens_per_second": ...}`
    and `{"step": 10, "val_loss": ...}`. `step` counts finished optimizer steps, from 1. After a resume the lines
    behind the checkpoint are dropped first, so that the file is that of an uninterrupted run.

    Args:
        path: the file, made with its folder.
        samples_per_step: the global batch size.
        tokens_per_sample: the sequence length where every sample is that long; None leaves tokens/s out.
    """

    def __init__(self, path: str, samples_per_step: int, tokens_per_sample: int | None = None):
        self.path = Path(path)
        self.samples_per_step = samples_per_step
        self.tokens_per_sample = tokens_per_sample
        self._started = 0.0

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_text(self.path, "".join(f"{line}\n" for line in self._lines_until(trainer.global_step)))

    def _lines_until(self, step: int) -> list[str]:
        if not self.path.exists():
            return []
        kept = []
        for line in self.path.read_text("utf-8").splitlines():
            try:
                if json.loads(line)["step"] <= step:
                    kept.append(line)
            except (ValueError, KeyError):
                break  # the line that a killed run was writing
        return kept

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        self._started = time.perf_counter()

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        seconds = time.perf_counter() - self._started
        loss = trainer.callback_metrics.get("reduced_train_loss")
        if trainer.is_global_zero and loss is not None:
            self._write(
                step=trainer.global_step,
                loss=float(loss),
                lr=trainer.optimizers[0].param_groups[0]["lr"],
                seconds=round(seconds, 4),
                **self._speed(seconds),
            )

    def _speed(self, seconds: float) -> dict[str, float]:
        samples = self.samples_per_step / seconds
        speed = {"samples_per_second": round(samples, 2)}
        if self.tokens_per_sample is not None:
            speed["tokens_per_second"] = round(samples * self.tokens_per_sample, 1)
        return speed

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        loss = trainer.callback_metrics.get("val_loss")
        if trainer.is_global_zero and loss is not None and not trainer.sanity_checking:
            self._write(step=trainer.global_step, val_loss=float(loss))

    def _write(self, **values: Any) -> None:
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")


def read_metrics(path: str | Path) -> list[dict[str, Any]]:
    """The lines of a `MetricsLog` file; an unfinished last line is left out."""
    lines = []
    for line in Path(path).read_text("utf-8").splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            break
    return lines


class InitialCheckpoint(Callback):
    """Keeps the weights from before the first step, so that a report can compare with them.

    Args:
        path: the checkpoint folder; written once, whole or not at all.
    """

    def __init__(self, path: str):
        self.path = Path(path)

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.global_step == 0 and not is_whole(self.path):
            trainer.checkpoint_callback._save_checkpoint(trainer, str(self.path))


class FinishedBatchCounts(Callback):
    """Counts the batch after which a checkpoint is written as finished, so that a resumed run validates on the
    same steps as an uninterrupted one.

    Lightning 2.4 counts a batch as completed only after `on_train_batch_end`, in which the checkpoint is written;
    the restored count is then one behind the restored weights.
    """

    def on_save_checkpoint(self, trainer: Any, pl_module: Any, checkpoint: dict[str, Any]) -> None:
        progress = checkpoint["loops"]["fit_loop"]["epoch_loop.batch_progress"]
        for counts in (progress["current"], progress["total"]):
            counts["completed"] = counts["processed"]
