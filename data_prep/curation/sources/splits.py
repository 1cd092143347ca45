"""Which split of its set a file holds, as its name and folders tell, by the rules of the Hugging Face hub."""

from __future__ import annotations

import re
from pathlib import PurePath

from data_prep.curation.record import Side

_SHARD = re.compile(r"([\w.]+?)-\d{5}-of-\d{5}")
_WORD = re.compile(r"[a-z]+")
_SIDES: dict[str, Side] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}


def split_of(name: str) -> str | None:
    """The split of `data/train_sft-00000-of-00001.parquet`, `test/data-00000-of-00002.arrow` or `en-test.jsonl`.

    Args:
        name: of the file, with folders, relative to the set.
    """
    path = PurePath(name)
    shard = _SHARD.match(path.name)
    if shard and _side_within(shard[1]):
        return shard[1].rpartition("-")[2]
    for part in (path.name.partition(".")[0], *reversed(path.parts[:-1])):
        if side := _side_within(part):
            return part if side in part.split("_")[:1] else side
    return None


def side_of(split: str | None) -> Side | None:
    """The side that the name of a split means: test of `test_sft`."""
    return _side_within(split) if split else None


def _side_within(name: str) -> Side | None:
    return next((_SIDES[word] for word in _WORD.findall(name.lower()) if word in _SIDES), None)
