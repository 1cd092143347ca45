"""Proves that a corpus folder is whole and what its manifest says: after a copy to a cluster, before a long run."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from data_prep.indexed import IndexedReader, idx_path
from data_prep.manifest import Dataset, Manifest
from data_prep.provenance import provenance_path, read_provenance
from data_prep.split import SPLITS, SPLITS_FILE, read_splits
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError
from lexatron.stage import file_digest

_REMEDY = "copy the corpus again, or build it again: lexatron data corpus"


def verify_corpus(manifest: Manifest, advance: Callable[[], object] = lambda: None) -> None:
    """Check every byte and every claim of a corpus.

    Files have the hashes that the manifest states; datasets are sound and of the sizes stated; provenance covers
    every token; every work is on the side that `splits.json` gives it; the tokenizer is the one stated.

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
    sides = read_splits(manifest.folder / SPLITS_FILE)
    for split in SPLITS:
        stated = manifest.works[split]
        if stated != sum(side == split for side in sides.values()):
            raise UserError(f"not the {stated:,} {split} works of the manifest", where=manifest.folder / SPLITS_FILE)
        for language, dataset in manifest.splits[split].items():
            prefix = manifest.prefix(split, language)
            _check_sizes(prefix, dataset)
            _check_provenance(prefix, language, {work for work, side in sides.items() if side == split})


def _check_sizes(prefix: Path, dataset: Dataset) -> None:
    reader = IndexedReader(prefix)
    if (reader.num_documents, reader.num_tokens) != (dataset.documents, dataset.tokens):
        raise UserError(
            f"{reader.num_documents:,} documents and {reader.num_tokens:,} tokens where the manifest states "
            f"{dataset.documents:,} and {dataset.tokens:,}",
            where=idx_path(prefix),
            remedy=_REMEDY,
        )


def _check_provenance(prefix: Path, language: str, works: set[str]) -> None:
    """Every document is accounted for, lies where it is said to, and is of a work of this side."""
    records, offsets = read_provenance(prefix), IndexedReader(prefix).document_offsets.tolist()
    stated = [(record.document, record.offset, record.offset + record.length) for record in records]
    found = [(number, *ends) for number, ends in enumerate(pairwise(offsets))]
    if stated != found or any(record.language != language for record in records):
        raise UserError("not the documents of its dataset", where=provenance_path(prefix), remedy=_REMEDY)
    if strangers := sorted({record.work for record in records} - works):
        raise UserError(
            f"{strangers[0]} belongs to another split: its text would leak", where=prefix, remedy="build it again"
        )
