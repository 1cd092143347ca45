"""Run a recipe through NeMo-Run: refuse a folder that holds another run, watch the loss, say what failed."""

from __future__ import annotations

import json
import platform
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import nemo_run as run
from nemo_run.core.serialization.zlib_json import ZlibJSONSerializer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from lexatron.atomic import write_text
from lexatron.console import console
from lexatron.errors import UserError
from lexatron.stage import digest, file_digest
from plugins.callbacks import Deterministic, read_ending, read_metrics
from plugins.resume import finished_steps, last_whole
from plugins.run_lock import check_free
from recipes.check.damage import check
from recipes.executors import local

PACKAGES = ("nemo-toolkit", "megatron-core", "nemo-run", "torch", "lightning", "transformers")


@dataclass(frozen=True)
class Outcome:
    """A finished run: its folder, its last checkpoint, and whether it had been finished before."""

    run_dir: Path
    checkpoint: Path
    was_finished: bool


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


def run_folder(recipe: run.Partial) -> Path:
    """The run folder that a recipe writes to: the parent of its checkpoints."""
    return Path(recipe.log.ckpt.dirpath).parent


def describe(recipe: run.Partial, name: str) -> dict[str, Any]:
    """What `run.json` holds: recipe, data, versions, and the fingerprint that decides whether a run may be resumed."""
    data = {key: str(getattr(recipe.data, key)) for key in ("corpus", "dataset") if hasattr(recipe.data, key)}
    files = [Path(folder) / file for folder in data.values() for file in ("manifest.json", "training.jsonl")]
    inputs = {str(file): file_digest(file) for file in files if file.is_file()}
    return {
        "recipe": name,
        "max_steps": recipe.trainer.max_steps,
        "data": data,
        "fingerprint": digest({"recipe": ZlibJSONSerializer().serialize(recipe), "inputs": inputs}),
        "versions": {package: version(package) for package in PACKAGES} | {"python": platform.python_version()},
    }


def claim(folder: Path, description: dict[str, Any], *, fresh: bool = False) -> None:
    """Write `run.json`; where the folder holds another run, refuse, or with `fresh` delete that run.

    Raises:
        UserError: the folder holds a run of another recipe, configuration or corpus, or something else.
    """
    path = folder / "run.json"
    if path.exists():
        found = json.loads(path.read_text("utf-8"))
        if found.get("fingerprint") != description["fingerprint"]:
            if not fresh:
                raise UserError(
                    f"this folder holds a run of {found.get('recipe')} with another configuration or other data",
                    where=folder,
                    remedy="give another run_dir=..., or --fresh to delete it",
                )
            console.print(f"{folder} held another run: deleted.", highlight=False)
            shutil.rmtree(folder)
    elif folder.exists() and any(folder.iterdir()):
        raise UserError("this folder is not a run and not empty", where=folder, remedy="give another run_dir=...")
    write_text(path, json.dumps(description, indent=2) + "\n")


def train(recipe: run.Partial, name: str, *, fresh: bool = False, whole: bool = True) -> Outcome:
    """Run a recipe on this machine to its last step, resuming where a run was killed.

    Args:
        whole: read the data through first; False where `lexatron check` has done that.

    Raises:
        UserError: the data or the checkpoint is missing, damaged or another's; the folder holds another run,
            or a job is writing it.
        TrainingFailed: the job ended early.
    """
    if whole:
        check(recipe)
    folder = run_folder(recipe).resolve()
    check_free(folder)
    claim(folder, describe(recipe, name), fresh=fresh)
    max_steps = recipe.trainer.max_steps
    before = _finished(folder, max_steps)
    if before is not None:
        return Outcome(folder, before, was_finished=True)
    deterministic = any(callback.__fn_or_cls__ is Deterministic for callback in recipe.trainer.callbacks)
    on_cpu = recipe.trainer.accelerator == "cpu"
    executor = local(recipe.trainer.devices, on_cpu=on_cpu, deterministic=deterministic)
    with _watching(folder / "metrics.jsonl", name, max_steps):
        log = _run_job(recipe, executor, name, folder)
    ending = read_ending(folder)
    if ending is not None:
        raise TrainingFailed(f"{name} ended at step {ending.step}: {ending.reason}", code=ending.code)
    checkpoint = _finished(folder, max_steps)
    if checkpoint is None:
        raise TrainingFailed(f"{name} ended before step {max_steps}\n{_tail(log)}\nlog: {log}")
    return Outcome(folder, checkpoint, was_finished=False)


def _finished(folder: Path, max_steps: int) -> Path | None:
    checkpoint = last_whole(folder / "checkpoints")
    # NeMo numbers a checkpoint by the index of its last step, so the run's last one is max_steps - 1.
    return checkpoint if checkpoint is not None and finished_steps(checkpoint) >= max_steps - 1 else None


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


@contextmanager
def _watching(metrics: Path, name: str, max_steps: int) -> Iterator[None]:
    """Show steps, loss and speed while a job writes its metrics file; every tenth of the run where no terminal is."""
    stop = threading.Event()
    thread = threading.Thread(target=_watch, args=(metrics, name, max_steps, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _watch(metrics: Path, name: str, max_steps: int, stop: threading.Event) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[note]}"))
    shown = 0
    with Progress(
        *columns,
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(name, total=max_steps, note="starting")
        last = False
        while not last:
            last = stop.wait(0.5)
            lines = [line for line in read_metrics(metrics) if "loss" in line] if metrics.exists() else []
            if not lines:
                continue
            step, note = lines[-1]["step"], _note(lines)
            bar.update(task, completed=step, note=note)
            if not console.is_terminal and step // max(1, max_steps // 10) > shown // max(1, max_steps // 10):
                console.print(f"  {name} step {step}/{max_steps} {note}", highlight=False)
                shown = step


def _note(lines: list[dict[str, Any]]) -> str:
    return f"loss {lines[-1]['loss']:.3f}, {speed(lines[-20:])}"


def speed(lines: list[dict[str, Any]]) -> str:
    """Median speed of some steps: tokens/s where the samples have one length, else samples/s."""
    for unit in ("tokens", "samples"):
        values = [line[f"{unit}_per_second"] for line in lines if f"{unit}_per_second" in line]
        if values:
            return f"{median(values):,.0f} {unit}/s"
    return "speed unknown"
