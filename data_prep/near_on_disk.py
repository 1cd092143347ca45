"""Near-duplicates among texts that tasks have left on disk, with their signatures: one task over all the folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data_prep.dedup import Lsh, Shingling, near_duplicates, shingles

SIGNATURES = "signatures.npy"

_MATCHES, _ALL = "matches.npz", "all-signatures"


@dataclass(frozen=True)
class NearTask:
    """The texts to compare: `plan` holds their tasks, rows and ranks; `folders` are those of the tasks."""

    plan: str
    folders: tuple[str, ...]
    threshold: float


@dataclass(frozen=True)
class Matches:
    """Dropped texts, the kept ones for which they were dropped, and similarities; by place in the plan, `[matches]`."""

    dropped: npt.NDArray[np.int64]
    kept: npt.NDArray[np.int64]
    jaccard: npt.NDArray[np.float64]


def plan(
    path: Path,
    folders: Sequence[Path],
    task: npt.NDArray[np.int32],
    row: npt.NDArray[np.int32],
    rank: npt.NDArray[np.int64],
    threshold: float,
) -> NearTask:
    """Write down which texts are to be compared, each by its task and row, and its rank: the lower one is kept."""
    np.savez(path, task=task, row=row, rank=rank)
    return NearTask(str(path), tuple(map(str, folders)), threshold)


def find(
    task: NearTask, text_of: Callable[[int, int], str], shingling: Shingling, lsh: Lsh, folder: Path
) -> dict[str, int]:
    """Find the near-duplicates and write them into a folder; `text_of` gives the text of a task and row."""
    with np.load(task.plan) as planned:
        tasks, rows, rank = planned["task"], planned["row"], planned["rank"]

    def shingles_of(index: int) -> npt.NDArray[np.uint64]:
        return shingles(text_of(int(tasks[index]), int(rows[index])), shingling)

    signatures = _signatures(task.folders, tasks, rows, lsh.num_perm, folder / _ALL)
    matches = near_duplicates(signatures, rank, shingles_of, task.threshold, lsh)
    del signatures
    (folder / _ALL).unlink()
    np.savez(
        folder / _MATCHES,
        dropped=np.array([match.dropped for match in matches], np.int64),
        kept=np.array([match.kept for match in matches], np.int64),
        jaccard=np.array([match.jaccard for match in matches], np.float64),
    )
    return {"texts": len(rank), "matches": len(matches)}


def read_matches(folder: Path) -> Matches:
    """What `find` wrote."""
    with np.load(folder / _MATCHES) as found:
        return Matches(found["dropped"], found["kept"], found["jaccard"])


def _signatures(
    folders: Sequence[str], tasks: npt.NDArray[np.int32], rows: npt.NDArray[np.int32], num_perm: int, path: Path
) -> npt.NDArray[np.uint32]:
    """The signatures of the texts, mapped from a file that is written here, shape [texts, num_perm]."""
    if not len(tasks):
        path.touch()
        return np.empty((0, num_perm), np.uint32)
    found = np.memmap(path, np.uint32, "w+", shape=(len(tasks), num_perm))
    for number in np.unique(tasks):
        of_task = tasks == number
        found[of_task] = np.load(Path(folders[number]) / SIGNATURES, mmap_mode="r")[rows[of_task]]
    return found
