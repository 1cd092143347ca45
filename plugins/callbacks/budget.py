"""A run that has so many minutes: it ends with a checkpoint, as a success, before they are over."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from lightning.pytorch.callbacks import Callback

from lexatron.run_files import BUDGET_SPENT
from plugins.callbacks.ending import end_run, highest


class TimeBudget(Callback):
    """Ends the run with a checkpoint and exit code 0 where another step would take it over its minutes.

    What counts is the time from the first step on, validations and saves included, over all jobs of the run: it is
    kept in the checkpoint, so that a queue's waiting costs nothing. The last save itself comes on top.

    Args:
        run_dir: where the reason is left (`ending.json`).
        minutes: of training.
    """

    def __init__(self, run_dir: str, minutes: float):
        self.run_dir, self.minutes = run_dir, minutes
        self._before = 0.0  # seconds that earlier jobs took
        self._started = self._step = 0.0
        self._steps: deque[float] = deque(maxlen=10)

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        self._started = self._step = time.monotonic()

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        now = time.monotonic()
        self._steps.append(now - self._step)
        self._step = now
        spent = self._spent() + max(self._steps) >= self.minutes * 60
        if highest(int(spent)) and trainer.global_step < trainer.max_steps:
            reason = f"its time budget of {self.minutes:g} minutes is spent"
            end_run(trainer, self.run_dir, code=BUDGET_SPENT, reason=reason)

    def _spent(self) -> float:
        return self._before + (time.monotonic() - self._started if self._started else 0.0)

    def state_dict(self) -> dict[str, Any]:
        return {"seconds": self._spent()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._before = state_dict["seconds"]
