"""The engine `ray`: tasks on a Ray cluster, or on a Ray that is started on this machine for the run.

A cluster's machines need the same Python and the packages that lexatron depends on; lexatron's own code travels with
the run, so that it is the same everywhere. Tasks read and write paths: inputs, outputs and the folder that the command
is run in lie on a file system that all machines mount under the same path. A task whose worker was killed runs again.
"""

from __future__ import annotations

import os
import platform
import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from types import ModuleType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from data_prep.engine.local import TRIES, WAITING, killed
from data_prep.engine.process import answer, limit_threads, outcome, refusal
from lexatron.errors import UserError

T = TypeVar("T")
R = TypeVar("R")

_OBJECT_STORE = 512 << 20  # bytes of shared memory for items and results under way; what is more spills to disk
_KNOCK_SECONDS = 10


class RayEngine:
    """See `data_prep.engine.engine.Engine`.

    What is under way when an error ends a map ends with the engine. It is not cancelled: in Ray 2.60 a forced
    cancellation that meets a task about to finish aborts the process that asked for it.

    Attributes:
        workers: tasks sent at a time and, on this machine, CPUs.
    """

    name = "ray"

    def __init__(self, ray: ModuleType, workers: int, waiting: int):
        self.workers = workers
        self._ray, self._limit = ray, workers * waiting
        self._answer = ray.remote(num_cpus=1, max_retries=TRIES - 1)(_answer_in_worker)

    def imap(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """`function` of each item, in the order of the items; see `Engine.imap`."""
        under_way: deque[Any] = deque()
        source = iter(items)
        while True:
            under_way.extend(self._send(function, item) for item in islice(source, self._limit - len(under_way)))
            if not under_way:
                break
            yield outcome(self._get(under_way.popleft()))

    def _send(self, function: Callable[[T], R], item: T) -> Any:
        """Requests and answers are bytes, so that arrays arrive as writable as from the engine `local`."""
        return self._answer.remote(self._ray.cloudpickle.dumps((function, item)), os.getcwd())

    def _get(self, reference: Any) -> bytes:
        errors = self._ray.exceptions
        try:
            response: bytes = self._ray.get(reference)
        except (errors.WorkerCrashedError, errors.OutOfMemoryError, errors.NodeDiedError) as error:
            raise killed() from error
        return response


def _answer_in_worker(request: bytes, folder: str) -> bytes:
    """Answer where relative paths mean what they mean to the caller."""
    limit_threads(1)
    try:
        os.chdir(folder)
    except OSError:
        return refusal(
            UserError(
                f"is not there on the machine {platform.node()}",
                where=folder,
                remedy="run the command in a folder that all machines of the cluster share",
            )
        )
    return answer(request)


@contextmanager
def open_ray(workers: int, address: str | None) -> Iterator[RayEngine]:
    """A Ray engine; a Ray that it started ends with the block, one that it joined goes on.

    Args:
        workers: CPUs of a Ray that is started here, tasks sent at a time to one that is joined.
        address: of the cluster to join: `auto`, `host:6379` or `ray://host:10001`; None starts Ray here.

    Raises:
        UserError: Ray is not installed, or there is no cluster at the address.
    """
    ray = _import_ray()
    if ray.is_initialized():  # by the program that calls us
        yield RayEngine(ray, workers, 1)
        return
    waiting = WAITING if address is None else 1
    if address is None:
        _start(ray, workers)
    else:
        _join(ray, address)
    try:
        yield RayEngine(ray, workers, waiting)
    finally:
        ray.shutdown()


def _import_ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.cloudpickle
        import ray.exceptions
    except ImportError as error:
        raise UserError("the engine ray needs Ray", remedy="pip install 'lexatron[ray]'") from error
    return ray


def _start(ray: Any, workers: int) -> None:
    ray.init(
        address="local",
        num_cpus=workers,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        object_store_memory=_OBJECT_STORE,
        _system_config={"task_oom_retries": TRIES - 1},
    )


def _join(ray: Any, address: str) -> None:
    import data_prep
    import lexatron

    try:
        _knock(address)
        ray.init(
            address=address,
            log_to_driver=False,
            logging_level="ERROR",
            runtime_env={"py_modules": [lexatron, data_prep]},
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(
            f"no Ray cluster can be joined there ({error})",
            where=address,
            remedy="check the address, and RAY_AUTH_TOKEN where the cluster asks for one",
        ) from error


def _knock(address: str) -> None:
    """Fail at once where nobody listens: Ray itself tries for minutes.

    Raises:
        OSError: nobody answers.
        ValueError: the address has no port.
    """
    if address != "auto":
        place = urlsplit(address if "://" in address else f"//{address}")
        if place.port is None:
            raise ValueError("give host:port, ray://host:port or auto")
        socket.create_connection((place.hostname or "", place.port), timeout=_KNOCK_SECONDS).close()
