"""A scheduler wants its machines back: finish the step, save, and end with a code that says "start me again"."""

from __future__ import annotations

import signal
from typing import Any

from lightning.pytorch.callbacks import Callback

from lexatron.run_files import PREEMPTED
from plugins.callbacks.ending import end_run, forget_ending, highest
from plugins.callbacks.shield import start_helpers

SIGNALS = (signal.SIGTERM, signal.SIGUSR1)


class Preemption(Callback):
    """On SIGTERM or SIGUSR1 to any process: all finish the step, save, and end with exit code 75 (EX_TEMPFAIL).

    NeMo's own listens to one signal on the first process only and ends with 0, which a scheduler takes for success.
    The next job goes on where this one ended, with identical bits. Slurm: `--signal=USR1@300 --requeue`, and a batch
    script that calls `scontrol requeue` on 75, as `launch.requeue` writes it.

    Args:
        run_dir: where the reason is left (`ending.json`).
    """

    def __init__(self, run_dir: str):
        self.run_dir = run_dir
        self._received = 0

    def setup(self, trainer: Any, pl_module: Any, stage: str) -> None:
        self._listen()
        start_helpers(trainer, *SIGNALS)

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        self._listen()  # again: Lightning has put its own handlers in place meanwhile
        if trainer.is_global_zero:
            forget_ending(self.run_dir)

    def _listen(self) -> None:
        for number in SIGNALS:
            signal.signal(number, self._remember)

    def _remember(self, number: int, frame: Any) -> None:
        self._received = number

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        received = highest(self._received)
        if received and trainer.global_step < trainer.max_steps:  # the last step ends by itself, as a success
            name = signal.Signals(received).name
            end_run(trainer, self.run_dir, code=PREEMPTED, reason=f"preempted by {name}; start it again to go on")
