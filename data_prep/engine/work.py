"""The unfinished state of a stage: a work folder beside its output, kept when the run is killed.

For the output `data/cpt` it is `data/.tmp-cpt`: `plan.json` (the fingerprint), `NAME.phase.json` and `NAME-00012`
of each phase, and `output`, which `Work.publish` gives its real name. See `data_prep.engine.phase` for the tasks.

    with open_work(out, fingerprint) as work, open_engine(engine, workers) as machines:
        parts = work.phase("read", read_shard, [Shard(str(path)) for path in shards], machines)
        ...  # decide over all parts, write into work.output
        write_marker(work.output, marker)
        work.publish(out)
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import orjson

from data_prep.engine.engine import Engine
from data_prep.engine.lock import lock
from data_prep.engine.phase import Phase
from lexatron.atomic import PREFIX, sync_folder, sync_tree, write_bytes
from lexatron.stage import Fingerprint

A = TypeVar("A")

_PLAN = "plan.json"


class Work:
    """A locked work folder, made by `open_work`.

    Attributes:
        folder: where the phases are.
        output: an empty folder in it for the stage's output; it never outlives its run.
        changes: parts of the fingerprint in which an unfinished run differed, which was thrown away; else empty.
        resumed: whether the finished tasks of a killed run are there.
    """

    def __init__(self, folder: Path, changes: list[str], resumed: bool):
        self.folder, self.changes, self.resumed = folder, changes, resumed
        self.output = folder / "output"
        self._begun: list[str] = []  # names of phases, in this run

    def phase(
        self,
        name: str,
        function: Callable[[A, Path], dict[str, Any]],
        arguments: Sequence[A],
        engine: Engine,
        progress: Callable[[int, dict[str, Any]], object] = lambda number, result: None,
    ) -> list[dict[str, Any]]:
        """Run the tasks that are not finished; the results of all, in order.

        Args:
            name: of the phase, unique within the stage.
            function: of a module. It writes files into the empty folder that it is given and returns a small
                dict that JSON can hold; the same argument must always give the same bytes.
            arguments: one a task: plain values, or dataclasses of plain fields, which are rebuilt by the type of the
                function's first parameter.
            engine: where the tasks run.
            progress: called in order with every task's number and result, those of a killed run included.

        Raises:
            TypeError: the function is not one of a module, or an argument does not survive JSON.
            Exception: whatever a task raised; the finished ones stay finished.
        """
        phase = Phase(self.folder.absolute(), name)
        if phase.description.exists() and not phase.was_described_as(function, arguments):
            self._forget_from(phase)
        phase.describe(function, arguments)
        self._begun.append(name)
        missing = phase.missing()
        to_run = set(missing)
        fresh = iter(engine.imap(phase, missing))
        results = []
        for number in range(len(arguments)):
            result = next(fresh) if number in to_run else phase.result(number)
            progress(number, result)
            results.append(result)
        return results

    def task_folder(self, name: str, number: int) -> Path:
        """The folder that a finished task wrote."""
        return Phase(self.folder, name).task_folder(number)

    def publish(self, out: Path) -> None:
        """Put the output on the disk, give it its real name, for which an older one makes way, and delete the rest."""
        sync_tree(self.output)
        old = _old(out)
        shutil.rmtree(old, ignore_errors=True)
        if out.exists():
            os.replace(out, old)
        os.replace(self.output, out)
        sync_folder(out.parent)
        shutil.rmtree(self.folder)
        shutil.rmtree(old, ignore_errors=True)

    def _forget_from(self, phase: Phase) -> None:
        """Delete what killed runs left of a phase whose tasks are other ones now, and of all that come after it.

        Its own description goes last: as long as it is there, a run that is killed over this begins it again.
        """
        others = [path for path in self.folder.glob("*.phase.json") if path.name != phase.description.name]
        for description in [*others, phase.description]:
            name = description.name.removesuffix(".phase.json")
            if name not in self._begun:
                for folder in self.folder.glob(f"{name}-[0-9][0-9][0-9][0-9][0-9]*"):
                    shutil.rmtree(folder)
                description.unlink()


@contextmanager
def open_work(out: Path, fingerprint: Fingerprint) -> Iterator[Work]:
    """The work folder of `out`: new, or taken over from a killed run with the same fingerprint.

    Where no task was finished, nothing is left of it after the block.

    Raises:
        UserError: another run is writing it.
    """
    folder = _work_folder(out)
    folder.parent.mkdir(parents=True, exist_ok=True)
    descriptor = lock(folder, out)
    try:
        changes, resumed = _start(folder, fingerprint)
        work = Work(folder, changes, resumed)
        work.output.mkdir()
        yield work
    finally:
        if folder.exists() and not _tasks(folder):
            shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def discard_work(work: Work) -> None:
    """Delete a work folder that will never be finished, because its input is at fault."""
    shutil.rmtree(work.folder, ignore_errors=True)


def clear_work(out: Path) -> None:
    """Delete what stands beside a finished output after a run that was killed between publishing and cleaning up.

    Raises:
        UserError: another run is writing it.
    """
    folder = _work_folder(out)
    if folder.exists():
        descriptor = lock(folder, out)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)
    shutil.rmtree(_old(out), ignore_errors=True)


def _work_folder(out: Path) -> Path:
    return out.with_name(f"{PREFIX}{out.name}")


def _old(out: Path) -> Path:
    return out.with_name(f"{PREFIX}{out.name}.old")


def _tasks(folder: Path) -> bool:
    """Whether a task of any phase is finished."""
    return any(entry.parent.name[0] != "." for entry in folder.glob("*/done.json"))


def _start(folder: Path, fingerprint: Fingerprint) -> tuple[list[str], bool]:
    """Keep nothing but finished tasks of a run with this fingerprint; what differs, and whether any is kept."""
    plan = folder / _PLAN
    changes: list[str] = []
    if plan.exists():
        changes = fingerprint.changes(Fingerprint(**orjson.loads(plan.read_bytes())))
    keep_tasks = plan.exists() and not changes
    for entry in folder.iterdir():
        if not keep_tasks or entry.name.startswith(PREFIX) or entry.name == "output":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    if not keep_tasks:
        write_bytes(plan, orjson.dumps(asdict(fingerprint)))
    return changes, _tasks(folder)
