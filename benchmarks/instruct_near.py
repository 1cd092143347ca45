"""Near-duplicate removal alone, on the records of an invented set: ours on all of them, datasketch's loop on some.

What was planted is known from truth.json: copies at a true Jaccard similarity of 0.8 and above in character 3-grams
must go, near-misses from 0.6 to 0.75 must stay. Every drop is judged once more by the true similarity of the two texts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import yaml
from dedup import Drops, Texts, alone
from dedup import measure as measure_tool

from data_prep.corpus.texts import TextReader, TextWriter
from data_prep.curation.record import Record
from data_prep.curation.sources import SourcePart, plan_parts, read_part
from data_prep.curation.sources.options import Source
from data_prep.dedup import CHARACTERS, CHARACTERS_LSH, jaccard, near_duplicates, shingles, signatures
from data_prep.engine import Engine

THRESHOLD, NUM_PERM = 0.8, CHARACTERS_LSH.num_perm
SIGNATURES, PLACES = "signatures.npy", "places.json"
LOOP = "datasketch, documented loop"
_PART_BYTES, _AT_ONCE = 16 << 20, 256

Place = tuple[str, int]


@dataclass
class Near:
    """What one tool did.

    Attributes:
        seconds: from texts to drops; of which `signing` to the signatures.
        recall: of planted copies at the threshold and above. precision: of drops, those truly at the threshold.
        near_misses: planted ones below it that were dropped.
    """

    tool: str
    processes: int
    texts: int
    signing: float
    seconds: float
    recall: float
    precision: float
    near_misses: int

    @property
    def milliseconds_each(self) -> float:
        """Time of a text: the clock, times the processes."""
        return 1000 * self.seconds * self.processes / self.texts


@dataclass(frozen=True)
class Planted:
    """Numbers of texts: `copies` are pairs (copy, original) that must be dropped, `misses` that must not."""

    copies: list[tuple[int, int]]
    misses: list[tuple[int, int]]


class Stored:
    """All texts of a set on disk, in folders, with their places; of the training and the test side."""

    def __init__(self, folders: list[Path]):
        self.folders = folders
        self._readers = [TextReader(folder) for folder in folders]
        self._starts = np.cumsum([0, *map(len, self._readers)])
        self.places: list[Place] = [
            (file, row) for folder in folders for file, row in orjson.loads((folder / PLACES).read_bytes())
        ]

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, number: int) -> str:
        folder = int(np.searchsorted(self._starts, number, side="right")) - 1
        return self._readers[folder][number - int(self._starts[folder])]

    def shingles(self, number: int) -> Any:
        """Of a text."""
        return shingles(self[number], CHARACTERS)


def store(folder: Path, work: Path, engine: Engine) -> Stored:
    """Read the records of a set and put their texts on disk."""
    config = yaml.safe_load((folder / "instruct.yaml").read_text("utf-8"))
    sources = [Source.model_validate(options) for options in config["sources"]]
    parts = [part for source in sources for part in plan_parts(source, folder, _PART_BYTES)]
    return Stored(list(engine.imap(partial(_store_part, work), enumerate(parts))))


def _store_part(work: Path, numbered: tuple[int, SourcePart]) -> Path:
    number, part = numbered
    folder = work / f"{number:05}"
    folder.mkdir(parents=True)
    writer, places = TextWriter(folder), []
    for record in read_part(part):
        if isinstance(record, Record):
            writer.add(record.text)
            name, _, row = record.place.rpartition(":")
            places.append((Path(name).name, int(row)))
    writer.close()
    (folder / PLACES).write_bytes(orjson.dumps(places))
    return folder


def planted_in(truth: Iterable[dict[str, Any]], places: list[Place]) -> Planted:
    """What was planted, by the numbers of texts."""
    numbers = {place: number for number, place in enumerate(places)}
    found = Planted([], [])
    for entry in truth:
        if "jaccard" in entry:
            pair = tuple(numbers[Path(place["file"]).name, place["row"]] for place in (entry, entry["other"]))
            (found.copies if entry["jaccard"] >= THRESHOLD else found.misses).append((pair[0], pair[1]))
    return found


def measure_all(stored: Stored, planted: Planted, engine: Engine) -> Near:
    """Ours on all texts, as the pipeline does it: signatures by all processes, then one search that reads from disk."""
    started = time.perf_counter()
    for _ in engine.imap(_sign, stored.folders):
        pass
    signed = time.perf_counter()
    made = np.concatenate([np.load(folder / SIGNATURES) for folder in stored.folders])
    matches = near_duplicates(made, np.arange(len(made)), stored.shingles, THRESHOLD, CHARACTERS_LSH)
    ended = time.perf_counter()
    drops = [(match.dropped, match.kept) for match in matches]
    judged = judge(drops, planted, stored.shingles)
    return Near("lexatron", engine.workers, len(stored), signed - started, ended - started, *judged)


def _sign(folder: Path) -> int:
    reader = TextReader(folder)
    made = [
        signatures([shingles(reader[k], CHARACTERS) for k in range(at, min(at + _AT_ONCE, len(reader)))], NUM_PERM)
        for at in range(0, len(reader), _AT_ONCE)
    ]
    np.save(folder / SIGNATURES, np.concatenate(made) if made else np.zeros((0, NUM_PERM), np.uint32))
    return len(reader)


def measure_some(stored: Stored, planted: Planted, count: int) -> list[Near]:
    """Ours and the documented loop on the same few texts, each in one process of its own: a third of them copies."""
    copies, misses = planted.copies[: count // 3], planted.misses[: count // 30]
    involved = dict.fromkeys(number for pair in (*copies, *misses) for number in pair)
    others = (number for number in range(len(stored)) if number not in involved)
    chosen = [*involved, *(number for number, _ in zip(others, range(max(0, count - len(involved))), strict=False))]
    chosen.sort()
    at = {number: place for place, number in enumerate(chosen)}
    few = Planted(*([(at[copy], at[original]) for copy, original in pairs] for pairs in (copies, misses)))
    texts = Texts("instructions", CHARACTERS, [stored[number] for number in chosen], len(chosen), [])
    return [_measured(tool, texts, few) for tool in ("lexatron", LOOP)]


def _measured(tool: str, texts: Texts, planted: Planted) -> Near:
    with alone() as pool:
        found = pool.submit(measure_tool, tool, texts).result()
    judged = judge(found.drops, planted, lambda number: shingles(texts.texts[number], CHARACTERS))
    return Near(tool, 1, len(texts.texts), found.signing, found.whole, *judged)


def judge(drops: Drops, planted: Planted, shingles_of: Callable[[int], Any]) -> tuple[float, float, int]:
    """Recall, precision, and near-misses that were dropped for their original or it for them."""
    dropped = {number for number, _ in drops}
    pairs = {frozenset(pair) for pair in drops}
    recalled = sum(not dropped.isdisjoint(pair) for pair in planted.copies)
    right = sum(_similarities(drops, shingles_of))
    wrong = sum(frozenset(pair) in pairs for pair in planted.misses)
    return recalled / max(1, len(planted.copies)), right / max(1, len(drops)), wrong


def _similarities(drops: Drops, shingles_of: Callable[[int], Any]) -> Iterator[bool]:
    for dropped, kept in drops:
        yield jaccard(shingles_of(dropped), shingles_of(kept)) >= THRESHOLD
