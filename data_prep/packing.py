"""Packs examples of different lengths into sequences of one length: first-fit decreasing, exact, in linear memory.

First-fit decreasing takes the examples from the longest to the shortest and puts each into the first pack that has
room (Johnson 1973, "Near-optimal bin packing algorithms": never more than 11/9 of the fewest packs possible, and 2/3
of a pack). Searching that pack one example at a time is quadratic, or n log n with a segment tree. Here neighbouring
packs with the same room are one *run*: examples of one length fill whole runs at once and cut at most one in two, so
the work grows with the number of different lengths, at most the pack's, and not with the number of examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Packing:
    """Which example goes into which pack.

    Attributes:
        pack_of: pack of each example, in the order in which the lengths were given, shape [num_examples].
        num_packs: packs are numbered from 0 in the order in which they were opened.
        num_tokens: sum of all lengths.
        capacity: tokens that one pack can hold.
    """

    pack_of: Ints
    num_packs: int
    num_tokens: int
    capacity: int

    @property
    def efficiency(self) -> float:
        """Share of the packs' tokens that are examples; 1.0 where there is nothing to pack."""
        return self.num_tokens / (self.num_packs * self.capacity) if self.num_packs else 1.0

    def members(self) -> Iterator[Ints]:
        """The examples of each pack in turn, by rising number."""
        order = np.argsort(self.pack_of, kind="stable")
        sizes = np.bincount(self.pack_of, minlength=self.num_packs)
        yield from np.split(order, np.cumsum(sizes)[:-1]) if self.num_packs else []


def first_fit_decreasing(lengths: npt.ArrayLike, capacity: int) -> Packing:
    """Pack examples, none of them cut; of examples of one length, the earlier goes into the earlier pack.

    Args:
        lengths: tokens of each example, shape [num_examples], each from 1 to `capacity`.
        capacity: tokens that one pack can hold.

    Raises:
        ValueError: a length is not in that range.
    """
    sizes = np.asarray(lengths, dtype=np.int64)
    if sizes.size and (sizes.min() < 1 or sizes.max() > capacity):
        raise ValueError(f"lengths from {sizes.min()} to {sizes.max()} do not fit into packs of {capacity}")
    order = np.argsort(-sizes, kind="stable")
    pack_of = np.empty_like(order)
    runs = _Runs(capacity, shortest=int(sizes.min()) if sizes.size else 1)
    done = 0
    for length, count in zip(*_descending(sizes), strict=True):
        pack_of[order[done : done + count]] = runs.place(int(length), int(count))
        done += int(count)
    return Packing(pack_of, runs.num_packs, int(sizes.sum()), capacity)


def _descending(sizes: Ints) -> tuple[Ints, Ints]:
    """The different lengths, the longest first, and how often each occurs."""
    values, counts = np.unique(sizes, return_counts=True)
    return values[::-1], counts[::-1]


class _Runs:
    """Packs as runs of neighbours with the same room, in order; runs that nothing fits into any more are dropped.

    `first`, `number` and `room` hold each run's first pack, its number of packs and the room in each of them.
    """

    def __init__(self, capacity: int, shortest: int):
        self.capacity, self.shortest = capacity, shortest
        self.num_packs = 0
        self.first = self.number = self.room = np.empty(0, dtype=np.int64)

    def place(self, length: int, count: int) -> Ints:
        """Put `count` examples of one length into the first packs that have room; their packs, in order."""
        self._drop_full()
        fitting = np.flatnonzero(self.room >= length)
        held = np.cumsum(self.number[fitting] * (self.room[fitting] // length))
        missing = count - (int(held[-1]) if held.size else 0)
        if missing > 0:
            fitting = np.append(fitting, self._open(-(-missing // (self.capacity // length))))
            held = np.append(held, count + self.capacity)  # more than are left
        whole = int(np.searchsorted(held, count, side="right"))  # runs that are used to their last pack
        packs = [self._fill(run, length) for run in fitting[:whole].tolist()]
        left = count - (int(held[whole - 1]) if whole else 0)
        if left:
            packs.append(self._cut(int(fitting[whole]), length, left))
        return np.concatenate(packs)

    def _drop_full(self) -> None:
        useful = self.room >= self.shortest
        if not useful.all():
            self.first, self.number, self.room = self.first[useful], self.number[useful], self.room[useful]

    def _open(self, number: int) -> int:
        """Add a run of empty packs; its place."""
        self._replace(self.first.size, [(self.num_packs, number, self.capacity)])
        self.num_packs += number
        return self.first.size - 1

    def _fill(self, run: int, length: int) -> Ints:
        """Put as many examples as fit into every pack of a run."""
        start, number, room = int(self.first[run]), int(self.number[run]), int(self.room[run])
        self.room[run] = room % length
        return np.repeat(np.arange(start, start + number), room // length)

    def _cut(self, run: int, length: int, count: int) -> Ints:
        """Put the last examples of one length into a run and cut it into full, partly filled and untouched packs."""
        start, number, room = int(self.first[run]), int(self.number[run]), int(self.room[run])
        each = room // length
        full, left = divmod(count, each)
        parts = [
            (start, full, room - each * length),
            (start + full, min(left, 1), room - left * length),
            (start + full + min(left, 1), number - full - min(left, 1), room),
        ]
        self._replace(run, [part for part in parts if part[1]])
        return np.append(np.repeat(np.arange(start, start + full), each), np.full(left, start + full))

    def _replace(self, run: int, parts: list[tuple[int, int, int]]) -> None:
        """Put other runs in the place of one, or behind the last."""
        columns = zip((self.first, self.number, self.room), zip(*parts, strict=True), strict=True)
        self.first, self.number, self.room = (np.concatenate([c[:run], new, c[run + 1 :]]) for c, new in columns)
