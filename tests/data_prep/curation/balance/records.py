"""Records to balance: their groups, sizes and keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data_prep.curation.balance import Balance, balance, report

COLUMNS = ("domain", "language", "difficulty", "source")


@dataclass(frozen=True)
class Some:
    """Records of which each has a name in every column."""

    values: dict[str, npt.NDArray[np.str_]]
    sizes: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, chosen: npt.NDArray[np.intp]) -> Some:
        return Some(
            {name: column[chosen] for name, column in self.values.items()}, self.sizes[chosen], self.keys[chosen]
        )

    def kept(self, options: Balance, seed: int = 0) -> npt.NDArray[np.bool_]:
        """What is kept, with the names of groups numbered in an order by `seed`."""
        groups, names = self._coded(seed)
        return balance(groups, names, self.sizes, self.keys, options)

    def report(self, options: Balance) -> dict[tuple[str, str], dict[str, object]]:
        """The report's rows by dimension and group."""
        groups, names = self._coded(0)
        kept = balance(groups, names, self.sizes, self.keys, options)
        rows = report(groups, names, self.sizes, kept, options)
        return {(row.pop("dimension"), row.pop("group")): row for row in rows}

    def counts(self, kept: npt.NDArray[np.bool_], *columns: str) -> Counter[tuple[str, ...]]:
        """How many records are kept by names of columns."""
        return Counter(zip(*(self.values[column][kept].tolist() for column in columns), strict=True))

    def _coded(self, seed: int) -> tuple[dict[str, npt.NDArray[np.int64]], dict[str, list[str]]]:
        groups, names = {}, {}
        for column, values in self.values.items():
            order = np.random.default_rng(seed).permutation(np.unique(values))
            place = {name: number for number, name in enumerate(order.tolist())}
            groups[column] = np.array([place[value] for value in values.tolist()], np.int64)
            names[column] = list(place)
        return groups, names


def by_count(counts: Mapping[tuple[str, ...], int], columns: Sequence[str], seed: int = 0) -> Some:
    """So many records of each combination of names, shuffled; sizes 1 to 999."""
    rows = [names for names, count in counts.items() for _ in range(count)]
    random = np.random.default_rng(seed)
    order = random.permutation(len(rows))
    table = {column: np.array([row[place] for row in rows], str)[order] for place, column in enumerate(columns)}
    for column in COLUMNS:
        table.setdefault(column, np.full(len(rows), "x"))
    return Some(table, random.integers(1, 1000, len(rows)), random.integers(0, 2**64, len(rows), np.uint64))


def at_random(count: int, seed: int, groups: int = 3) -> Some:
    """Records with names that are unevenly spread."""
    random = np.random.default_rng(seed)
    table = {
        column: np.char.add(column[0], random.choice(groups, count, p=random.dirichlet(np.ones(groups))).astype(str))
        for column in COLUMNS
    }
    return Some(table, random.integers(1, 1000, count), random.integers(0, 2**64, count, np.uint64))
