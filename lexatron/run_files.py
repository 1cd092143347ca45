"""What a training run leaves in its folder for others to read, without importing torch: metrics, and how it ended."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

METRICS = "metrics.jsonl"
ENDING = "ending.json"
BUDGET_SPENT = 0  # the run ended where it was meant to
PREEMPTED = 75  # EX_TEMPFAIL of sysexits.h, try again: what a scheduler should requeue
GUARD_STOPPED = 79  # a guard ended the run; sysexits.h ends with 78


@dataclass(frozen=True)
class Ending:
    """Why a run ended before its last step.

    Attributes:
        code: exit code of its processes.
        step: finished optimizer steps.
        reason: one sentence for people.
    """

    code: int
    step: int
    reason: str


def read_ending(run_dir: str | Path) -> Ending | None:
    """How the last job of a run folder ended early; None where it did not."""
    path = Path(run_dir) / ENDING
    return Ending(**json.loads(path.read_text("utf-8"))) if path.is_file() else None


def saved_step(run_dir: str | Path) -> int:
    """The step that a run would go on from, by the names of its checkpoints; 0 where it has none.

    NeMo numbers a checkpoint by the index of its last step, and marks one that is being written with a file beside it.
    """
    folders = [path for path in (Path(run_dir) / "checkpoints").glob("step=*") if path.is_dir()]
    whole = [path for path in folders if not path.with_name(f"{path.name}-unfinished").exists()]
    numbers = [re.match(r"step=(\d+)", path.name) for path in whole]
    return max((int(number[1]) + 1 for number in numbers if number), default=0)


def read_metrics(path: str | Path) -> list[dict[str, Any]]:
    """The lines of a run's `metrics.jsonl`; an unfinished last line is left out."""
    return parse_metrics(Path(path).read_text("utf-8"))


def parse_metrics(text: str) -> list[dict[str, Any]]:
    """The same of the file's text."""
    lines = []
    for line in text.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            break
    return lines


def speed(lines: list[dict[str, Any]]) -> str:
    """Median speed of some steps: tokens/s where the samples have one length, else samples/s."""
    for unit in ("tokens", "samples"):
        values = [line[f"{unit}_per_second"] for line in lines if f"{unit}_per_second" in line]
        if values:
            return f"{median(values):,.0f} {unit}/s"
    return "speed unknown"
