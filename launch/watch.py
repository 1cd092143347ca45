"""What a run says of itself while it trains: step, loss and speed, from its metrics file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from lexatron.console import console
from lexatron.run_files import read_metrics, speed


@contextmanager
def watching(metrics: Path, name: str, max_steps: int) -> Iterator[None]:
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
