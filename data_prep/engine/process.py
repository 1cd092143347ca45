"""How a function is called, here or in a worker process, and how such a process begins and ends."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
_PROTOCOL = pickle.HIGHEST_PROTOCOL


class InWorker(Exception):
    """The cause of an exception that a worker sent: the traceback that it had there."""


def call(function: Callable[[T], R], item: T) -> R:
    """The function's result, computed while the cyclic garbage collector rests."""
    with _resting_collector():
        return function(item)


def answer(request: bytes) -> bytes:
    """Call the pickled function with the pickled item; what `outcome` reads."""
    with _resting_collector():
        try:
            function, item = pickle.loads(request)  # noqa: S301 - comes from this run's own parent
            return pickle.dumps((function(item), None, ""), _PROTOCOL)
        except Exception as error:
            return refusal(error)


def refusal(error: Exception) -> bytes:
    """The answer to a request that failed."""
    return pickle.dumps((None, _portable(error), "".join(traceback.format_exception(error))), _PROTOCOL)


def outcome(response: bytes) -> Any:
    """The result that an answer holds.

    Raises:
        Exception: the one that the function raised; its cause, `InWorker`, says where.
    """
    result, error, place = pickle.loads(response)  # noqa: S301 - comes from this run's own worker
    if error is not None:
        raise error from InWorker(place)
    return result


def _portable(error: Exception) -> Exception:
    """The exception, or one that says the same where it cannot be pickled and unpickled."""
    try:
        pickle.loads(pickle.dumps(error, _PROTOCOL))  # noqa: S301 - made on this line
    except Exception:
        return RuntimeError(f"{type(error).__qualname__}: {error}")
    return error


@contextmanager
def _resting_collector() -> Iterator[None]:
    """Documents become trees of many small objects without cycles, which the collector would only walk.

    What cycles there are go in the collection of the youngest generation that follows.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def serve(requests: Connection, threads: int) -> None:
    """The main function of a worker process: answer requests until the pipe, or the parent, is gone.

    Args:
        requests: one end of a pipe whose other end the parent holds.
        threads: that native libraries may use in this process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    limit_threads(threads)
    while True:
        try:
            request = requests.recv_bytes()
        except EOFError:
            return
        requests.send_bytes(answer(request))


def _end_with_parent() -> None:
    """Leave when the parent is gone, however it went: a killed run must not keep its workers."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def limit_threads(threads: int) -> None:
    """Let native libraries that are loaded from now on use so many threads, or fewer where the user said so."""
    for name in _THREADS:
        wanted = os.environ.get(name, "")
        os.environ[name] = str(min(threads, int(wanted)) if wanted.isdecimal() else threads)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true" if threads > 1 else "false")


def threads_per_worker(workers: int) -> int:
    """The cores of this process shared out, at least one each."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // workers)
