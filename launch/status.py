"""How far a launch is: the state of each stage, and what its training says of itself. Needs neither NeMo nor torch."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from launch.reach import Reach
from launch.records import Launch, Launched, attempts_file, done_file, parse_attempts, read_launch
from launch.requeue import GIVE_UP
from lexatron.errors import UserError
from lexatron.run_files import GUARD_STOPPED, METRICS, PREEMPTED, parse_metrics, speed

TAIL_BYTES = 65536
"""Of a metrics file: some hundreds of steps."""

ACTIVE = ("pending", "running", "requeued", "ending")
"""States of stages that are not at their end."""
GOOD = ("done", "skipped")
UNRECORDED = "failed (no record of success)"
"""It ended well, and does not say so: not yet, or its machine was lost in that moment."""

_SLURM = {
    "PENDING": "pending",
    "CONFIGURING": "pending",
    "SUSPENDED": "pending",
    "RUNNING": "running",
    "COMPLETING": "ending",
    "REQUEUED": "requeued",
    "PREEMPTED": "requeued",
    "RESIZING": "running",
    "COMPLETED": "done",
    "CANCELLED": "cancelled",
}
"""Slurm's states (man sacct, JOB STATE CODES) in our words; all others are failures, and named."""


@dataclass(frozen=True)
class Progress:
    """How far a training is.

    Attributes:
        step, steps: finished, and in all; None where it is not known.
        loss: of the last step.
        speed: tokens/s or samples/s, in words.
        eta_s: seconds to the last step, at the median pace of the last steps.
    """

    step: int
    steps: int | None
    loss: float | None
    speed: str
    eta_s: float | None


@dataclass(frozen=True)
class StageStatus:
    """One stage.

    Attributes:
        name: of the stage.
        state: waiting, pending, running, requeued, ending, done, skipped, cancelled, stopped (by a guard), gave up,
            or failed with what Slurm calls it.
        job: Slurm job.
        attempts: times that it started.
        seconds: that its attempts took.
        reason: why it ended, where that was said.
        progress: of a training.
    """

    name: str
    state: str
    job: str | None
    attempts: int
    seconds: float
    reason: str
    progress: Progress | None


def status_of(folder: Path, launch: Launch, machine: Reach) -> list[StageStatus]:
    """The stages of a launch."""
    states = slurm_states([stage.job for stage in launch.stages if stage.job], machine)
    alive = launch.executor != "slurm" and _alive(launch.process)
    return [_stage(folder, launch, stage, states, machine, alive=alive) for stage in launch.stages]


def is_active(launch: Launch, machine: Reach) -> bool:
    """Whether any part of a launch still runs or waits to run."""
    if launch.executor != "slurm":
        return launch.process not in (None, os.getpid()) and _alive(launch.process)
    states = slurm_states([stage.job for stage in launch.stages if stage.job], machine)
    return any(state in ACTIVE for state, _ in states.values())


def slurm_states(jobs: list[str], machine: Reach) -> dict[str, tuple[str, str]]:
    """Job -> our word for its state, and Slurm's. From the queue, and for what has left it from the accounts."""
    if not jobs:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for command in (
        ["sacct", "--allocations", "--noheader", "--parsable2", f"--jobs={','.join(jobs)}", "--format=JobID,State"],
        ["squeue", "--noheader", "--states=all", f"--jobs={','.join(jobs)}", "--format=%i|%T"],
    ):
        code, text = machine.run(command)
        for line in text.splitlines() if code == 0 else ():
            job, _, state = line.partition("|")
            word = state.split()[0] if state.split() else ""
            if job in jobs:
                found[job] = (_SLURM.get(word, f"failed ({word})"), word)
    return found


