"""Near-duplicates within each dataset: a text is dropped where its word 5-grams are those of a better one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data_prep.corpus.config import CorpusConfig
from data_prep.corpus.decide import NEAR, Drop, Texts, ranks
from data_prep.corpus.read import NUM_PERM, SIGNATURES
from data_prep.corpus.texts import TextReader
from data_prep.dedup import WORDS, near_duplicates, shingles
from data_prep.engine import Phases

_MATCHES = "matches.npz"


@dataclass(frozen=True)
class NearTask:
    """The texts of one dataset: `plan` holds their tasks, rows and ranks; `folders` are those of the first phase."""

    plan: str
    folders: tuple[str, ...]
    threshold: float


def drop_near_duplicates(texts: Texts, config: CorpusConfig, phases: Phases) -> None:
    """Drop every text that is a near-duplicate of a better one of its dataset."""
    if config.near_duplicates is None:
        return
    datasets = texts.by_name()
    tasks = [
        _plan(texts, numbers, phases.work.folder / f"near-{name}.npz", config.near_duplicates)
        for name, numbers in datasets.items()
    ]
    _, folders = phases.run("near", find, tasks)
    for folder, numbers in zip(folders, datasets.values(), strict=True):
        with np.load(folder / _MATCHES) as found:
            for dropped, kept, jaccard in zip(found["dropped"], found["kept"], found["jaccard"], strict=True):
                texts.drops[numbers[dropped]] = Drop(NEAR, numbers[kept], round(float(jaccard), 4))


def _plan(texts: Texts, numbers: Sequence[int], path: Path, threshold: float) -> NearTask:
    chosen = list(numbers)
    np.savez(path, task=texts.task[chosen], row=texts.row[chosen], rank=ranks(texts, chosen))
    return NearTask(str(path), tuple(map(str, texts.folders)), threshold)


def find(task: NearTask, folder: Path) -> dict[str, Any]:
    """Find the near-duplicates of one dataset."""
    with np.load(task.plan) as plan:
        tasks, rows, rank = plan["task"], plan["row"], plan["rank"]
    readers: dict[int, TextReader] = {}

    def shingles_of(index: int) -> npt.NDArray[np.uint64]:
        number = int(tasks[index])
        if number not in readers:
            readers[number] = TextReader(Path(task.folders[number]))
        return shingles(readers[number][int(rows[index])], WORDS)

    matches = near_duplicates(_signatures(task.folders, tasks, rows), rank, shingles_of, task.threshold)
    for reader in readers.values():
        reader.close()
    np.savez(
        folder / _MATCHES,
        dropped=np.array([match.dropped for match in matches], np.int64),
        kept=np.array([match.kept for match in matches], np.int64),
        jaccard=np.array([match.jaccard for match in matches], np.float64),
    )
    return {"texts": len(rank), "matches": len(matches)}


def _signatures(
    folders: Sequence[str], tasks: npt.NDArray[np.int32], rows: npt.NDArray[np.int32]
) -> npt.NDArray[np.uint32]:
    """The signatures of the texts, shape [texts, NUM_PERM]."""
    found = np.empty((len(tasks), NUM_PERM), np.uint32)
    for number in np.unique(tasks):
        of_task = tasks == number
        found[of_task] = np.load(Path(folders[number]) / SIGNATURES, mmap_mode="r")[rows[of_task]]
    return found
