"""Which questions are asked: balanced by language and kind, spread over acts, the same whatever the order of the acts.

A **cell** is one kind in one language. Within it the questions about an act stand in a random-looking order, the
act's **rounds**; the first round of every act comes before the second of any. Every choice is by a hash of seed and
id, so that it depends neither on the order of the acts nor on how they are cut into shards: the best of all are
among the best of each shard, and so memory holds no more than is asked for.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from data_prep.formex.acts import LANGUAGES

Cell = TypeVar("Cell", bound=Hashable)
Rows = npt.NDArray[Any]

ASKED = np.dtype(
    [
        ("cell", "<u2"),
        ("round", "<u4"),  # number of the question among those about its act in its cell
        ("rank", "<u8"),  # random-looking, from seed, fact and wording
        ("tie", "<u8"),  # hash of the question, for the rare equal ranks
        ("task", "<u4"),  # whose spool holds the fact
        ("act", "<u8"),  # key of the act's work
        ("fact", "<u4"),  # number of the fact in that spool
        ("wording", "u1"),  # number of the wording among those of the fact's form
        ("held", "u1"),  # the same for the fact's held-out wording
        ("held_rank", "<u8"),
        ("seen", "?"),  # whether the act is one of a training work
    ]
)
"""One question that can be asked."""

_KINDS_IN_A_LANGUAGE = 256
_ORDER = tuple(sorted(LANGUAGES))


def cell_of(language: str, kind: int) -> int:
    """The number of a cell; cells are ordered by language, then by kind."""
    return _ORDER.index(language) * _KINDS_IN_A_LANGUAGE + kind


def language_of(cell: int) -> str:
    """The language of a cell."""
    return _ORDER[cell // _KINDS_IN_A_LANGUAGE]


def kind_of(cell: int) -> int:
    """The number of a cell's kind."""
    return cell % _KINDS_IN_A_LANGUAGE


def cells(named: Mapping[str, int]) -> dict[int, int]:
    """Counts by cell, from JSON, whose keys are text."""
    return {int(cell): count for cell, count in named.items()}


def normalised(text: str) -> str:
    """What two questions have in common if they are the same but for case and blanks."""
    return " ".join(text.casefold().split())


def question_hash(text: str) -> int:
    """64 bits that two questions share if they are the same but for case and blanks."""
    return int.from_bytes(blake2b(normalised(text).encode(), digest_size=8).digest(), "little")


def rank(seed: int, name: str) -> int:
    """A random-looking place in an order (64 bits), from the seed and the name alone."""
    return int.from_bytes(blake2b(f"{seed}:{name}".encode(), digest_size=8).digest())


def fair_shares(
    available: Mapping[Cell, int], total: int, weights: Mapping[Cell, float] | None = None
) -> dict[Cell, int]:
    """Split `total` equally, or by weights; what a cell lacks is shared by the others.

    Of a remainder the fullest get one more. With equal weights a larger total gives no cell less.
    """
    weight = {cell: Fraction(weights[cell] if weights else 1) for cell in available}  # sums of them are exact
    shares = dict.fromkeys(available, 0)
    rest, left = total, sum(weight[cell] for cell in available)
    for cell in sorted(available, key=lambda cell: available[cell] / weight[cell]):
        fair = int(rest * weight[cell] / left)
        shares[cell] = min(available[cell], fair)
        rest, left = rest - shares[cell], left - weight[cell]
    return shares


def cell_shares(available: Mapping[int, int], totals: Mapping[str, int]) -> dict[int, int]:
    """Every language's total, shared equally by the kinds that it has."""
    by_language: dict[str, dict[int, int]] = {}
    for cell in sorted(available):
        by_language.setdefault(language_of(cell), {})[cell] = available[cell]
    shares: dict[int, int] = {}
    for language, cells in by_language.items():
        shares.update(fair_shares(cells, totals.get(language, 0)))
    return shares


def by_language(available: Mapping[int, int]) -> dict[str, int]:
    """Sums over the kinds of each language, in the order of the languages."""
    sums: dict[str, int] = {}
    for cell in sorted(available):
        sums[language_of(cell)] = sums.get(language_of(cell), 0) + available[cell]
    return sums


def with_rounds(rows: Rows, rank_field: str = "rank") -> Rows:
    """The rows with their rounds: 0 for the lowest rank among the questions about an act in a cell, then 1."""
    order = np.lexsort((rows["tie"], rows[rank_field], rows["act"], rows["cell"]))
    rows = rows[order]
    rows["round"] = _places(rows, "cell", "act")
    return rows


def best(rows: Rows, shares: Mapping[int, int], rank_field: str = "rank") -> Rows:
    """Of each cell the first rows, as many as its share, in order of cell, round and rank."""
    rows = rows[np.lexsort((rows["tie"], rows[rank_field], rows["round"], rows["cell"]))]
    limits = np.zeros(len(_ORDER) * _KINDS_IN_A_LANGUAGE, np.int64)
    limits[list(shares)] = list(shares.values())
    return rows[_places(rows, "cell") < limits[rows["cell"]]]


def best_of_all(parts: Iterable[Rows], shares: Mapping[int, int], rank_field: str = "rank") -> Rows:
    """`best` of the rows of many parts, without ever holding much more than the shares."""
    room = 4 * sum(shares.values()) + 100_000
    kept, size = [np.empty(0, ASKED)], 0
    for part in parts:
        kept.append(part)
        size += len(part)
        if size > room:
            kept = [best(np.concatenate(kept), shares, rank_field)]
            size = len(kept[0])
    return best(np.concatenate(kept), shares, rank_field)


def _places(rows: Rows, *fields: str) -> npt.NDArray[np.int64]:
    """Of sorted rows, the number of each among those that agree with it in the fields."""
    numbers = np.arange(len(rows))
    starts = np.zeros(len(rows), bool)
    starts[:1] = True
    for field in fields:
        starts[1:] |= rows[field][1:] != rows[field][:-1]
    return numbers - np.maximum.accumulate(np.where(starts, numbers, 0))


def spread_over_all_kinds(rows: Rows, shares: Mapping[int, int]) -> Rows:
    """Of each cell its share, so that no act is asked about twice before every act that can be has been asked about.

    Rows are those of `best`, with more than the shares to choose from. The kinds of a language take turns, and each
    takes the question, among its own, whose act has been asked about least so far in this language.
    """
    chosen = [index for cells in _cells_by_language(rows) for index in _take_turns(rows, cells, shares)]
    return rows[sorted(chosen)]


def _cells_by_language(rows: Rows) -> Iterator[dict[int, list[int]]]:
    """For every language, cell -> indexes of its rows, in their order."""
    found: dict[str, dict[int, list[int]]] = {}
    for index, cell in enumerate(rows["cell"].tolist()):
        found.setdefault(language_of(cell), {}).setdefault(cell, []).append(index)
    yield from found.values()


def _take_turns(rows: Rows, cells: dict[int, list[int]], shares: Mapping[int, int]) -> Iterator[int]:
    asked: dict[int, int] = {}
    wanted = {cell: min(shares.get(cell, 0), len(found)) for cell, found in cells.items()}
    while any(wanted.values()):
        for cell in sorted(cells):
            if not wanted[cell]:
                continue
            acts = rows["act"][cells[cell]].tolist()
            place = min(range(len(acts)), key=lambda place: asked.get(acts[place], 0))
            asked[acts[place]] = asked.get(acts[place], 0) + 1
            wanted[cell] -= 1
            yield cells[cell].pop(place)
