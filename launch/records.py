"""What a launch leaves in its folder: `launch/launch.json`, and a file of attempts a stage. Plain JSON, no NeMo.

runs/eurlex_70b/launch/launch.json         what was launched: command, stages, jobs
runs/eurlex_70b/launch/stages/cpt.jsonl    a line for each start and each end of the stage
runs/eurlex_70b/launch/stages/cpt.done     the fingerprint that the stage succeeded with
runs/eurlex_70b/launch/logs/cpt.log        its output, where it ran on this machine
runs/eurlex_70b/launch/experiments/        NeMo-Run's files: batch scripts, logs of jobs
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from launch.requeue import FINAL
from lexatron.atomic import write_text
from lexatron.errors import UserError
from lexatron.run_files import PREEMPTED

FOLDER = "launch"
CRASHES = 3
"""Starts in a row from one step that ended in a crash, after which a stage gives up."""


@dataclass(frozen=True)
class Launched:
    """One stage as it was launched.

    Attributes:
        name, kind, arguments, after, run_dir: as in `launch.stage.Stage`.
        fingerprint: of its command and inputs when it was launched.
        outputs: what it makes.
        job: Slurm job, or container; None where it was not submitted.
        log: where its output goes.
        skipped: it had succeeded with this fingerprint before.
    """

    name: str
    kind: str
    arguments: list[str]
    after: list[str]
    run_dir: str | None
    fingerprint: str
    outputs: list[str] = field(default_factory=list)
    job: str | None = None
    log: str | None = None
    skipped: bool = False


@dataclass(frozen=True)
class Launch:
    """What `launch.json` holds.

    Attributes:
        name: the name of its folder.
        command: arguments of `lexatron` that launched it, for `lexatron resume`.
        cwd: where they were given.
        executor: local, docker or slurm.
        cluster: the cluster file, absolute.
        workdir: where relative paths are, for the jobs.
        submitted: Unix time.
        stages: in order.
        process: of the driver, where it runs on this machine.
        remote: of a launch on Slurm: its folder as the jobs see it, where they keep their records.
    """

    name: str
    command: list[str]
    cwd: str
    executor: str
    cluster: str | None
    workdir: str
    submitted: float
    stages: list[Launched]
    process: int | None = None
    remote: str | None = None

    def stage(self, name: str | None) -> Launched:
        """The stage of that name, or the only one there is.

        Raises:
            UserError: there is none, or there are several and none is named.
        """
        names = [stage.name for stage in self.stages]
        if name is None and len(names) > 1:
            raise UserError(f"{self.name} has several stages", remedy=f"add --stage: {', '.join(names)}")
        for stage in self.stages:
            if name is None or stage.name == name:
                return stage
        raise UserError(f"{self.name} has no stage {name!r}", remedy=f"one of: {', '.join(names)}")


def launch_file(folder: Path) -> Path:
    """`launch.json` of a run folder."""
    return folder / FOLDER / "launch.json"


def write_launch(folder: Path, launch: Launch) -> None:
    """Write `launch.json`."""
    launch_file(folder).parent.mkdir(parents=True, exist_ok=True)
    write_text(launch_file(folder), json.dumps(asdict(launch), indent=2) + "\n")


def read_launch(folder: Path) -> Launch | None:
    """What was launched into a run folder; None where nothing was.

    Raises:
        UserError: the file is damaged.
    """
    file = launch_file(folder)
    if not file.is_file():
        return None
    try:
        content = json.loads(file.read_text("utf-8"))
        return Launch(**{**content, "stages": [Launched(**stage) for stage in content["stages"]]})
    except (ValueError, TypeError, KeyError) as error:
        raise UserError(f"damaged ({error})", where=file, remedy="delete it: what the stages made stays") from error


def attempts_file(folder: Path, stage: str) -> Path:
    """The attempts of a stage."""
    return folder / FOLDER / "stages" / f"{stage}.jsonl"


def done_file(folder: Path, stage: str) -> Path:
    """What says that a stage succeeded, and with which fingerprint."""
    return folder / FOLDER / "stages" / f"{stage}.done"


def record(folder: Path, stage: str, event: str, **values: Any) -> None:
    """Add a line to a stage's attempts."""
    file = attempts_file(folder, stage)
    file.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"event": event, "at": round(time.time(), 1), **values}) + "\n"
    with open(file, "ab+") as out:
        out.seek(max(0, out.seek(0, os.SEEK_END) - 1))
        if out.read(1) not in (b"", b"\n"):  # the last line was cut off, and is not to take this one with it
            line = "\n" + line
        out.write(line.encode())


def parse_attempts(text: str) -> list[dict[str, Any]]:
    """The lines of an attempts file; one that a kill cut off is left out."""
    events = []
    for line in text.splitlines():
        try:
            events.append(json.loads(line))
        except ValueError:
            continue
    return events


def read_attempts(folder: Path, stage: str) -> list[dict[str, Any]]:
    """The attempts of a stage; none where it never started."""
    file = attempts_file(folder, stage)
    return parse_attempts(file.read_text("utf-8")) if file.is_file() else []


def crashes_in_a_row(events: Iterable[dict[str, Any]], step: int | None) -> int:
    """How many of the last attempts began at this step and ended with an error of their own.

    An attempt without an end lost its machine: that is nobody's error, and is passed over. A code that is final ends
    the row: whoever starts the stage again after it has had a look.
    """
    begun, crashes = None, 0
    for event in events:
        if event["event"] == "started":
            begun = event.get("step")
        elif event["event"] == "ended":
            crashed = event["code"] not in (*FINAL, PREEMPTED) and begun == step
            crashes = crashes + 1 if crashed else 0
    return crashes


def costs(folder: Path) -> list[dict[str, Any]]:
    """What each stage took that has ended, over all its starts, for the report: name, note and seconds, in order."""
    found = []
    for file in (folder / FOLDER / "stages").glob("*.jsonl"):
        events = parse_attempts(file.read_text("utf-8"))
        ended = [event for event in events if event["event"] == "ended" and "seconds" in event]
        if ended:
            starts = sum(event["event"] == "started" for event in events)
            seconds = round(sum(event["seconds"] for event in ended), 1)
            found.append((events[0]["at"], {"name": file.stem, "note": f"starts: {starts}", "seconds": seconds}))
    return [stage for _, stage in sorted(found, key=lambda item: item[0])]
