"""Records counted by combination of groups: the cells between which a set is balanced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data_prep.curation.balance.raking import Codes, Numbers, summed

Groups = Mapping[str, npt.NDArray[np.int64]]
Names = Mapping[str, Sequence[str]]
Sizes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """Combinations of groups that records have, sorted by name, whatever numbers the names have.

    Attributes:
        of: `[all records]`: the cell of each.
        records, amounts: `[cells]`: how many there are, and of records or tokens.
        codes: dimension -> `[cells]` numbers of its names. names: dimension -> names, sorted.
    """

    of: Codes
    records: Numbers
    amounts: Numbers
    codes: dict[str, Codes]
    names: dict[str, list[str]]

    def by(self, dimension: str, values: Numbers) -> Numbers:
        """`[groups]`: the sums of what cells have."""
        return summed(self.codes[dimension], values, len(self.names[dimension]))


def make_cells(groups: Groups, names: Names, dimensions: Sequence[str], sizes: Sizes) -> Cells:
    """The cells of records.

    Args:
        groups: dimension -> `[records]` numbers of names.
        dimensions: those that cells are combinations of.
        sizes: `[records]`: what each adds to amounts.
    """
    combined = np.zeros(len(sizes), np.int64)
    ordered = {dimension: sorted(names[dimension]) for dimension in dimensions}
    for dimension in dimensions:
        place = {name: number for number, name in enumerate(ordered[dimension])}
        renumbered = np.array([place[name] for name in names[dimension]], np.int64)
        combined = combined * max(1, len(place)) + renumbered[groups[dimension]]
    found, of = np.unique(combined, return_inverse=True)
    codes: dict[str, Codes] = {}
    for dimension in reversed(dimensions):
        found, codes[dimension] = np.divmod(found, max(1, len(ordered[dimension])))
    count = int(of.max(initial=-1)) + 1
    return Cells(of, summed(of, None, count), summed(of, sizes, count), codes, ordered)
