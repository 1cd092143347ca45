"""What an engine is, and how one is opened by its name.

An engine maps a function over items in parallel. The results come in the order of the items, so that neither the
engine nor the number of workers changes a byte of what a stage writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from data_prep.engine.local import open_local
from data_prep.engine.on_ray import open_ray
from lexatron.errors import UserError

T = TypeVar("T")
R = TypeVar("R")

ENGINES = ("local", "ray")


class Engine(Protocol):
    """An ordered, bounded, parallel map that survives the death of a worker.

    Attributes:
        name: `local` or `ray`.
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
        name: `local`, processes of this machine, or `ray`.
        workers: processes; one local worker is this process itself.
        address: of a Ray cluster to join; without it the engine `ray` starts one on this machine.

    Raises:
        UserError: no such engine, an address for an engine that takes none, Ray is missing or cannot be reached.
    """
    if name == "ray":
        return open_ray(workers, address)
    if name != "local":
        raise UserError(f"no engine named {name}", remedy=f"choose one of {', '.join(ENGINES)}")
    if address is not None:
        raise UserError("a Ray address was given to the engine local", remedy="add --engine ray")
    return open_local(workers)
