"""The text of an instruction set for continued pre-training: `cpt/` with `.bin/.idx` shards and a corpus manifest."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from data_prep.curation.config import Split
from data_prep.curation.write import FILES
from data_prep.engine import Phases
from data_prep.indexed import bin_path, idx_path, indexed_writer, token_dtype
from data_prep.manifest import Dataset, Manifest, Shard, TokenizerRecord, describe_shard
from data_prep.provenance import Provenance, provenance_path, write_provenance
from data_prep.split import SPLITS, SPLITS_FILE, Shares, write_splits
from data_prep.split import Split as Side
from data_prep.tokenizer import Tokenizer

DATASET = "instructions"
FOLDER, TOKENIZER = "cpt", "tokenizer"

_AT_ONCE = 1024


@dataclass(frozen=True)
class CptTask:
    """One file of chat lines, which becomes one shard."""

    lines: str
    prefix: str
    tokenizer: str


def write_cpt(
    folders: Sequence[Path], lines: Sequence[dict[str, int]], tokenizer: str, split: Split, phases: Phases
) -> Manifest:
    """Write `cpt/`: a document a record, its turns below each other with an empty line between, no template.

    Args:
        folders: of the tasks that wrote the chat lines. `lines`: their numbers of lines, by form and side.
        split: shares and seed, for `splits.json`; its works are none, as this is general text.
    """
    planned: list[tuple[Side, CptTask]] = []
    for side in SPLITS:
        name = f"chat-{FILES[side]}"
        there = [folder / f"{name}.jsonl" for folder, each in zip(folders, lines, strict=True) if each.get(name)]
        planned += [(side, CptTask(str(path), f"{DATASET}_{side}_{n:05}", tokenizer)) for n, path in enumerate(there)]
    results, written = phases.run("cpt", tokenise, [task for _, task in planned])
    out = phases.work.output / FOLDER
    out.mkdir()
    shards: dict[Side, list[Shard]] = {side: [] for side in SPLITS}
    for (side, task), result, folder in zip(planned, results, written, strict=True):
        shards[side].append(Shard(**result["shard"]))
        for path in (bin_path, idx_path, provenance_path):
            shutil.copyfile(path(folder / task.prefix), path(out / task.prefix))
    loaded = Tokenizer.load(tokenizer)
    loaded.copy_to(out / TOKENIZER)
    manifest = Manifest(
        tokenizer=TokenizerRecord(TOKENIZER, loaded.fingerprint, loaded.vocab_size, loaded.eos_id),
        splits={s: {DATASET: Dataset("general", 1.0, tuple(found))} if found else {} for s, found in shards.items()},
        works=dict.fromkeys(SPLITS, 0),
        dropped={},
        folder=out,
    )
    manifest.save()
    write_splits(out / SPLITS_FILE, {}, Shares(split.train, split.validation, split.test), split.seed)
    return manifest


def tokenise(task: CptTask, folder: Path) -> dict[str, Any]:
    """Write one shard; its record, the fields of `manifest.Shard`."""
    tokenizer = _load(task.tokenizer)
    records: list[Provenance] = []
    with (
        open(task.lines, "rb") as lines,
        indexed_writer(folder / task.prefix, token_dtype(tokenizer.vocab_size)) as writer,
    ):
        while batch := list(map(orjson.loads, islice(lines, _AT_ONCE))):
            texts = ["\n\n".join(message["content"] for message in line["messages"]) for line in batch]
            for line, ids in zip(batch, tokenizer.encode_batch(texts), strict=True):
                offset, origin = writer.num_tokens, line["metadata"]
                writer.add_document(np.append(ids, tokenizer.eos_id))
                place = f"{origin['source']}:{origin['place']}"  # unique, which ids need not be
                records.append(Provenance(len(records), place, None, DATASET, offset, len(ids) + 1, place))
    write_provenance(folder / task.prefix, records)
    return {"shard": asdict(describe_shard(folder, task.prefix, writer.num_documents, writer.num_tokens))}


@lru_cache(maxsize=1)
def _load(path: str) -> Tokenizer:
    return Tokenizer.load(path)
