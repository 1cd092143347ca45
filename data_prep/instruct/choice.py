"""The choice over all tasks: which questions stand in which file, and where.

Training and validation ask about training works in the training wordings. The test set asks in held-out wordings,
about facts that training asks about (seen) and about facts of test works (unseen).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data_prep.instruct.ranking import TEST, TRAINING
from data_prep.instruct.selection import (
    ASKED,
    Rows,
    best,
    best_of_all,
    by_language,
    cell_shares,
    cells,
    language_of,
    spread_over_all_kinds,
    with_rounds,
)
from lexatron.errors import UserError

FILES = ("training", "validation", "test")
PARTS = ("training", "validation", "test_seen", "test_unseen")
VALIDATION_EVERY = 20  # one chosen question of so many goes to validation
FEWEST = 2 * VALIDATION_EVERY  # questions below which there is no training set worth the name
SELECTED_FILE = "selected.npy"

SELECTED = np.dtype(
    [
        ("task", "<u4"),  # whose spool holds the fact
        ("fact", "<u4"),
        ("wording", "u1"),
        ("heldout", "?"),  # whether that is the number of a held-out wording
        ("seen", "?"),
        ("file", "u1"),  # number in FILES
        ("position", "<u4"),  # in the file
    ]
)
"""One question that is asked."""


@dataclass(frozen=True)
class ChoiceTask:
    """What decides the choice over all tasks.

    Attributes:
        folders: of the rank tasks.
        training: cell -> questions for training and validation together.
        test: language -> test questions about seen facts, and as many about unseen ones.
        unseen: cell -> how many unseen ones of them.
        written: the cells of pairs of other origin, numbered from 0; they count as one more spool.
    """

    folders: tuple[str, ...]
    training: dict[str, int]
    test: dict[str, int]
    unseen: dict[str, int]
    written: tuple[int, ...] = ()


def choose(task: ChoiceTask, folder: Path) -> dict[str, Any]:
    """Write `selected.npy`; the counts of every part by cell.

    Raises:
        UserError: too few questions for a training set, or for the test set of a language.
    """
    folders = [Path(name) for name in task.folders]
    chosen = best_of_all((np.load(path / TRAINING) for path in folders), cells(task.training))
    chosen = _with_written(chosen, task.written, len(folders))
    if len(chosen) < FEWEST:
        raise UserError(
            f"too few questions for a training set: {len(chosen)}",
            remedy="give more acts of training works, or more --pairs",
        )
    to_validation = np.arange(len(chosen)) % VALIDATION_EVERY == 0
    training, validation = chosen[~to_validation], chosen[to_validation]
    seen = _seen(training, task.test)
    unseen = best_of_all((np.load(path / TEST) for path in folders), cells(task.unseen), "held_rank")
    _check_test_set(seen, by_language(_counts(training)), task.test)
    parts = [
        selected(training, 0, 0),
        selected(validation, 1, 0),
        selected(seen, 2, 0, heldout=True),
        selected(unseen, 2, len(seen), heldout=True),
    ]
    save_selected(folder, parts)
    return {name: _named(part) for name, part in zip(PARTS, (training, validation, seen, unseen), strict=True)}


@dataclass(frozen=True)
class TestsetTask:
    """What decides a test set alone: the rank tasks, and cell -> how many questions."""

    folders: tuple[str, ...]
    shares: dict[str, int]


def choose_testset(task: TestsetTask, folder: Path) -> dict[str, Any]:
    """Write `selected.npy` of a test set in which no act is asked about twice before every act has been."""
    shares = cells(task.shares)
    room = testset_room(shares)
    found = best_of_all((np.load(Path(name) / TEST) for name in task.folders), room, "held_rank")
    chosen = spread_over_all_kinds(found, shares)
    save_selected(folder, [selected(chosen, 2, 0, heldout=True)])
    return {
        "test_seen": _named(chosen[chosen["seen"]]),
        "test_unseen": _named(chosen[~chosen["seen"]]),
        "acts": len(np.unique(chosen["act"])),
    }


def testset_room(shares: Mapping[int, int]) -> dict[int, int]:
    """How many questions of each cell a test set is chosen from: enough acts that one is left not asked about."""
    languages = by_language(shares)
    return {cell: 2 * languages[language_of(cell)] if share else 0 for cell, share in shares.items()}


def _with_written(chosen: Rows, written: Sequence[int], task: int) -> Rows:
    """The chosen questions and those of other origin, given by their cells, in order of cells."""
    if not written:
        return chosen
    rows = np.zeros(len(written), ASKED)
    rows["cell"], rows["task"], rows["fact"], rows["seen"] = written, task, np.arange(len(written)), True
    rows["round"] = np.arange(len(written))
    both = np.concatenate([chosen, rows])
    return both[np.lexsort((both["tie"], both["rank"], both["round"], both["cell"]))]


def _seen(training: Rows, per_language: Mapping[str, int]) -> Rows:
    """A held-out wording of so many of the facts that training asks about, in each language."""
    facts = training[training["held_rank"] > 0]
    _, first = np.unique(facts[["task", "fact"]], return_index=True)
    facts = facts[np.sort(first)]
    return best(with_rounds(facts, "held_rank"), cell_shares(_counts(facts), per_language), "held_rank")


def _counts(rows: Rows) -> dict[int, int]:
    return Counter(rows["cell"].tolist())


def _named(rows: Rows) -> dict[str, int]:
    return {str(cell): count for cell, count in sorted(_counts(rows).items())}


def _check_test_set(seen: Rows, trained: Iterable[str], per_language: Mapping[str, int]) -> None:
    """Every language that is trained on has its test questions."""
    counts = by_language(_counts(seen))
    for language in trained:
        if counts.get(language, 0) < per_language[language]:
            raise UserError(
                f"too few facts for a test set: {counts.get(language, 0)} of {per_language[language]} "
                f"questions in {language}",
                remedy=f"give more acts, more --pairs, or --test-per-language {counts.get(language, 0)}",
            )


def selected(rows: Rows, file: int, first: int, *, heldout: bool = False) -> Rows:
    """Questions with their places: in a file, from position `first` on, in a training or in their held-out wording."""
    found = np.zeros(len(rows), SELECTED)
    for name in ("task", "fact", "seen"):
        found[name] = rows[name]
    found["wording"] = rows["held" if heldout else "wording"]
    found["heldout"], found["file"] = heldout, file
    found["position"] = first + np.arange(len(rows))
    return found


def save_selected(folder: Path, parts: Sequence[Rows]) -> None:
    """Write `selected.npy`, in the order of spools and facts."""
    everything = np.concatenate([np.empty(0, SELECTED), *parts])
    order = np.lexsort((everything["position"], everything["file"], everything["fact"], everything["task"]))
    np.save(folder / SELECTED_FILE, everything[order])


def selected_of(folder: Path, task: int) -> Rows:
    """What was chosen from one spool, by fact."""
    rows: Rows = np.load(folder / SELECTED_FILE)
    low, high = np.searchsorted(rows["task"], [task, task + 1])
    return rows[low:high]
