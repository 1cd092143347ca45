"""Keeps the processes that a training starts alive when a scheduler signals everything that belongs to a job.

Slurm sends SIGTERM and `--signal` to every process of a step. Megatron's checkpoint writer hands its results over
through a queue in a process of its own, and W&B has one too; neither expects a signal, and the save that the signal is
there for would fail with a broken pipe.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any

from megatron.core.dist_checkpointing.strategies import filesystem_async


@contextmanager
def shielded(*signals: signal.Signals) -> Iterator[None]:
    """What is started in this block never sees these signals: a blocked signal stays blocked over `exec`.

    Those that come for this process meanwhile wait until the block ends. Only SIGKILL ends such a process from
    outside; by itself it ends with its parent's goodbye.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start_helpers(trainer: Any, *signals: signal.Signals) -> None:
    """Start now, shielded, what a training would start at its first save and its first log line."""
    resource_tracker.ensure_running()  # the first time it unblocks SIGTERM behind itself
    with shielded(*signals):
        filesystem_async._get_write_results_queue()
        for logger in trainer.loggers:
            _ = logger.experiment
