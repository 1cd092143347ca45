"""What a corpus holds back: the acts of its test split, and the CELEX numbers of all its acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data_prep.indexed import IndexedReader
from data_prep.manifest import MANIFEST, Manifest
from data_prep.provenance import read_provenance
from data_prep.tokenizer import Tokenizer
from evaluation.perplexity import Tokens


@dataclass(frozen=True)
class HeldOut:
    """Documents that no model was trained on.

    Attributes:
        documents: language -> documents as token ids, each ending with the end-of-text token.
        known: CELEX numbers of every act and work of the corpus, whichever its split.
    """

    manifest: Manifest
    documents: dict[str, list[Tokens]]
    known: frozenset[str]

    @property
    def eos_id(self) -> int:
        """The token that separates documents."""
        return self.manifest.tokenizer.eos_id

    @property
    def file(self) -> Path:
        """The manifest, which holds the hash of every file of the corpus."""
        return self.manifest.folder / MANIFEST

    @property
    def num_tokens(self) -> int:
        """Tokens of all documents."""
        return sum(len(document) for documents in self.documents.values() for document in documents)

    def counts(self) -> dict[str, int]:
        """Documents and tokens, for the report."""
        return {"documents": sum(map(len, self.documents.values())), "tokens": self.num_tokens}

    def check_tokenizer(self, model: Path) -> None:
        """Make sure that a model reads tokens as the corpus wrote them.

        Raises:
            UserError: its tokenizer is another one, and its perplexity would mean nothing.
        """
        self.manifest.check_tokenizer(Tokenizer.load(model))


def load_heldout(corpus: str | Path, max_tokens: int) -> HeldOut:
    """The test split of a corpus: the first documents of each language, up to `max_tokens` and at least one.

    Raises:
        UserError: the corpus is missing or damaged.
    """
    manifest = Manifest.load(Path(corpus))
    return HeldOut(
        manifest=manifest,
        documents={
            language: _documents(manifest.prefixes("test", language), max_tokens)
            for language in manifest.languages("test")
        },
        known=known_celex(manifest),
    )


def _documents(prefixes: Sequence[Path], max_tokens: int) -> list[Tokens]:
    """The first documents of some shards, up to so many tokens and at least one."""
    chosen: list[Tokens] = []
    left = max_tokens
    for document in chain.from_iterable(map(_of_shard, prefixes)):
        left -= len(document)
        if chosen and left < 0:
            break
        chosen.append(np.asarray(document, dtype=np.int64))
    return chosen


def _of_shard(prefix: Path) -> Iterator[npt.NDArray[np.integer[Any]]]:
    reader = IndexedReader(prefix)
    return (reader.document(number) for number in range(reader.num_documents))


def known_celex(manifest: Manifest) -> frozenset[str]:
    """CELEX numbers of the acts of all splits; a work bears that of the act that its versions consolidate."""
    prefixes = (
        prefix
        for split in manifest.splits
        for language in manifest.languages(split)
        for prefix in manifest.prefixes(split, language)
    )
    records = chain.from_iterable(map(read_provenance, prefixes))
    names = {name for record in records for name in (record.celex, record.work) if name}
    return frozenset(name for name in names if ":" not in name)
