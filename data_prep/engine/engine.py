"""What an engine is, and how one is opened by its name.

An engine maps a function over items in parallel. The results come in the order of the items, so that neither the
engine nor the number of workers changes a byte of what a stage writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Protocol, TypeVar

from data_prep.engine.local import open_local
from lexatron.errors import UserError

T = TypeVar("T")
R = TypeVar("R")

_OPENERS = {
    "ray": "data_prep.engine.on_ray:open_ray",
    "slurm": "launch.data_engine:open_slurm",
}
"""Name -> the function that opens it, imported when it is asked for: the data room needs neither Ray nor NeMo-Run."""
ENGINES = ("local", *_OPENERS)


class Engine(Protocol):
    """An ordered, bounded, parallel map that survives the death of a worker.

    Attributes:
        name: `local`, `ray` or `slurm`.
        workers: items worked on at a time.
    """

    name: str
    workers: int

    def imap(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """`function` of each item, in the order of the items.

        Items are drawn lazily, a few per worker ahead of the result that the caller has reached. Function, items and
        results travel between processes by pickle, the function with every item: keep what it carries small.
        While the function runs, the cyclic garbage collector rests.

        Raises:
            UserError: an item killed its worker three times.
            Exception: whatever the function raised, as it raised it.
        """
        ...


def open_engine(name: str = "local", workers: int = 1, address: str | None = None) -> AbstractContextManager[Engine]:
    """An engine that lasts as long as the block; what it started ends with it.

    Args:
        name: `local`, processes of this machine; `ray`; or `slurm`, jobs through NeMo-Run.
        workers: processes; one local worker is this process itself.
        address: of a Ray cluster to join, without which the engine `ray` starts one on this machine; for `slurm` the
            cluster file.

    Raises:
        UserError: no such engine, an address for an engine that takes none, its packages are missing, or it cannot be
            reached.
    """
    if name not in ENGINES:
        raise UserError(f"no engine named {name}", remedy=f"choose one of {', '.join(ENGINES)}")
    if name == "local":
        if address is not None:
            raise UserError("an address was given to the engine local", remedy="add --engine ray or --engine slurm")
        return open_local(workers)
    module, _, function = _OPENERS[name].partition(":")
    try:
        opener = getattr(import_module(module), function)
    except ModuleNotFoundError as error:
        raise UserError(f"the engine {name} needs {error.name}", remedy="pip install 'lexatron[train]'") from error
    opened: AbstractContextManager[Engine] = opener(workers, address)
    return opened
