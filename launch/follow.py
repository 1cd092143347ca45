"""Stay with a launch: a live table on a terminal, a line a change elsewhere, until nothing of it runs any more."""

from __future__ import annotations

import time
from pathlib import Path

from rich.live import Live

from launch.cluster import Place, load
from launch.reach import Reach, reach
from launch.records import Launch, read_launch
from launch.show import cells, stage_table
from launch.status import ACTIVE, GOOD, UNRECORDED, StageStatus, status_of
from lexatron.console import console, next_step
from lexatron.errors import UserError

EVERY_S = 2.0
GRACE_S = 30.0
"""As long as a stage whose job has just ended may take to turn up in Slurm's accounts."""


def known(folder: Path) -> tuple[Launch, Reach]:
    """The launch of a folder, and the machine that its jobs are asked after on.

    Raises:
        UserError: nothing was launched into it.
    """
    launch = read_launch(folder)
    if launch is None:
        raise UserError("nothing was launched here", where=folder, remedy="lexatron status lists what was")
    return launch, reach(place_of(launch))


def place_of(launch: Launch) -> Place | None:
    """The cluster file of a launch, read again."""
    return load(Path(launch.cluster), launch.executor) if launch.cluster else None


def follow(folder: Path, *, every_s: float = EVERY_S) -> int:
    """Watch a launch to its end; 0 where every stage is done, else 1. Ctrl-C leaves the jobs alone."""
    launch, machine = known(folder)
    try:
        stages = _watch(folder, launch, machine, every_s)
    except KeyboardInterrupt:
        console.print("The jobs go on.", highlight=False)
        next_step(f"lexatron status {folder}")
        return 130
    good = all(stage.state in GOOD for stage in stages)
    if good:
        console.print(f"{launch.name} is done.", highlight=False)
    else:
        bad = next((stage for stage in stages if stage.state not in (*GOOD, "cancelled", "waiting")), stages[-1])
        console.print(f"{launch.name}: {bad.name} {bad.state}. {bad.reason}", highlight=False, markup=False)
        next_step(f"lexatron logs {folder} --stage {bad.name}; then lexatron resume {folder}")
    return 0 if good else 1


def _watch(folder: Path, launch: Launch, machine: Reach, every_s: float) -> list[StageStatus]:
    shown: dict[str, str] = {}
    quiet_since: float | None = None
    with Live(console=console, auto_refresh=False, transient=False) as live:
        while True:
            stages = status_of(folder, launch, machine)
            if console.is_terminal:
                live.update(stage_table(launch, stages), refresh=True)
            else:
                for stage in stages:
                    line = _line(stage)
                    if shown.get(stage.name) != line:
                        console.print(f"  {line}", highlight=False, soft_wrap=True, markup=False)
                        shown[stage.name] = line
            if any(stage.state in ACTIVE for stage in stages):
                quiet_since = None
            elif not any(stage.state in ("waiting", UNRECORDED) for stage in stages):
                return stages
            else:
                quiet_since = quiet_since or time.monotonic()
                if time.monotonic() - quiet_since > GRACE_S:
                    return stages
            time.sleep(every_s)


def _line(stage: StageStatus) -> str:
    """A change that is worth a line: of state, and every tenth of a training."""
    name, state, *_ = cells(stage)
    progress = stage.progress
    if progress is None or not progress.steps:
        return f"{name}: {state}"
    tenth = progress.step * 10 // progress.steps
    return f"{name}: {state}, {tenth * 10} % of {progress.steps} steps"
