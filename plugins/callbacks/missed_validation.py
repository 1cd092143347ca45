"""A run that ended between a save and the validation of the same step makes up for that validation."""

from __future__ import annotations

from typing import Any

from lightning.pytorch.callbacks import Callback

from lexatron.run_files import read_metrics
from plugins.callbacks.checkpoints import validation_is_due
from plugins.callbacks.metrics import metrics_log


class MissedValidation(Callback):
    """Validates before the first step of a resumed run, where the metrics file lacks the line that was due."""

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        missing = trainer.is_global_zero and trainer.global_step > 0 and is_missing(trainer)
        if trainer.strategy.broadcast(missing):
            validate(trainer)


def is_missing(trainer: Any) -> bool:
    """Whether a validation was due after the step that the run resumes from, and is not in the metrics file."""
    log = metrics_log(trainer)
    if log is None or not validation_is_due(trainer):
        return False
    lines = read_metrics(log.path)
    return not any("val_loss" in line and line["step"] == trainer.global_step for line in lines)


def validate(trainer: Any) -> None:
    """Run Lightning's validation loop here, as its training loop does between two steps."""
    loop = trainer.fit_loop.epoch_loop.val_loop
    loop.restarting = False
    trainer.validating = True
    loop.run()
    trainer.training = True
