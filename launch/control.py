"""End a launch, or start it again where it stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from launch.reach import Reach
from launch.records import Launch
from launch.status import ACTIVE, is_active, status_of
from lexatron.errors import UserError

WAIT_S = 600
"""Seconds that a launch on this machine has to save and end."""


def cancel(folder: Path, launch: Launch, machine: Reach) -> list[str]:
    """End what runs and what waits; the names of the stages that were ended. Trainings save first.

    Raises:
        UserError: nothing of it runs, or Slurm refuses.
    """
    active = [stage for stage in status_of(folder, launch, machine) if stage.state in (*ACTIVE, "waiting")]
    if not is_active(launch, machine):
        raise UserError(f"nothing of {launch.name} is running", where=folder, remedy=f"lexatron status {folder}")
    if launch.executor == "slurm":
        jobs = [stage.job for stage in active if stage.job]
        code, text = machine.run(["scancel", *jobs])
        if code:
            raise UserError(f"scancel refused: {text.strip()}", where=folder, remedy="try it by hand")
    else:
        assert launch.process is not None
        os.kill(launch.process, signal.SIGTERM)
        until = time.monotonic() + WAIT_S
        while is_active(launch, machine) and time.monotonic() < until:
            time.sleep(0.2)
    return [stage.name for stage in active]


def resume(folder: Path, launch: Launch, machine: Reach, *, detach: bool) -> int:
    """Give the command of a launch once more, where it was given: done stages are skipped, the rest goes on.

    Raises:
        UserError: it is running.
    """
    if is_active(launch, machine):
        raise UserError(f"{launch.name} is running already", where=folder, remedy=f"lexatron status {folder}")
    arguments = [argument for argument in launch.command if argument not in ("--detach", "--fresh")]
    command = [sys.executable, "-m", "lexatron.cli", *arguments, *(["--detach"] if detach else [])]
    return subprocess.run(command, cwd=launch.cwd, check=False).returncode
