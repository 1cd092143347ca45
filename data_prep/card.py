"""What a corpus holds, for programs (`stats.json`) and for people (`DATA_CARD.md`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from data_prep.admission import Counts
from data_prep.manifest import Manifest
from data_prep.split import SPLITS, Shares
from lexatron.atomic import write_text

MANY_EPOCHS = 4
"""Reading a language more often than this adds little (Muennighoff et al., arXiv 2305.16264)."""


def corpus_stats(manifest: Manifest, counts: Counts) -> dict[str, Any]:
    """The content of `stats.json`: acts that add up, and sizes by language and split."""
    languages = {language: _language_stats(manifest, counts, language) for language in _languages(manifest)}
    return {
        "acts": counts.read,
        "kept": counts.kept,
        "dropped": counts.dropped.total(),
        "works": sum(manifest.works.values()),
        "tokens": sum(manifest.tokens(split) for split in SPLITS),
        "characters": counts.characters.total(),
        "dropped_by_reason": manifest.dropped,
        "doc_types": dict(sorted(counts.doc_types.items())),
        "works_by_split": manifest.works,
        "tokens_by_split": {split: manifest.tokens(split) for split in SPLITS},
        "languages": languages,
    }


def _languages(manifest: Manifest) -> list[str]:
    """Languages of the corpus, in the order of the blend."""
    return list(dict.fromkeys(language for split in SPLITS for language in manifest.splits[split]))


def _language_stats(manifest: Manifest, counts: Counts, language: str) -> dict[str, Any]:
    found = {split: manifest.splits[split][language] for split in SPLITS if language in manifest.splits[split]}
    tokens = sum(dataset.tokens for dataset in found.values())
    return {
        "documents": sum(dataset.documents for dataset in found.values()),
        "tokens": tokens,
        "characters": counts.characters[language],
        "characters_per_token": round(counts.characters[language] / tokens, 3),
        "tokens_by_split": {split: dataset.tokens for split, dataset in found.items()},
        "train_weight": round(manifest.weights("train").get(language, 0.0), 6),
        "train_epochs": round(manifest.epochs("train").get(language, 0.0), 3),
    }


def language_rows(stats: dict[str, Any]) -> list[list[Any]]:
    """Rows of the table that people see: language, documents, tokens by split, weight, epochs."""
    return [
        [
            language,
            entry["documents"],
            *(entry["tokens_by_split"].get(split, 0) for split in SPLITS),
            f"{entry['train_weight']:.1%}",
            f"{entry['train_epochs']:.2f}",
        ]
        for language, entry in stats["languages"].items()
    ]


LANGUAGE_COLUMNS = ("language", "documents", *(f"{split} tokens" for split in SPLITS), "weight", "epochs")


def often_repeated(stats: dict[str, Any]) -> list[str]:
    """Languages that the blend reads more than `MANY_EPOCHS` times in one pass over the corpus."""
    return [language for language, entry in stats["languages"].items() if entry["train_epochs"] > MANY_EPOCHS]


def write_card(folder: Path, manifest: Manifest, stats: dict[str, Any], shares: Shares, seed: int) -> None:
    """Write `DATA_CARD.md`."""
    kept = [["kept", stats["kept"]], *(["dropped: " + reason, n] for reason, n in manifest.dropped.items())]
    splits = [[split, stats["works_by_split"][split], stats["tokens_by_split"][split]] for split in SPLITS]
    text = "\n\n".join(
        [
            "# Data card",
            f"A multilingual corpus of legal acts, one document an act and language, for continued pre-training: "
            f"{stats['tokens']:,} tokens of {stats['works']:,} works.",
            "## Acts",
            _table(["", "acts"], [*kept, ["read", stats["acts"]]]),
            "Every dropped act stands in `dropped.jsonl` with its reason.",
            "## Languages",
            _table(LANGUAGE_COLUMNS, language_rows(stats)),
            "Weight is the share of training samples. Epochs is how often a language is read while training draws as "
            "many tokens as the training split has.",
            "## Splits",
            _table(["split", "works", "tokens"], splits),
            f"By work, not by document: all languages and versions of an act are on one side (`splits.json`; seed "
            f"{seed}, shares {shares.train:g}/{shares.validation:g}/{shares.test:g}). The `.provenance.jsonl` beside "
            "each dataset traces every token to its act.",
            "## Tokenizer",
            f"In `tokenizer/`: {manifest.tokenizer.vocab_size:,} tokens, end of document {manifest.tokenizer.eos_id}, "
            f"fingerprint `{manifest.tokenizer.fingerprint}`.",
            f"Corpus fingerprint: `{manifest.fingerprint}`.",
        ]
    )
    write_text(folder / "DATA_CARD.md", text + "\n")


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
