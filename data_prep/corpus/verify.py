"""Proves that a corpus folder is whole and what its manifest says: after a copy to a cluster, before a long run."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from data_prep.indexed import IndexedReader, idx_path
from data_prep.manifest import Dataset, Manifest, Shard
from data_prep.provenance import Provenance, provenance_path, read_provenance
from data_prep.split import SPLITS, SPLITS_FILE, read_splits
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError
from lexatron.stage import file_digest

_REMEDY = "copy the corpus again, or build it again: lexatron data corpus"


def verify_corpus(manifest: Manifest, advance: Callable[[], object] = lambda: None) -> None:
    """Check every byte and every claim of a corpus.

    Files have the hashes that the manifest states; shards are sound and of the sizes stated; provenance covers
    every token; every work is on the side that `splits.json` gives it, and no text of a general source stands on
    two sides; the tokenizer is the one stated.

    Args:
        manifest: loaded from the folder to check.
        advance: called after each file of `manifest.files()`.

    Raises:
        UserError: names the first thing that is wrong.
    """
    manifest.check_tokenizer(Tokenizer.load(manifest.tokenizer_path))
    for path, sha256 in manifest.files().items():
        if file_digest(path) != sha256:
            raise UserError("its SHA-256 is not the one in the manifest", where=path, remedy=_REMEDY)
        advance()
    sides: dict[str, str] = dict(read_splits(manifest.folder / SPLITS_FILE))
    for split in SPLITS:
        stated = manifest.works[split]
        if stated != sum(side == split for side in sides.values()):
            raise UserError(f"not the {stated:,} {split} works of the manifest", where=manifest.folder / SPLITS_FILE)
    for split in SPLITS:
        for name, dataset in manifest.splits[split].items():
            for shard in dataset.shards:
                records = _checked_records(manifest.folder / shard.prefix, name, shard)
                _check_sides(manifest.folder / shard.prefix, split, records, dataset, sides)


def _checked_records(prefix: Path, name: str, shard: Shard) -> list[Provenance]:
    """The provenance of a shard of the size stated, in which every document is accounted for."""
    reader = IndexedReader(prefix)
    if (reader.num_documents, reader.num_tokens) != (shard.documents, shard.tokens):
        raise UserError(
            f"{reader.num_documents:,} documents and {reader.num_tokens:,} tokens where the manifest states "
            f"{shard.documents:,} and {shard.tokens:,}",
            where=idx_path(prefix),
            remedy=_REMEDY,
        )
    records = read_provenance(prefix)
    stated = [(record.document, record.offset, record.offset + record.length) for record in records]
    found = [(number, *ends) for number, ends in enumerate(pairwise(reader.document_offsets.tolist()))]
    if stated != found or any(record.dataset != name for record in records):
        raise UserError("not the documents of its shard", where=provenance_path(prefix), remedy=_REMEDY)
    return records


def _check_sides(prefix: Path, split: str, records: list[Provenance], dataset: Dataset, sides: dict[str, str]) -> None:
    """Every document is of a work of this side; general text gets its side where it is met first."""
    for record in records:
        side = sides.setdefault(record.work, split) if dataset.kind == "general" else sides.get(record.work)
        if side != split:
            raise UserError(
                f"{record.work} belongs to another split: its text would leak", where=prefix, remedy="build it again"
            )
