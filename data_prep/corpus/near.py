"""Near-duplicates within each dataset: a text is dropped where its word 5-grams are those of a better one."""

from __future__ import annotations

from pathlib import Path

from data_prep import near_on_disk
from data_prep.corpus.config import CorpusConfig
from data_prep.corpus.decide import NEAR, Drop, Texts, ranks
from data_prep.corpus.texts import TextReader
from data_prep.dedup import LSH, WORDS
from data_prep.engine import Phases
from data_prep.near_on_disk import NearTask, read_matches


def drop_near_duplicates(texts: Texts, config: CorpusConfig, phases: Phases) -> None:
    """Drop every text that is a near-duplicate of a better one of its dataset."""
    threshold = config.near_duplicates
    if threshold is None:
        return
    datasets = texts.by_name()
    tasks = []
    for name, numbers in datasets.items():
        chosen, path = list(numbers), phases.work.folder / f"near-{name}.npz"
        places = texts.task[chosen], texts.row[chosen], ranks(texts, chosen)
        tasks.append(near_on_disk.plan(path, texts.folders, *places, threshold))
    _, folders = phases.run("near", find, tasks)
    for folder, numbers in zip(folders, datasets.values(), strict=True):
        found = read_matches(folder)
        for dropped, kept, jaccard in zip(found.dropped, found.kept, found.jaccard, strict=True):
            texts.drops[numbers[dropped]] = Drop(NEAR, numbers[kept], round(float(jaccard), 4))


def find(task: NearTask, folder: Path) -> dict[str, int]:
    """Find the near-duplicates of one dataset."""
    readers: dict[int, TextReader] = {}

    def text_of(number: int, row: int) -> str:
        if number not in readers:
            readers[number] = TextReader(Path(task.folders[number]))
        return readers[number][row]

    found = near_on_disk.find(task, text_of, WORDS, LSH, folder)
    for reader in readers.values():
        reader.close()
    return found
