"""Between the facts and the questions: what is ambiguous, how much there is of each kind, and the best of each task.

No question may have two answers or stand in two files, so a question that two facts share is asked of neither. That
needs the questions of all facts, of which 64 bits each are compared, a part of them at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data_prep.instruct.selection import ASKED, Rows, best, cells, rank, with_rounds
from data_prep.instruct.spool import Spool

Numbers = npt.NDArray[np.int64]

AMBIGUOUS, TRAINING, TEST = "ambiguous.npy", "training.npy", "test.npy"
_LATE = 1 << 24  # added to the rounds of late questions: more than there are about an act
_AT_ONCE = 4_000_000  # hashes sorted at a time


@dataclass(frozen=True)
class AmbiguityTask:
    """All spools."""

    folders: tuple[str, ...]


def find_ambiguous(task: AmbiguityTask, folder: Path) -> dict[str, Any]:
    """Write the hashes of the questions that several facts share, and count what is left.

    Returns:
        `facts`, `ambiguous` (of them), and for `training` and `test` the number of questions by cell.
    """
    spools = [Spool(Path(name)) for name in task.folders]
    ambiguous = _repeated(spools)
    np.save(folder / AMBIGUOUS, ambiguous)
    facts = left_out = 0
    training: Counter[int] = Counter()
    test: Counter[int] = Counter()
    for spool in spools:
        rows = spool.rows
        clear = rows[~is_in(rows["question"], ambiguous)]
        facts, left_out = facts + len(rows), left_out + len(rows) - len(clear)
        sizes = np.array([len(group) for group in spool.groups])
        _count(training, clear["cell"], sizes[clear["training"]])
        _count(test, clear["cell"], (clear["heldout"] > 0) & (clear["training"] == 0))
    return {"facts": facts, "ambiguous": left_out, "training": _by_name(training), "test": _by_name(test)}


def _repeated(spools: Sequence[Spool]) -> npt.NDArray[np.uint64]:
    """The hashes that stand in several rows, in ascending order."""
    total = sum(len(spool.rows) for spool in spools)
    bounds = np.linspace(0, 2**64, total // _AT_ONCE + 2)[1:-1].astype(np.uint64)
    found: list[npt.NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    for part in range(len(bounds) + 1):
        hashes = [_in_part(spool.rows["question"], bounds, part) for spool in spools]
        values, counts = np.unique(np.concatenate(hashes), return_counts=True)
        found.append(values[counts > 1])
    return np.concatenate(found)


def _in_part(hashes: npt.NDArray[np.uint64], bounds: npt.NDArray[np.uint64], part: int) -> npt.NDArray[np.uint64]:
    kept = np.ones(len(hashes), bool)
    if part > 0:
        kept &= hashes >= bounds[part - 1]
    if part < len(bounds):
        kept &= hashes < bounds[part]
    return hashes[kept]


def is_in(values: npt.NDArray[np.uint64], ascending: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Which of the values are among those in ascending order."""
    if not len(ascending):
        return np.zeros(len(values), bool)
    places = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    found: npt.NDArray[np.bool_] = ascending[places] == values
    return found


def _count(counts: Counter[int], cells: npt.NDArray[Any], sizes: npt.NDArray[Any]) -> None:
    sums = np.bincount(cells, weights=sizes)
    counts.update({int(cell): int(sums[cell]) for cell in np.flatnonzero(sums)})


def _by_name(counts: Counter[int]) -> dict[str, int]:
    return {str(cell): counts[cell] for cell in sorted(counts)}


@dataclass(frozen=True)
class RankTask:
    """One spool, whose best questions are looked for.

    Attributes:
        ambiguous: the folder of the task that found the ambiguous questions.
        number: of the spool.
        training, test: cell (as JSON writes keys) -> how many are wanted at most.
    """

    spool: str
    number: int
    ambiguous: str
    training: dict[str, int]
    test: dict[str, int]
    seed: int


def rank_questions(task: RankTask, folder: Path) -> dict[str, Any]:
    """Write the best questions of a spool, for training and for the test set, in order of cell, round and rank."""
    ranking = _Ranking(task)
    rows = ranking.rows
    clear = np.flatnonzero(~is_in(rows["question"], np.load(Path(task.ambiguous) / AMBIGUOUS)))
    trained = rows["training"][clear] > 0
    for_test = ~trained & (rows["heldout"][clear] > 0)
    found = {
        TRAINING: ranking.by_cell(clear[trained], ranking.training),
        TEST: ranking.by_cell(clear[for_test], ranking.test),
    }
    for name, questions in found.items():
        np.save(folder / name, questions)
    return {name: len(questions) for name, questions in found.items()}


class _Ranking:
    """The best questions of one spool, cell by cell, so that no more than a cell's are in memory."""

    def __init__(self, task: RankTask):
        spool = Spool(Path(task.spool))
        self.rows, self._ids = spool.rows, list(spool.ids())
        self._endings = [[f".{wording}" for wording in group] for group in spool.groups]
        self._task, self._shares = task, {TRAINING: cells(task.training), TEST: cells(task.test)}

    def by_cell(self, facts: Numbers, questions: Callable[[Numbers], Rows]) -> Rows:
        """The questions about some facts that `questions` gives for those of a cell, in order of cells."""
        own = self.rows["cell"][facts]
        parts = [questions(facts[own == cell]) for cell in np.unique(own)]
        return np.concatenate([np.empty(0, ASKED), *parts])

    def training(self, facts: Numbers) -> Rows:
        """The best of the questions about facts of one cell in all training wordings."""
        group_of, endings, seed = self.rows["training"], self._endings, self._task.seed
        ranked = (
            (fact, wording, rank(seed, self._ids[fact] + ending))
            for fact in facts.tolist()
            for wording, ending in enumerate(endings[group_of[fact]])
        )
        found = best(self._in_rounds(self._questions(ranked), "rank"), self._shares[TRAINING])
        self._add_heldout(found)
        return found

    def test(self, facts: Numbers) -> Rows:
        """The best of the questions about facts of one cell, each in one held-out wording."""
        found = self._questions((fact, 0, 0) for fact in facts.tolist())
        self._add_heldout(found)
        return best(self._in_rounds(found, "held_rank"), self._shares[TEST], "held_rank")

    def _questions(self, ranked: Iterable[tuple[int, int, int]]) -> Rows:
        """Questions of `(fact, wording, rank)`, without their rounds."""
        columns = np.fromiter((value for triple in ranked for value in triple), np.uint64).reshape(-1, 3)
        found = np.zeros(len(columns), ASKED)
        found["fact"], found["wording"], found["rank"] = columns.T
        about = self.rows[found["fact"]]
        for name in ("cell", "act", "seen"):
            found[name] = about[name]
        found["tie"], found["task"] = about["question"], self._task.number
        return found

    def _in_rounds(self, questions: Rows, rank_field: str) -> Rows:
        """The questions with their rounds; those about late facts come after all others."""
        found = with_rounds(questions, rank_field)
        found["round"] += np.where(self.rows["late"][found["fact"]], _LATE, 0).astype(np.uint32)
        return found

    def _add_heldout(self, found: Rows) -> None:
        """Choose a held-out wording for the fact of every question."""
        for number, fact in enumerate(found["fact"].tolist()):
            endings = self._endings[self.rows["heldout"][fact]]
            ranks = [rank(self._task.seed, self._ids[fact] + ending) for ending in endings]
            if ranks:
                found["held_rank"][number] = min(ranks)
                found["held"][number] = ranks.index(min(ranks))
