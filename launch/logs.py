"""The output of a stage, from wherever it was written; with `--follow`, as it comes."""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path

from launch.reach import Reach
from launch.records import FOLDER, Launch, Launched
from launch.status import ACTIVE, status_of
from lexatron.errors import UserError

EVERY_S = 1.0


def files_of(folder: Path, launch: Launch, stage: Launched, machine: Reach) -> list[str]:
    """The log files of a stage, those of earlier starts of its job first."""
    if launch.executor != "slurm":
        file = folder / FOLDER / "logs" / f"{stage.name}.log"
        return [str(file)] if file.exists() else []
    if stage.log is None:
        return []
    pattern = stage.log.rpartition("/")
    quoted = f"{shlex.quote(pattern[0])}/{pattern[2]}"
    code, text = machine.run(["bash", "-c", f"ls -1v {quoted} 2>/dev/null"])
    return text.splitlines() if code == 0 else []


def show(folder: Path, launch: Launch, name: str | None, machine: Reach, *, follow: bool) -> None:
    """Write a stage's log to standard output.

    Raises:
        UserError: there is no such stage, or it has written nothing and nothing is to be waited for.
    """
    stage = launch.stage(name)
    written: dict[str, int] = {}
    while True:
        active = follow and _is_active(folder, launch, stage, machine)
        for file in files_of(folder, launch, stage, machine):
            written[file] = _write(file, written.get(file, 0), machine)
        if not active:
            break
        time.sleep(EVERY_S)
    if not written:
        remedy = f"lexatron status {folder}"
        raise UserError(f"{stage.name} has written nothing", where=folder, remedy=remedy)


def _write(file: str, start: int, machine: Reach) -> int:
    """Write what is new in a file; where the next look starts."""
    code, text = machine.run(["tail", "-c", f"+{start + 1}", file])
    if code:
        return start
    raw = text.encode("utf-8", "surrogateescape")
    sys.stdout.buffer.write(raw)
    sys.stdout.flush()
    return start + len(raw)


def _is_active(folder: Path, launch: Launch, stage: Launched, machine: Reach) -> bool:
    states = {status.name: status.state for status in status_of(folder, launch, machine)}
    return states[stage.name] in (*ACTIVE, "waiting")
