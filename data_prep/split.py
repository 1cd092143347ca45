"""Splits works into train, validation and test, so that all languages and versions of an act stay on one side.

A work's side depends on its key, the seed and the shares alone: its hash is a point between 0 and 1, and the splits
are consecutive intervals there, as long as their shares. Adding works moves no other, with one exception, the
**minimum-one rule**: where no work falls into a split that has a share, the work nearest to its interval moves in,
out of a split that has more than one. A corpus that grows past that point gets its hash order back.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Literal, get_args

from lexatron.atomic import write_text
from lexatron.errors import UserError

Split = Literal["train", "validation", "test"]
SPLITS_FILE = "splits.json"
SPLITS: tuple[Split, ...] = get_args(Split)


@dataclass(frozen=True)
class Shares:
    """Shares of the works; they need not add up to 1 or 100."""

    train: float = 90.0
    validation: float = 5.0
    test: float = 5.0

    @classmethod
    def parse(cls, text: str) -> Shares:
        """Shares of `90,5,5`.

        Raises:
            UserError: not three numbers, a negative one, or none for training.
        """
        try:
            train, validation, test = (float(part) for part in text.split(","))
        except ValueError:
            raise UserError(
                f"--shares {text} is not three numbers", remedy="give train,validation,test: 90,5,5"
            ) from None
        if not (0 < train < float("inf") and 0 <= validation < float("inf") and 0 <= test < float("inf")):
            raise UserError(f"--shares {text} has a share that cannot be", remedy="give train,validation,test: 90,5,5")
        return cls(train, validation, test)

    def intervals(self) -> dict[Split, tuple[float, float]]:
        """Where each split that has a share begins and ends between 0 and 1."""
        ends, total = 0.0, self.train + self.validation + self.test
        found: dict[Split, tuple[float, float]] = {}
        for split in SPLITS:
            share = getattr(self, split) / total
            if share > 0:
                found[split] = (ends, ends + share)
            ends += share
        return found


def split_works(works: Iterable[str], shares: Shares, seed: int) -> dict[str, Split]:
    """The side of every work, in sorted order of the works.

    Raises:
        UserError: fewer works than splits with a share.
    """
    points = {work: _point(work, seed) for work in sorted(set(works))}
    intervals = shares.intervals()
    if len(points) < len(intervals):
        raise UserError(
            f"too small to split: {len(points)} works for {', '.join(intervals)}",
            remedy="give more acts, or shares of 0: --shares 100,0,0",
        )
    sides = {work: _side(point, intervals) for work, point in points.items()}
    for split, interval in intervals.items():
        _ensure_one(split, interval, sides, points)
    return sides


def _point(work: str, seed: int) -> float:
    """A point in [0, 1) that looks random."""
    return int.from_bytes(blake2b(f"{seed}:{work}".encode(), digest_size=6).digest()) / 2**48


def _side(point: float, intervals: Mapping[Split, tuple[float, float]]) -> Split:
    *first, last = intervals
    return next((split for split in first if point < intervals[split][1]), last)


def _ensure_one(
    split: Split, interval: tuple[float, float], sides: dict[str, Split], points: Mapping[str, float]
) -> None:
    """The minimum-one rule; see the module's docstring."""
    sizes = Counter(sides.values())
    if sizes[split]:
        return
    movable = [work for work, side in sides.items() if sizes[side] > 1]
    low, high = interval
    nearest = min(movable, key=lambda work: (max(low - points[work], points[work] - high), work))
    sides[nearest] = split


def write_splits(path: Path, works: Mapping[str, Split], shares: Shares, seed: int) -> None:
    """Write `splits.json`: seed, shares and the side of every work."""
    content = {"seed": seed, "shares": asdict(shares), "works": dict(works)}
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_splits(path: Path) -> dict[str, Split]:
    """The side of every work.

    Raises:
        UserError: the file is missing or damaged.
    """
    try:
        works: dict[str, Split] = json.loads(path.read_text("utf-8"))["works"]
    except FileNotFoundError:
        raise UserError("no such file", where=path, remedy="build the corpus again") from None
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"damaged ({error})", where=path, remedy="build the corpus again") from error
    if not set(works.values()) <= set(SPLITS):
        raise UserError(f"a work on a side that is none of {', '.join(SPLITS)}", where=path)
    return works
