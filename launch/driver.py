"""Stages one after the other on this machine, as processes or in containers, by a process that stays with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType

from launch.cluster import DockerHost
from launch.fingerprint import Answer
from launch.order import Order, behind, job_arguments, python_of
from launch.records import FOLDER, record
from launch.requeue import FINAL
from launch.stage import Stage
from lexatron.console import console
from lexatron.run_files import PREEMPTED

CANCELLED = 143
"""Exit code of a launch that was told to end: 128 and SIGTERM."""


class Cancelled(Exception):
    """Somebody wants the launch to end."""


class Cancellation:
    """SIGTERM and Ctrl-C: the stage that runs is told to save and end, and waited for; the next does not begin.

    The handler does not raise: NeMo-Run waits in a thread pool, which would wait for the stage before it let an
    exception through.
    """

    def __init__(self) -> None:
        self.asked = False
        self.tell: Callable[[], object] | None = None
        """Tells the stage that runs."""

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The signal handler."""
        self.asked = True
        if self.tell is not None:
            self.tell()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Handle the signals in this block."""
        before = {number: signal.signal(number, self) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def drive(order: Order, answers: Mapping[str, Answer]) -> int:
    """Run the stages that are not done, in order; the exit code of the one that failed, or 0.

    A stage that fails takes those that wait for it with it; others are still run.
    """
    cancellation = Cancellation()
    stage_runner = _container if isinstance(order.place, DockerHost) else _process
    run_stage = partial(stage_runner, cancellation)
    failed: dict[str, str] = {}
    code = 0
    with cancellation.watching(), suppress(Cancelled):
        for number, stage in enumerate(order.stages, 1):
            title = f"{number}/{len(order.stages)} {stage.name}"
            if answers[stage.name].done:
                console.print(f"{title}: done before", highlight=False)
            elif stage.name in failed:
                record(order.folder, stage.name, "cancelled", reason=failed[stage.name])
                console.print(f"{title}: cancelled, because {failed[stage.name]}", highlight=False)
            else:
                console.print(f"{title}: lexatron {' '.join(stage.arguments)}", highlight=False, soft_wrap=True)
                ended = _until_final(order, stage, answers[stage.name].fingerprint, run_stage, cancellation)
                if ended:
                    code = code or ended
                    failed |= dict.fromkeys(behind(order.stages, stage.name), f"{stage.name} failed")
                    console.print(f"{title}: failed with code {ended}; log: {log_of(order, stage)}", highlight=False)
        return code
    console.print("Cancelled.", highlight=False)
    return CANCELLED


def log_of(order: Order, stage: Stage) -> Path:
    """Where the output of a stage goes."""
    return order.folder / FOLDER / "logs" / f"{stage.name}.log"


def _until_final(
    order: Order,
    stage: Stage,
    fingerprint: str,
    run_stage: Callable[[Order, Stage, str], int],
    cancellation: Cancellation,
) -> int:
    """Run a stage, in a container as often as its host's max_requeues allow; its last exit code.

    Raises:
        Cancelled: somebody wanted it to end.
    """
    tries = 1 + (order.place.max_requeues if isinstance(order.place, DockerHost) else 0)
    code = PREEMPTED
    for attempt in range(tries):
        if attempt:
            console.print(f"{stage.name} ended with code {code}: again", highlight=False)
        code = run_stage(order, stage, fingerprint)
        if cancellation.asked:
            raise Cancelled
        if code in FINAL:
            break
    return code


def _process(cancellation: Cancellation, order: Order, stage: Stage, fingerprint: str) -> int:
    """Run a stage as a process, its output to the screen and to its log."""
    log = log_of(order, stage)
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [python_of(order, stage), "-m", "launch.job", *job_arguments(order, stage, fingerprint)]
    with (
        open(log, "ab") as file,
        # In a session of its own: Ctrl-C is for the driver, which tells the stage.
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0, start_new_session=True
        ) as process,
    ):
        assert process.stdout is not None
        cancellation.tell = partial(process.send_signal, signal.SIGTERM)
        while chunk := process.stdout.read(65536):
            file.write(chunk)
            file.flush()
            sys.stderr.buffer.write(chunk)
            sys.stderr.flush()
        cancellation.tell = None
        return process.wait()


def _container(cancellation: Cancellation, order: Order, stage: Stage, fingerprint: str) -> int:
    from launch.in_docker import run_container, tell_container

    cancellation.tell = partial(tell_container, order, stage)
    try:
        return run_container(order, stage, fingerprint, log_of(order, stage))
    finally:
        cancellation.tell = None


def detach(order: Order) -> int:
    """Start the same command again without a terminal, and leave it; its process."""
    log = order.folder / FOLDER / "logs" / "driver.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    arguments = [argument for argument in order.command if argument != "--detach"]
    with open(log, "ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "lexatron.cli", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=os.getcwd(),
        )
    return process.pid
