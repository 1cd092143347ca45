"""The phases of a stage as the stage's own code sees them: a name, a function, tasks; and progress for people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from data_prep.engine.engine import Engine
from data_prep.engine.work import Work
from lexatron.console import progress_bar

A = TypeVar("A")

Progress = Callable[[str, int], Callable[[], object]]
"""Told the name of a phase and its number of tasks; returns what to call after each of them."""


class Phases:
    """Runs the phases of one stage in one work folder, on one engine, with progress that people see.

    Attributes:
        work: the work folder.
        progress: see `Progress`.
    """

    def __init__(self, work: Work, engine: Engine, progress: Progress = lambda name, total: lambda: None):
        self.work, self.progress, self._engine = work, progress, engine

    def run(
        self, name: str, function: Callable[[A, Path], dict[str, Any]], tasks: Sequence[A]
    ) -> tuple[list[dict[str, Any]], list[Path]]:
        """The results of a phase's tasks, and their folders."""
        advance = self.progress(name, len(tasks))
        results = self.work.phase(name, function, tasks, self._engine, lambda *_: advance())
        return results, [self.work.task_folder(name, number) for number in range(len(tasks))]

    def scratch(self, name: str) -> Path:
        """An empty folder beside the phases, for what tasks read and this process writes anew in every run."""
        folder = self.work.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def run_one(self, name: str, function: Callable[[A, Path], dict[str, Any]], task: A) -> tuple[dict[str, Any], Path]:
        """The same for a phase of one task."""
        results, folders = self.run(name, function, [task])
        return results[0], folders[0]


@contextmanager
def shown_progress(titles: Mapping[str, str]) -> Iterator[Progress]:
    """Progress bars, one a phase.

    Args:
        titles: name of a phase -> what people read; the name itself where it is not there.
    """
    with progress_bar() as bar:

        def begin(name: str, total: int) -> Callable[[], object]:
            task = bar.add_task(titles.get(name, name), total=total)
            return lambda: bar.advance(task)

        yield begin
