"""The engine `slurm` of the data room: workers are Slurm jobs, requests and answers files in a shared folder.

    lexatron data corpus data/acts -o data/cpt ... --engine slurm --cluster clusters/mine.yaml --workers 256

Workers are processes; a job has as many of them as the cluster file gives `cpus_per_task` to `jobs: data`. The folder
that the command is given in has to be on a file system that the nodes share. A worker that is killed loses nothing:
Slurm requeues its job, and what it had taken is done again.
"""

from __future__ import annotations

import math
import os
import pickle
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TypeVar

from data_prep.engine.local import TRIES, WAITING, killed
from data_prep.engine.process import outcome
from launch.cluster import SlurmCluster, load
from launch.data_worker import POLL_S
from launch.reach import Here
from launch.status import ACTIVE, slurm_states
from lexatron.atomic import PREFIX
from lexatron.errors import UserError

T = TypeVar("T")
R = TypeVar("R")

LOOK_S = 5.0
"""Seconds between questions to Slurm whether the jobs are still there."""


class SlurmEngine:
    """See `data_prep.engine.engine.Engine`. Its jobs are submitted with the first items and serve every later map."""

    name = "slurm"

    def __init__(self, cluster: SlurmCluster, where: Path, workers: int, folder: Path):
        self.workers = workers
        self._cluster, self._where, self._folder = cluster, where, folder
        self._per_job = min(workers, cluster.resources("data").cpus_per_task or cluster.cpus_per_task or 1)
        self._jobs: list[str] = []
        self._submissions = 0
        self._number = 0
        self._alive()

    def imap(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """`function` of each item, in the order of the items; see `Engine.imap`."""
        source, first = iter(items), self._number
        asked = first
        while True:
            for item in islice(source, first + self.workers * WAITING - asked):
                self._ask(asked, pickle.dumps((function, item), pickle.HIGHEST_PROTOCOL))
                asked += 1
            self._number = asked
            if first == asked:
                return
            if not self._jobs:
                self._submit()
            yield outcome(self._wait(first))
            first += 1

    def stop(self) -> None:
        """Tell the workers that there is nothing more to do, and cancel the jobs that have not begun."""
        (self._folder / "stop").touch()
        if self._jobs:
            Here().run(["scancel", *self._jobs])

    def _ask(self, number: int, request: bytes) -> None:
        temporary = self._folder / f"{PREFIX}request-{number:06}"
        temporary.write_bytes(request)
        os.rename(temporary, self._folder / f"request-{number:06}")

    def _wait(self, number: int) -> bytes:
        """The answer to a request, once it is there.

        Raises:
            Unfinished: the jobs have ended, again and again, without one.
        """
        file, looked = self._folder / f"answer-{number:06}", time.monotonic()
        while not file.exists():
            time.sleep(POLL_S)
            if time.monotonic() - looked > LOOK_S:
                looked = time.monotonic()
                self._alive()
                if not self._any_active() and not file.exists():
                    self._begin_again()
        response = file.read_bytes()
        file.unlink()
        self._submissions = 1
        return response

    def _any_active(self) -> bool:
        return any(state in ACTIVE for state, _ in slurm_states(self._jobs, Here()).values())

    def _begin_again(self) -> None:
        """All jobs have ended, and an answer is missing: hand their requests out again, to new ones."""
        if self._submissions >= TRIES:
            raise killed()
        for taken in self._folder.glob("taken-*"):
            os.rename(taken, self._folder / f"request-{taken.name.removeprefix('taken-').partition('.')[0]}")
        self._submit()

    def _submit(self) -> None:
        """Submit the jobs, through a NeMo-Run experiment.

        Raises:
            UserError: Slurm refuses one.
        """
        from launch.data_jobs import submit

        count = math.ceil(self.workers / self._per_job)
        arguments = [shlex.quote(str(self._folder)), "--chdir", shlex.quote(os.getcwd())]
        self._jobs = submit(self._cluster, self._where, self._folder, arguments, jobs=count, processes=self._per_job)
        self._submissions += 1

    def _alive(self) -> None:
        """Let the workers see that somebody still asks."""
        (self._folder / "alive").write_text(str(time.monotonic()))


@contextmanager
def open_slurm(workers: int, cluster: str | None) -> Iterator[SlurmEngine]:
    """An engine of so many processes in Slurm jobs; what it started ends with the block.

    Raises:
        UserError: no cluster file, a wrong one, no Slurm here, or a cluster behind a tunnel, whose files are elsewhere.
    """
    if find_spec("nemo_run") is None:
        raise UserError("the engine slurm needs NeMo-Run", remedy="pip install 'lexatron[train]'")
    if cluster is None:
        raise UserError("the engine slurm needs a cluster file", remedy="add --cluster FILE")
    where = Path(cluster)
    place = load(where, "slurm")
    assert isinstance(place, SlurmCluster)
    if place.tunnel is not None:
        raise UserError("data jobs read and write files here", where=where, remedy="run the command on the login node")
    from launch.probe import probe_slurm

    probe_slurm(place, where, Here(), ())
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}slurm-", dir=os.getcwd()))
    engine = SlurmEngine(place, where, workers, folder)
    try:
        yield engine
    finally:
        engine.stop()
        shutil.rmtree(folder, ignore_errors=True)