def _stage(
    folder: Path,
    launch: Launch,
    stage: Launched,
    states: Mapping[str, tuple[str, str]],
    machine: Reach,
    *,
    alive: bool,
) -> StageStatus:
    base = folder if launch.remote is None else Path(launch.remote)
    events = parse_attempts(machine.read(str(attempts_file(base, stage.name))) or "")
    done = (machine.read(str(done_file(base, stage.name))) or "").strip() == stage.fingerprint
    events = [event for event in events if event["at"] >= launch.submitted - 1] if not stage.skipped else events
    state, reason = _state(stage, events, done=done, slurm=states.get(stage.job or ""), alive=alive)
    return StageStatus(
        name=stage.name,
        state=state,
        job=stage.job,
        attempts=sum(event["event"] == "started" for event in events),
        seconds=_seconds(events, running=state == "running"),
        reason=reason,
        progress=progress_of(Path(launch.workdir) / stage.run_dir, machine) if stage.run_dir else None,
    )


def _state(
    stage: Launched, events: list[dict[str, Any]], *, done: bool, slurm: tuple[str, str] | None, alive: bool
) -> tuple[str, str]:
    last = events[-1] if events else {"event": "none"}
    reason = str(last.get("reason", ""))
    if stage.skipped:
        return "skipped", "done before"
    if slurm is not None and slurm[0] in ACTIVE:
        return slurm[0], reason if slurm[0] != "running" else ""
    if done:
        return "done", reason
    if last["event"] == "cancelled" or (slurm is not None and slurm[0] == "cancelled"):
        return "cancelled", reason or _why_cancelled(stage, last)
    if last["event"] == "ended":
        return _ended(int(last["code"])), reason
    if slurm is not None:
        return slurm[0] if slurm[0] != "done" else UNRECORDED, reason
    if last["event"] == "started":
        return ("running", "") if alive else ("failed (killed)", "its process is gone")
    return ("waiting", "") if alive else ("cancelled", "its launch is gone")


def _why_cancelled(stage: Launched, last: Mapping[str, Any]) -> str:
    return "" if last["event"] == "started" or not stage.after else f"{', '.join(stage.after)} did not succeed"


def _ended(code: int) -> str:
    names = {0: UNRECORDED, PREEMPTED: "preempted", GUARD_STOPPED: "stopped", GIVE_UP: "gave up"}
    return names.get(code, f"failed ({code})")


def _seconds(events: list[dict[str, Any]], *, running: bool) -> float:
    total, begun = 0.0, None
    for event in events:
        if event["event"] == "started":
            begun = event["at"]
        elif event["event"] == "ended" and begun is not None:
            total, begun = total + event["at"] - begun, None
    return total + (time.time() - begun if running and begun is not None else 0.0)


def progress_of(run_dir: Path, machine: Reach) -> Progress | None:
    """What a run's files say; None where it has not finished a step."""
    text = machine.read(str(run_dir / METRICS), TAIL_BYTES)
    if not text:
        return None
    whole = text if text.startswith('{"step": 1,') else text.partition("\n")[2]
    lines = [line for line in parse_metrics(whole) if "loss" in line]
    if not lines:
        return None
    steps = _steps(machine.read(str(run_dir / "run.json")))
    last, pace = lines[-1], [line["seconds"] for line in lines[-20:] if "seconds" in line]
    left = steps - last["step"] if steps is not None else None
    return Progress(
        step=last["step"],
        steps=steps,
        loss=last["loss"],
        speed=speed(lines[-20:]),
        eta_s=left * median(pace) if left is not None and pace else None,
    )


def _steps(text: str | None) -> int | None:
    try:
        return int(json.loads(text or "{}")["max_steps"])
    except (ValueError, KeyError):
        return None


def _alive(process: int | None) -> bool:
    """Whether a process of this machine runs, and is one of ours."""
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes() if process else b""
    except OSError:
        return _alive_by_signal(process)
    return b"lexatron" in command


def _alive_by_signal(process: int | None) -> bool:
    """The same where there is no /proc (a Mac), by asking."""
    if not process or Path("/proc/self").exists():
        return False
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def launches(runs: Path, damaged: Callable[[UserError], None]) -> list[tuple[Path, Launch]]:
    """Everything that was launched under a folder, the newest first; `damaged` is told what cannot be read."""
    found = []
    for folder in sorted(runs.iterdir()) if runs.is_dir() else ():
        try:
            launch = read_launch(folder)
        except UserError as error:
            damaged(error)
            continue
        if launch is not None:
            found.append((folder, launch))
    return sorted(found, key=lambda item: -item[1].submitted)
