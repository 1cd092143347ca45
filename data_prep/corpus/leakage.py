"""How much of the held-out text, and of evaluation sets, stands in the training text: shared 13-word-grams."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from data_prep.corpus.config import CorpusConfig
from data_prep.corpus.decide import Texts
from data_prep.corpus.read import Document
from data_prep.corpus.texts import TextReader
from data_prep.corpus.tokenise import plan_shards
from data_prep.dedup import Grams, build
from data_prep.dedup.contamination import SIZE
from data_prep.engine import Phases
from data_prep.split import Split
from lexatron.atomic import write_bytes
from lexatron.errors import UserError

CHECKED_CHARACTERS = 20_000_000  # of held-out text of one dataset; more is sampled
CONTAINED = 0.8  # share of a text's word-grams from which it counts as contained in the training text

CONTAMINATION_FILE = "contamination.jsonl"

_SEEN = "seen.npy"


@dataclass(frozen=True)
class HeldOutText:
    """One text that the training text should not hold: a document of the split, or an item of an evaluation set."""

    group: str
    label: dict[str, Any]
    text: str


@dataclass(frozen=True)
class ScanTask:
    """Texts of the training split to be searched for the grams of one dataset."""

    grams: str
    folders: tuple[str, ...]
    plan: str


def held_out_texts(texts: Texts, numbers: Iterable[int], group: str) -> Iterator[HeldOutText]:
    """Held-out documents; where there are more than `CHECKED_CHARACTERS`, those with the smallest hashes of them."""
    chosen, size = [], 0
    for number in sorted(numbers, key=lambda number: _order(texts.documents[number].hash)):
        chosen.append(number)
        size += texts.documents[number].characters
        if size >= CHECKED_CHARACTERS:
            break
    chosen.sort()
    places = [(int(texts.task[number]), int(texts.row[number])) for number in chosen]
    for number, text in zip(chosen, _read(texts.folders, places), strict=True):
        yield HeldOutText(group, texts.documents[number].identity(), text)


def _order(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=8).digest()


def evaluation_texts(path: Path) -> Iterator[HeldOutText]:
    """The items of an evaluation set: of every JSON line all strings that a model would read or be asked for.

    Raises:
        UserError: a line is not JSON.
    """
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        raise UserError("no such evaluation set", where=path, remedy="give a JSONL file") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                item = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise UserError(f"not JSON ({error})", where=f"{path}:{number}", remedy="give a JSONL file") from error
            text = "\n".join(_strings(item))
            if text:
                yield HeldOutText(path.name, {"line": number}, text)


def _strings(item: Any) -> Iterator[str]:
    """Every string of some words in a JSON value; ids and labels are none."""
    if isinstance(item, str):
        if len(item.split()) > 2:
            yield item
    elif isinstance(item, dict):
        for value in item.values():
            yield from _strings(value)
    elif isinstance(item, list):
        for value in item:
            yield from _strings(value)


def scan(task: ScanTask, folder: Path) -> dict[str, Any]:
    """Which of the held-out grams stand in some training texts: packed bits in `seen.npy`."""
    grams = Grams.load(task.grams)
    places = np.load(task.plan)
    seen = grams.seen_in(_read(list(map(Path, task.folders)), places.tolist()))
    np.save(folder / _SEEN, np.packbits(seen))
    return {"texts": len(places)}


def _read(folders: Sequence[Path], places: Sequence[Sequence[int]]) -> Iterator[str]:
    """The text at each of some places (task, row)."""
    readers: dict[int, TextReader] = {}
    for task, row in places:
        if task not in readers:
            readers[task] = TextReader(folders[task])
        yield readers[task][row]
    for reader in readers.values():
        reader.close()


def shares(grams: Grams, folders: Iterable[Path]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """For each held-out text the share of its grams that some scanned folder has seen."""
    seen = np.zeros(len(grams.records), bool)
    for folder in folders:
        seen |= np.unpackbits(np.load(folder / _SEEN), count=len(grams.records)).astype(bool)
    return grams.shares(seen)


def summary(found: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, Any]:
    """Figures of one group of held-out texts."""
    if not len(found):
        return {"texts": 0}
    return {
        "texts": len(found),
        "mean_share": round(float(found.mean()), 4),
        "median_share": round(float(np.median(found)), 4),
        "contained": int((found >= CONTAINED).sum()),
        "gram_words": SIZE,
    }


def measure_leakage(
    texts: Texts, side_of: Callable[[Document], Split], config: CorpusConfig, phases: Phases
) -> dict[str, dict[str, Any]]:
    """Search each dataset's training text for its held-out documents and for the evaluation sets.

    `contamination.jsonl` lists the held-out texts that it contains.

    Returns:
        Figures by dataset and by evaluation set.
    """
    sets = [item for path in config.evaluation for item in evaluation_texts(Path(path))]
    searched = {
        name: _Searched.plan(name, numbers, sets, texts, side_of, config, phases.work.folder)
        for name, numbers in texts.by_name().items()
    }
    _, folders = phases.run("leakage", scan, [task for each in searched.values() for task in each.tasks])
    left = iter(folders)
    found: dict[str, Any] = {}
    flagged: list[bytes] = []
    of_sets = np.zeros(len(sets))
    for name, each in searched.items():
        share = shares(Grams.load(each.grams), [next(left) for _ in each.tasks])
        own = len(each.items)
        found[name] = summary(share[:own])
        flagged += _flagged(each.items, share[:own])
        of_sets = np.maximum(of_sets, share[own:])
    for group in dict.fromkeys(item.group for item in sets):
        found[group] = summary(of_sets[[n for n, item in enumerate(sets) if item.group == group]])
    flagged += _flagged(sets, of_sets)
    write_bytes(phases.work.output / CONTAMINATION_FILE, b"".join(flagged))
    return found


@dataclass(frozen=True)
class _Searched:
    """A dataset whose training text is searched.

    Attributes:
        items: its held-out documents.
        grams: file of their word-grams, followed by those of the evaluation sets.
        tasks: over the training text.
    """

    items: list[HeldOutText]
    grams: Path
    tasks: list[ScanTask]

    @classmethod
    def plan(
        cls, name: str, numbers: Sequence[int], sets: Sequence[HeldOutText], texts: Texts,
        side_of: Callable[[Document], Split], config: CorpusConfig, folder: Path,
    ) -> _Searched:  # fmt: skip
        """Write the word-grams and the plans of the tasks into a folder."""
        train = [number for number in numbers if side_of(texts.documents[number]) == "train"]
        away = sorted(set(numbers) - set(train))
        items, grams = list(held_out_texts(texts, away, name)), folder / f"grams-{name}.npy"
        build(item.text for item in (*items, *sets)).save(grams)
        tasks = []
        for shard in plan_shards(texts, train, name, "train", config.shard_characters):
            plan = folder / f"scan-{shard.prefix}.npy"
            np.save(plan, np.column_stack([texts.task[list(shard.texts)], texts.row[list(shard.texts)]]))
            tasks.append(ScanTask(str(grams), tuple(map(str, texts.folders)), str(plan)))
        return cls(items, grams, tasks)


def _flagged(items: Iterable[HeldOutText], share: Iterable[float]) -> list[bytes]:
    """A line for every held-out text that the training text contains."""
    return [
        orjson.dumps(
            {"group": item.group, **item.label, "share": round(float(value), 4)}, option=orjson.OPT_APPEND_NEWLINE
        )
        for item, value in zip(items, share, strict=True)
        if value >= CONTAINED
    ]
