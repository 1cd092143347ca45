"""Acts to a multilingual Megatron corpus: one `.bin/.idx` pair a language and split, and a manifest.

Two steps, so that the acts are read, rendered and tokenised once and the split may depend on all of them: every
act's tokens go to a spool of its language; then each spool is dealt out to its language's train, validation and
test pairs. Memory holds the text of one batch of acts and a few words on each; the disk holds all tokens twice.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data_prep.admission import Counts, Document, admit
from data_prep.blend import weights
from data_prep.formex.acts import Act
from data_prep.indexed import IndexedReader, IndexedWriter, indexed_writer, token_dtype
from data_prep.manifest import Dataset, Manifest, TokenizerRecord, describe_dataset
from data_prep.provenance import Provenance, write_provenance
from data_prep.split import SPLITS, SPLITS_FILE, Shares, Split, split_works, write_splits
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError

TOKENIZER_FOLDER = "tokenizer"
DROPPED_FILE = "dropped.jsonl"

_SPOOL_FOLDER = "spool"
_BATCH_CHARACTERS = 4_000_000


@dataclass(frozen=True)
class CorpusConfig:
    """What the user decides: language -> share of the blend, shares of the splits, and the seed of the split."""

    languages: Mapping[str, float]
    shares: Shares
    seed: int


@dataclass(frozen=True)
class Corpus:
    """A finished corpus: its manifest, and what became of the acts on the way to it."""

    manifest: Manifest
    counts: Counts


@dataclass(frozen=True, slots=True)
class Spooled:
    """What is remembered of a document whose tokens lie in its language's spool."""

    work: str
    celex: str | None


@dataclass(frozen=True, slots=True)
class Size:
    """Size of one dataset."""

    documents: int
    tokens: int


def build_corpus(
    acts: Iterable[Act], render: Callable[[Act], str], tokenizer: Tokenizer, config: CorpusConfig, folder: Path
) -> Corpus:
    """Write datasets, provenance, `splits.json`, `dropped.jsonl`, the tokenizer and `manifest.json` into a folder.

    The same acts in the same order give the same bytes.

    Args:
        acts: in any order.
        render: the reading text of an act (`data_prep.formex.render_act`).
        folder: existing and empty.

    Raises:
        UserError: no act is left, or too few works to split.
    """
    counts, spool_folder = Counts(), folder / _SPOOL_FOLDER
    with open(folder / DROPPED_FILE, "wb") as dropped:
        spools = _spool(admit(acts, render, config.languages, counts, dropped.write), tokenizer, spool_folder)
    assert counts.read == counts.kept + counts.dropped.total()
    if not spools:
        raise UserError(_nothing_left(counts), remedy="give acts in these languages, or other --languages")
    works = (spooled.work for spool in spools.values() for spooled in spool)
    sides = split_works(works, config.shares, config.seed)
    sizes = {language: _deal(language, spools[language], sides, spool_folder, folder) for language in sorted(spools)}
    shutil.rmtree(spool_folder)
    write_splits(folder / SPLITS_FILE, sides, config.shares, config.seed)
    tokenizer.copy_to(folder / TOKENIZER_FOLDER)
    manifest = Manifest(
        tokenizer=TokenizerRecord(TOKENIZER_FOLDER, tokenizer.fingerprint, tokenizer.vocab_size, tokenizer.eos_id),
        splits={split: _datasets(folder, split, sizes, config.languages) for split in SPLITS},
        works={split: Counter(sides.values())[split] for split in SPLITS},
        dropped=dict(sorted(counts.dropped.items())),
        folder=folder,
    )
    manifest.save()
    return Corpus(manifest, counts)


def _nothing_left(counts: Counts) -> str:
    reasons = ", ".join(f"{number:,} {reason}" for reason, number in sorted(counts.dropped.items()))
    return f"none of {counts.read:,} acts is left ({reasons})" if counts.read else "there are no acts"


def _spool(documents: Iterable[Document], tokenizer: Tokenizer, folder: Path) -> dict[str, list[Spooled]]:
    """Tokenise the documents into one pair a language; what is remembered of them, by language."""
    dtype = token_dtype(tokenizer.vocab_size)
    spools: dict[str, list[Spooled]] = {}
    writers: dict[str, IndexedWriter] = {}
    with ExitStack() as files:
        for batch in _batches(documents):
            encoded = tokenizer.encode_batch([document.text for document in batch])
            for document, ids in zip(batch, encoded, strict=True):
                language = document.language
                if language not in writers:
                    writers[language] = files.enter_context(indexed_writer(folder / language, dtype))
                writers[language].add_document(np.append(ids, tokenizer.eos_id))
                spools.setdefault(language, []).append(Spooled(document.work, document.celex))
    return spools


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Lists of documents with about as much text as one call of the tokenizer should get."""
    batch: list[Document] = []
    characters = 0
    for document in documents:
        batch.append(document)
        characters += len(document.text)
        if characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _name(language: str, split: str) -> str:
    return f"{language}_{split}"


def _deal(
    language: str, spool: Sequence[Spooled], sides: Mapping[str, Split], spool_folder: Path, folder: Path
) -> dict[Split, Size]:
    """Deal a language's spool out to its splits; the sizes of those that got something."""
    reader = IndexedReader(spool_folder / language)
    sizes: dict[Split, Size] = {}
    for split in SPLITS:
        numbers = [number for number, spooled in enumerate(spool) if sides[spooled.work] == split]
        if numbers:
            sizes[split] = _copy(reader, numbers, spool, language, folder / _name(language, split))
    return sizes


def _copy(reader: IndexedReader, numbers: list[int], spool: Sequence[Spooled], language: str, prefix: Path) -> Size:
    """Copy some documents of a spool into a dataset with its provenance."""
    records: list[Provenance] = []
    with indexed_writer(prefix, reader.dtype) as writer:
        for number in numbers:
            tokens, spooled, offset = reader.document(number), spool[number], writer.num_tokens
            records.append(Provenance(len(records), spooled.work, spooled.celex, language, offset, len(tokens)))
            writer.add_document(tokens)
    write_provenance(prefix, records)
    return Size(writer.num_documents, writer.num_tokens)


def _datasets(
    folder: Path, split: Split, sizes: Mapping[str, Mapping[Split, Size]], shares: Mapping[str, float]
) -> dict[str, Dataset]:
    """The datasets of a split, weighted over the languages that it has."""
    present = {language: by_split[split] for language, by_split in sizes.items() if split in by_split}
    return {
        language: describe_dataset(
            folder, _name(language, split), present[language].documents, present[language].tokens, weight
        )
        for language, weight in weights(shares, present).items()
    }
