"""What a corpus holds, for programs: `stats.json`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from data_prep.corpus.build import Corpus
from data_prep.corpus.read import Document
from data_prep.manifest import Manifest
from data_prep.split import SPLITS

MANY_EPOCHS = 4
"""Reading a dataset more often than this adds little (Muennighoff et al., arXiv 2305.16264)."""

QUALITY_BINS = 20
PERCENTILES = (5, 25, 50, 75, 95, 99)


def corpus_stats(corpus: Corpus) -> dict[str, Any]:
    """The content of `stats.json`: documents that add up, and sizes by dataset and split."""
    manifest, documents = corpus.manifest, corpus.documents
    by_name: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        by_name[document.name].append(document)
    return {
        "documents": corpus.read,
        "kept": corpus.kept,
        "dropped": corpus.read - corpus.kept,
        "rejected": corpus.rejected,
        "works": sum(manifest.works.values()),
        "tokens": sum(manifest.tokens(split) for split in SPLITS),
        "characters": sum(document.characters for document in documents),
        "dropped_by_reason": manifest.dropped,
        "doc_types": _counted(document.doc_type for document in documents),
        "years": _counted(document.date[:4] for document in documents if document.date),
        "consolidated": sum(document.version_date is not None for document in documents),
        "works_by_split": manifest.works,
        "tokens_by_split": {split: manifest.tokens(split) for split in SPLITS},
        "datasets": {name: _dataset_stats(manifest, name, by_name[name]) for name in _names(manifest)},
        "near_duplicates": {"dropped": len(corpus.near), "jaccard": _percentiles(corpus.near)},
        "contamination": corpus.contamination,
        "tokenizer": {
            "backend": corpus.proof.backend,
            "notice": corpus.proof.notice,
            "characters_proved_identical": dict(corpus.proof.characters),
        },
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _names(manifest: Manifest) -> list[str]:
    """Datasets of the corpus, in the order of the blend."""
    return list(dict.fromkeys(name for split in SPLITS for name in manifest.splits[split]))


def _dataset_stats(manifest: Manifest, name: str, documents: list[Document]) -> dict[str, Any]:
    found = {split: manifest.splits[split][name] for split in SPLITS if name in manifest.splits[split]}
    tokens, characters = sum(data.tokens for data in found.values()), sum(doc.characters for doc in documents)
    return {
        "kind": next(iter(found.values())).kind,
        "documents": sum(data.documents for data in found.values()),
        "shards": sum(len(data.shards) for data in found.values()),
        "tokens": tokens,
        "characters": characters,
        "characters_per_token": round(characters / tokens, 3),
        "characters_of_a_document": _percentiles([document.characters for document in documents]),
        "documents_by_characters": _by_length(document.characters for document in documents),
        "quality": _percentiles([document.quality for document in documents]),
        "documents_by_quality": _by_quality(document.quality for document in documents),
        "tokens_by_split": {split: data.tokens for split, data in found.items()},
        "train_weight": round(manifest.weights("train").get(name, 0.0), 6),
        "train_epochs": round(manifest.epochs("train").get(name, 0.0), 3),
    }


def _by_length(lengths: Iterable[int]) -> dict[str, int]:
    """Largest power of two that a length reaches -> documents."""
    counts = Counter(max(length.bit_length() - 1, 0) for length in lengths)
    return {str(1 << power): counts[power] for power in sorted(counts)}


def _by_quality(qualities: Iterable[float]) -> list[int]:
    """Documents in each twentieth between 0 and 1."""
    counts = Counter(min(int(quality * QUALITY_BINS), QUALITY_BINS - 1) for quality in qualities)
    return [counts[number] for number in range(QUALITY_BINS)]


def _percentiles(values: list[int] | list[float]) -> dict[str, float]:
    if not values:
        return {}
    found = np.percentile(np.array(values, float), PERCENTILES).tolist()
    return {f"p{percent}": round(value, 4) for percent, value in zip(PERCENTILES, found, strict=True)}


COLUMNS = ("dataset", "documents", *(f"{split} tokens" for split in SPLITS), "weight", "epochs")


def dataset_rows(stats: dict[str, Any]) -> list[list[Any]]:
    """Rows of the table that people see: dataset, documents, tokens by split, weight, epochs."""
    return [
        [
            name,
            entry["documents"],
            *(entry["tokens_by_split"].get(split, 0) for split in SPLITS),
            f"{entry['train_weight']:.1%}",
            f"{entry['train_epochs']:.2f}",
        ]
        for name, entry in stats["datasets"].items()
    ]


def often_repeated(stats: dict[str, Any]) -> list[str]:
    """Datasets that the blend reads more than `MANY_EPOCHS` times in one pass over the corpus."""
    return [name for name, entry in stats["datasets"].items() if entry["train_epochs"] > MANY_EPOCHS]
