"""What a shape is: by which keys its rows are known, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from data_prep.curation.sources.row import Row
from data_prep.curation.sources.shapes.talk import Talk


@dataclass(frozen=True)
class Shape:
    """A way to lay out a row.

    Attributes:
        name: as the option `shape` has it.
        fits: whether a row is laid out so, by its keys.
        read: the conversations of a row; raises `NoRecord` where one is not as it should be.
    """

    name: str
    fits: Callable[[Row], bool]
    read: Callable[[Row], Iterable[Talk]]
