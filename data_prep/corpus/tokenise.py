"""The last phase: texts to `.bin/.idx` and provenance, each task one shard of one split of one dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from data_prep.corpus.decide import Texts
from data_prep.corpus.texts import TextReader
from data_prep.indexed import indexed_writer, token_dtype
from data_prep.manifest import Shard, describe_shard
from data_prep.provenance import Provenance, write_provenance
from data_prep.split import Split
from data_prep.tokenizer import Tokenizer

BATCH_CHARACTERS = 4_000_000
PROVED_CHARACTERS = 200_000  # of each shard of training text that both encoders read


@dataclass(frozen=True)
class Planned:
    """One shard of the output: which texts, by number."""

    name: str
    split: Split
    number: int
    texts: tuple[int, ...]

    @property
    def prefix(self) -> str:
        """`en_train_00000`."""
        return f"{self.name}_{self.split}_{self.number:05}"


@dataclass(frozen=True)
class TokeniseTask:
    """One shard to write.

    Attributes:
        plan: JSON lines: where each text lies (task, row) and its provenance (work, celex, source).
        folders: of the first phase.
        reference: encode by the reference library alone.
        prove_all: let both encoders read every text, not a sample.
    """

    plan: str
    folders: tuple[str, ...]
    prefix: str
    name: str
    tokenizer: str
    reference: bool
    prove_all: bool


def plan_shards(texts: Texts, numbers: Sequence[int], name: str, split: Split, characters: int) -> Iterator[Planned]:
    """Cut the texts of one split of one dataset into shards of about so many characters."""
    shard: list[int] = []
    size = count = 0
    for number in numbers:
        shard.append(number)
        size += texts.documents[number].characters
        if size >= characters:
            yield Planned(name, split, count, tuple(shard))
            shard, size, count = [], 0, count + 1
    if shard:
        yield Planned(name, split, count, tuple(shard))


def task_of(planned: Planned, texts: Texts, folder: Path, tokenizer: str, *, reference: bool) -> TokeniseTask:
    """Write the plan of a shard into `folder`; the task that follows it."""
    path = folder / f"{planned.prefix}.jsonl"
    with open(path, "wb") as file:
        for number in planned.texts:
            document = texts.documents[number]
            place = {"task": int(texts.task[number]), "row": int(texts.row[number])}
            origin = {"work": document.family, "celex": document.celex, "source": document.source}
            file.write(orjson.dumps({**place, **origin}, option=orjson.OPT_APPEND_NEWLINE))
    folders = tuple(map(str, texts.folders))
    held_out = planned.split != "train"
    return TokeniseTask(str(path), folders, planned.prefix, planned.name, tokenizer, reference, held_out)


def tokenise(task: TokeniseTask, folder: Path) -> dict[str, Any]:
    """Write one shard; its record, and whether both encoders gave the same ids wherever both were asked.

    Returns:
        `shard`: the fields of `manifest.Shard`; `proved`, `identical`: characters that both encoders read, and
        whether their ids were the same; `characters`; `backend`.
    """
    tokenizer = _load(task.tokenizer, task.reference)
    prefix, records = folder / task.prefix, list[Provenance]()
    proved = characters = 0
    identical = True
    with indexed_writer(prefix, token_dtype(tokenizer.vocab_size)) as writer:
        for origins, batch in _batches(task):
            room = len(batch) if task.prove_all else _fitting(batch, PROVED_CHARACTERS - proved)
            if room and identical:
                identical = tokenizer.prove(batch[:room]).identical
                proved += sum(map(len, batch[:room]))
            characters += sum(map(len, batch))
            for origin, ids in zip(origins, tokenizer.encode_batch(batch), strict=True):
                tokens, offset = np.append(ids, tokenizer.eos_id), writer.num_tokens
                writer.add_document(tokens)
                records.append(
                    Provenance(
                        len(records), origin["work"], origin["celex"], task.name, offset, len(tokens), origin["source"]
                    )
                )
    write_provenance(prefix, records)
    shard: Shard = describe_shard(folder, task.prefix, writer.num_documents, writer.num_tokens)
    return {
        "shard": asdict(shard),
        "characters": characters,
        "proved": proved,
        "identical": identical,
        "backend": tokenizer.backend,
    }


@lru_cache(maxsize=2)
def _load(path: str, reference: bool) -> Tokenizer:
    """The tokenizer, once a process: Llama 3's takes a second."""
    return Tokenizer.load(path, fast=not reference)


def _fitting(batch: Sequence[str], room: int) -> int:
    """How many of the first texts fit into so many characters; at least one while there is room."""
    if room <= 0:
        return 0
    sizes = np.cumsum([len(text) for text in batch])
    return max(1, int(np.searchsorted(sizes, room, side="right")))


def _batches(task: TokeniseTask) -> Iterator[tuple[list[dict[str, Any]], list[str]]]:
    """Provenance and texts, as many at a time as one call of the tokenizer should get."""
    readers: dict[int, TextReader] = {}
    origins: list[dict[str, Any]] = []
    batch: list[str] = []
    size = 0
    with open(task.plan, "rb") as plan:
        for line in plan:
            origin = orjson.loads(line)
            number = origin["task"]
            if number not in readers:
                readers[number] = TextReader(Path(task.folders[number]))
            batch.append(readers[number][origin["row"]])
            origins.append(origin)
            size += len(batch[-1])
            if size >= BATCH_CHARACTERS:
                yield origins, batch
                origins, batch, size = [], [], 0
    if batch:
        yield origins, batch
    for reader in readers.values():
        reader.close()
