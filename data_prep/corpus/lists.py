"""The lists that account for every text: `dropped.jsonl`, `clusters.jsonl` and `rejects.jsonl`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from data_prep.corpus.decide import Drop, Texts
from data_prep.corpus.read import DROPPED, REJECTS

DROPPED_FILE, CLUSTERS_FILE, REJECTS_FILE = "dropped.jsonl", "clusters.jsonl", "rejects.jsonl"


def write_lists(texts: Texts, out: Path) -> None:
    """`dropped.jsonl`, `clusters.jsonl` and `rejects.jsonl`."""
    with open(out / DROPPED_FILE, "wb") as file, open(out / REJECTS_FILE, "wb") as rejects:
        for folder in texts.folders:
            file.write((folder / DROPPED).read_bytes())
            rejects.write((folder / REJECTS).read_bytes())
        for number, drop in sorted(texts.drops.items()):
            line = {"reason": drop.reason, **texts.documents[number].identity()}
            if drop.kept is not None:
                line["kept"] = texts.documents[drop.kept].identity()
            if drop.jaccard is not None:
                line["jaccard"] = drop.jaccard
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
    with open(out / CLUSTERS_FILE, "wb") as file:
        for line in _clusters(texts):
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _clusters(texts: Texts) -> Iterator[dict[str, Any]]:
    """Each text that stands for others, with those that were dropped for it, be it by way of another."""
    members: dict[int, list[tuple[int, Drop]]] = {}
    for number, drop in sorted(texts.drops.items()):
        if drop.kept is not None:
            members.setdefault(_stands_for(number, texts), []).append((number, drop))
    for kept, dropped in sorted(members.items()):
        alike = [{**texts.documents[n].identity(), "jaccard": drop.jaccard or 1.0} for n, drop in dropped]
        yield {"kept": texts.documents[kept].identity(), "dropped": alike}


def _stands_for(number: int, texts: Texts) -> int:
    """The text at the end of the chain: a twin may have been kept first, and then dropped for a better text."""
    drop = texts.drops.get(number)
    return number if drop is None or drop.kept is None else _stands_for(drop.kept, texts)
