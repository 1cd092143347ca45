"""The engine `local`: this process, or several processes of this machine.

Each worker process has a thread here that sends it one item at a time and waits for the answer. So a process that
is killed costs the one item that it was working on, which a new process does again; the standard library's
`ProcessPoolExecutor` ends every process when one dies, and does not tell over which item.
"""

from __future__ import annotations

import multiprocessing
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Event
from typing import Any, TypeVar

from data_prep.engine.process import call, outcome, serve, threads_per_worker
from lexatron.errors import Unfinished

T = TypeVar("T")
R = TypeVar("R")

WAITING = 3  # items under way per worker
TRIES = 3  # times that an item may lose its worker


def killed() -> Unfinished:
    """What to say of an item whose workers did not survive it."""
    return Unfinished(
        f"a worker process was killed {TRIES} times over the same piece of work, most likely for want of memory",
        remedy="run the same command with fewer --workers: it goes on where it stopped",
    )


class _Worker:
    """A process that answers requests, started when it is first asked and again when it has died."""

    def __init__(self, threads: int, stopping: Event):
        self._threads, self._stopping = threads, stopping
        self._process: BaseProcess | None = None
        self._requests: Connection | None = None

    def ask(self, request: bytes) -> bytes:
        """The answer to a request, by as many processes as it takes.

        Raises:
            Unfinished: the request has killed too many of them, or the pool is stopping.
        """
        for _ in range(TRIES):
            try:
                requests = self._requests or self._start()
                requests.send_bytes(request)
                return requests.recv_bytes()
            except (EOFError, ConnectionError):
                self._forget()
            if self._stopping.is_set():
                break
        raise killed()

    def kill(self) -> None:
        """End the process at once, whatever it is doing; called from another thread than `ask`."""
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, self._threads), daemon=True)
        process.start()
        theirs.close()
        self._process, self._requests = process, ours
        if self._stopping.is_set():  # `kill` may have come too early to see the new process
            process.kill()
        return ours

    def _forget(self) -> None:
        """Let go of a process that has died."""
        self.kill()
        if self._requests is not None:
            self._requests.close()
        self._requests = None


class _Pool:
    """Worker processes, each with its thread."""

    def __init__(self, workers: int):
        self._stopping = Event()
        self._workers = [_Worker(threads_per_worker(workers), self._stopping) for _ in range(workers)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="engine")

    def submit(self, function: Callable[[T], R], item: T) -> Future[R]:
        """Send one item to the next worker that is free."""
        return self._threads.submit(self._run, function, item)

    def stop(self) -> None:
        """End the workers at once."""
        self._stopping.set()
        for worker in self._workers:
            worker.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _run(self, function: Callable[[T], R], item: T) -> Any:
        request = pickle.dumps((function, item), pickle.HIGHEST_PROTOCOL)
        worker = self._idle.get()
        try:
            response = worker.ask(request)
        finally:
            self._idle.put(worker)
        return outcome(response)


class LocalEngine:
    """See `data_prep.engine.engine.Engine`. Its processes start with the first items and serve every later map."""

    name = "local"

    def __init__(self, workers: int):
        self.workers = workers
        self._pool: _Pool | None = None

    def imap(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """`function` of each item, in the order of the items; see `Engine.imap`."""
        if self.workers > 1:
            return self._in_processes(function, iter(items))
        return (call(function, item) for item in items)

    def stop(self) -> None:
        """End the workers; the next map starts new ones."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()

    def _in_processes(self, function: Callable[[T], R], items: Iterator[T]) -> Iterator[R]:
        under_way: deque[Future[R]] = deque()
        self._pool = pool = self._pool or _Pool(self.workers)
        try:
            while True:
                wanted = self.workers * WAITING - len(under_way)
                under_way.extend(pool.submit(function, item) for item in islice(items, wanted))
                if not under_way:
                    break
                yield under_way.popleft().result()
        finally:
            if under_way:  # an error, or nobody wants the rest
                self.stop()


THIS_PROCESS = LocalEngine(1)


@contextmanager
def open_local(workers: int) -> Iterator[LocalEngine]:
    """An engine of so many processes of this machine; one worker is this process itself."""
    engine = LocalEngine(workers)
    try:
        yield engine
    finally:
        engine.stop()
