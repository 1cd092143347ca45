"""Run a recipe through NeMo-Run on this machine: refuse a folder that holds another run, say what failed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import nemo_run as run
import psutil

from launch.executors import local
from launch.prepare import take_folder
from launch.watch import watching
from lexatron.console import console
from lexatron.errors import UserError
from lexatron.run_files import PREEMPTED, read_ending
from plugins.run_lock import owner
from recipes.hardware import Gpu
from recipes.run_folder import finished


@dataclass(frozen=True)
class Outcome:
    """A finished run.

    Attributes:
        run_dir: its folder.
        checkpoint: its last one.
        was_finished: it had been finished before.
        early: why it ended before its last step (its time budget), else None.
    """

    run_dir: Path
    checkpoint: Path
    was_finished: bool
    early: str | None = None


class TrainingFailed(RuntimeError):
    """The job ended without its last step.

    Args:
        message: why, or the end of the log.
        code: what the command exits with: 75 where the run was preempted and goes on with the same command, 79 where a
            guard stopped it, else 1.
    """

    def __init__(self, message: str, code: int = 1):
        super().__init__(message)
        self.code = code


def train(
    recipe: run.Partial, name: str, gpu: Gpu | None = None, *, fresh: bool = False, whole: bool = True
) -> Outcome:
    """Run a recipe on this machine to its last step, resuming where a run was killed.

    Args:
        gpu: what the layout is for; None on a CPU.
        whole: read the data through first; False where `lexatron check` has done that.

    Raises:
        UserError: the layout is for several machines; the data or the checkpoint is missing, damaged or another's; the
            folder holds another run, or a job is writing it.
        TrainingFailed: the job ended early.
    """
    nodes = recipe.trainer.num_nodes
    if nodes > 1:
        remedy = "add --executor slurm --cluster FILE, or take a layout of one machine"
        raise UserError(f"this layout is for {nodes} machines, and this is one", remedy=remedy)
    folder, before = take_folder(recipe, name, fresh=fresh, whole=whole)
    max_steps = recipe.trainer.max_steps
    if before is not None:
        return Outcome(folder, before, was_finished=True, early=_early(folder))
    told = _Told(folder)
    with watching(folder / "metrics.jsonl", name, max_steps), told.listening():
        log = _run_job(recipe, local(recipe, gpu), name, folder)
    ending = read_ending(folder)
    if ending is not None and ending.code:
        raise TrainingFailed(f"{name} ended at step {ending.step}: {ending.reason}", code=ending.code)
    checkpoint = finished(folder, max_steps)
    if checkpoint is None and told.times:
        raise TrainingFailed(f"{name} was told to end; the same command goes on", code=PREEMPTED)
    if checkpoint is None:
        raise TrainingFailed(f"{name} ended before step {max_steps}\n{_tail(log)}\nlog: {log}")
    return Outcome(folder, checkpoint, was_finished=False, early=_early(folder))


def _early(folder: Path) -> str | None:
    ending = read_ending(folder)
    return ending.reason if ending is not None else None


class _Told:
    """On SIGTERM and Ctrl-C tell the job to save and end, and wait for it; before its first step, or on a second
    signal, end it at once.

    The handler does not raise: NeMo-Run waits in a thread pool, which would wait for the job before it let an exception
    through. What torchx has for this gives a job 10 seconds, too few for a large model's checkpoint.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.times = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The signal handler."""
        self.times += 1
        job = owner(self.folder)
        if self.times == 1 and job is not None:
            console.print("It finishes its step and saves. Again, and it ends at once.", highlight=False)
            os.kill(job, signal.SIGUSR1)
        else:
            for child in psutil.Process().children(recursive=True):
                child.kill()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Handle the signals in this block."""
        before = {number: signal.signal(number, self) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _run_job(recipe: run.Partial, executor: run.LocalExecutor, name: str, folder: Path) -> Path | None:
    with run.Experiment(
        name, base_dir=str(folder / "nemo_run"), clean_mode=True, enable_goodbye_message=False, log_level="ERROR"
    ) as experiment:
        experiment.add(recipe, executor=executor, name=name)
        experiment.run(detach=False, sequential=True, tail_logs=False)
    logs = sorted((folder / "nemo_run").rglob("combined.log"), key=lambda path: path.stat().st_mtime)
    return logs[-1] if logs else None


def _tail(log: Path | None, lines: int = 25) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:]) if log else "no log was written"
