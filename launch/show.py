"""Tables of launches and their stages, and the same as plain lines for pipes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from launch.records import Launch
from launch.status import ACTIVE, GOOD, StageStatus

COLUMNS = ("stage", "state", "step", "loss", "speed", "left", "took", "starts", "job")
_COLOURS = {**dict.fromkeys(GOOD, "green"), **dict.fromkeys(ACTIVE, "cyan"), "waiting": "dim", "cancelled": "yellow"}


def stage_table(launch: Launch, stages: Iterable[StageStatus]) -> Table:
    """The stages of a launch as a rich table."""
    table = Table(title=f"{launch.name} ({launch.executor})", title_justify="left")
    for number, column in enumerate(COLUMNS):
        table.add_column(column, justify="left" if number < 2 else "right")
    for stage in stages:
        name, state, *rest = cells(stage)
        table.add_row(name, Text(state, style=_COLOURS.get(stage.state, "red")), *rest)
    return table


def stage_lines(launch: Launch, stages: Iterable[StageStatus]) -> list[str]:
    """The same as lines of tab-separated fields: launch, then the columns."""
    return ["\t".join([launch.name, *cells(stage)]) for stage in stages]


def cells(stage: StageStatus) -> list[str]:
    """What the columns hold for one stage."""
    progress = stage.progress
    done = stage.state not in ACTIVE
    reason = " ".join(stage.reason.split())  # errors of CUDA and NCCL have many lines
    state = f"{stage.state}: {reason}" if reason and stage.state not in GOOD else stage.state
    return [
        stage.name,
        state,
        f"{progress.step}/{progress.steps or '?'}" if progress else "-",
        f"{progress.loss:.4f}" if progress and progress.loss is not None else "-",
        progress.speed if progress else "-",
        "-" if done or progress is None or progress.eta_s is None else duration(progress.eta_s),
        duration(stage.seconds) if stage.attempts else "-",
        str(stage.attempts),
        stage.job or "-",
    ]


def overview(found: Iterable[tuple[Path, Launch, list[StageStatus]]]) -> list[tuple[str, str, str, str, str]]:
    """One row a launch: name, executor, what it is at, stages that are done, when it was launched."""
    rows = []
    for folder, launch, stages in found:
        good = sum(stage.state in GOOD for stage in stages)
        when = datetime.fromtimestamp(launch.submitted).strftime("%Y-%m-%d %H:%M")
        rows.append((folder.name, launch.executor, summary(stages), f"{good}/{len(stages)}", when))
    return rows


def summary(stages: Iterable[StageStatus]) -> str:
    """What a launch is at, in a few words: the stage that runs or has failed, with its step; else done."""
    stages = list(stages)
    for state_is_telling in (
        lambda state: state in ACTIVE and state != "pending",
        _is_bad,
        lambda state: state in ACTIVE,
    ):
        for stage in stages:
            if state_is_telling(stage.state):
                progress = stage.progress
                step = f", step {progress.step}/{progress.steps or '?'}" if progress else ""
                return f"{stage.name} {stage.state}{step}"
    return "done" if all(stage.state in GOOD for stage in stages) else "waiting"


def _is_bad(state: str) -> bool:
    return state not in (*ACTIVE, *GOOD, "waiting")


def duration(seconds: float) -> str:
    """3:07 or 2:14:05."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
