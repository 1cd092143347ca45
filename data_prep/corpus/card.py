"""What a corpus holds, for people: `DATA_CARD.md`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from data_prep import choose
from data_prep.corpus.config import CorpusConfig
from data_prep.corpus.leakage import CHECKED_CHARACTERS, CONTAINED
from data_prep.corpus.lists import CLUSTERS_FILE, DROPPED_FILE, REJECTS_FILE
from data_prep.corpus.plots import PLOTS
from data_prep.corpus.stats import COLUMNS, MANY_EPOCHS, dataset_rows, often_repeated
from data_prep.manifest import Manifest
from data_prep.split import SPLITS
from lexatron import __version__
from lexatron.atomic import write_text
from lexatron.stage import Fingerprint

CARD = "DATA_CARD.md"


def write_card(
    folder: Path, manifest: Manifest, stats: dict[str, Any], config: CorpusConfig, fingerprint: Fingerprint
) -> None:
    """Write `DATA_CARD.md`."""
    sections = [
        _summary(stats),
        _sources(config),
        _choosing(stats, config),
        _duplicates(stats, config),
        _datasets(stats),
        _splits(stats, config),
        _leakage(stats),
        _tokens(manifest, stats),
        _limits(),
        _reproduce(manifest, config, fingerprint),
    ]
    write_text(folder / CARD, "\n\n".join(sections) + "\n")


def _summary(stats: dict[str, Any]) -> str:
    return (
        "# Data card\n\n"
        "A multilingual corpus for continued pre-training, one document an act and language: "
        f"{stats['tokens']:,} tokens in {stats['kept']:,} documents of {stats['works']:,} works.\n\n![]({PLOTS})"
    )


def _sources(config: CorpusConfig) -> str:
    text = (
        "## Sources\n\n"
        "Acts in FORMEX, the Publications Office's XML, read by `lexatron data formex`. Texts of EUR-Lex may be reused "
        "under Commission Decision 2011/833/EU if the source is acknowledged; whoever publishes this corpus, or a "
        "model made of it, checks the notice that came with the files. Only the Official Journal's own editions are "
        "authentic. Acts name natural persons (parties, officials, addressees); nothing was pseudonymised."
    )
    if config.general:
        rows = [[source.name, len(source.paths), f"{source.percent:g} %"] for source in config.general]
        text += "\n\nGeneral text, against forgetting:\n\n" + table(["source", "files", "of the blend"], rows)
        text += "\n\nIts licences are those of its files; this card does not know them."
    return text


def _choosing(stats: dict[str, Any], config: CorpusConfig) -> str:
    rows = [["kept", stats["kept"]], *(["dropped: " + why, n] for why, n in stats["dropped_by_reason"].items())]
    rows += [["read", stats["documents"]], ["rejected (no text could be read)", stats["rejected"]]]
    rules = (choose.__doc__ or "").partition("\n")[2].partition("\nNothing depends")[0].strip()
    profile = f", the newest up to {config.fast_share:.0%} of the characters" if config.profile == "fast" else ""
    return "\n\n".join(
        [
            "## What was chosen",
            table(["", "documents"], rows),
            f"Every dropped document stands in `{DROPPED_FILE}` with its reason, every line that could not be read in "
            f"`{REJECTS_FILE}`. Versions: {config.versions}. Profile: {config.profile}{profile}. What a later "
            "act deleted is left out of consolidated texts.",
            rules,
        ]
    )


def _duplicates(stats: dict[str, Any], config: CorpusConfig) -> str:
    if config.near_duplicates is None:
        return "## Duplicates\n\nTexts that stand there twice in a language were dropped; near-duplicates were kept."
    found = stats["near_duplicates"]
    spread = ", ".join(f"{name} {value:.2f}" for name, value in found["jaccard"].items())
    return (
        "## Duplicates\n\n"
        "Within each language, a text that stands there twice is kept once, and a text is dropped whose set of word "
        f"5-grams has a Jaccard similarity of {config.near_duplicates:g} or more with that of a better text that stays "
        "(quality, then length, then date). Candidates come from MinHash LSH over 128 permutations; every drop rests "
        f"on the true similarity. Near-duplicates dropped: {found['dropped']:,}"
        + (f" (similarities: {spread})" if spread else "")
        + f". `{CLUSTERS_FILE}` lists what was dropped for what."
    )


def _datasets(stats: dict[str, Any]) -> str:
    often = often_repeated(stats)
    warning = f"\n\n**Read more than {MANY_EPOCHS} times: {', '.join(often)}.**" if often else ""
    return (
        "## Datasets and blend\n\n"
        + table(COLUMNS, dataset_rows(stats))
        + "\n\nWeight is the share of training samples. Epochs is how often a dataset is read while training draws as "
        "many tokens as the training split has; for more epochs of the whole, multiply." + warning
    )


def _splits(stats: dict[str, Any], config: CorpusConfig) -> str:
    rows = [[split, stats["works_by_split"][split], stats["tokens_by_split"][split]] for split in SPLITS]
    shares = config.shares
    return "\n\n".join(
        [
            "## Splits",
            table(["split", "works", "tokens"], rows),
            "By work: all languages, versions and corrigenda of an act are on one side (`splits.json`; seed "
            f"{config.seed}, shares {shares.train:g}/{shares.validation:g}/{shares.test:g}). General text is split by "
            "the hash of each text.",
        ]
    )


def _leakage(stats: dict[str, Any]) -> str:
    rows = [
        [name, found["texts"], *(f"{found[key]:.1%}" for key in ("mean_share", "median_share")), found["contained"]]
        for name, found in stats["contamination"].items()
        if found["texts"]
    ]
    return "\n\n".join(
        [
            "## Leakage",
            "Share of the 13-word-grams of held-out documents (validation and test), and of evaluation sets, that also "
            "stand in the training text of the same dataset. Law repeats itself: formulae and amended wording are "
            "shared by acts that are not versions of each other.",
            table(["held-out text", "texts", "mean", "median", f"{CONTAINED:.0%} and more"], rows),
            f"Of more than {CHECKED_CHARACTERS:,} characters in a dataset, a sample was checked. Texts of the last "
            "column stand in `contamination.jsonl`.",
        ]
    )


def _tokens(manifest: Manifest, stats: dict[str, Any]) -> str:
    record, found = manifest.tokenizer, stats["tokenizer"]
    proved = ", ".join(f"{n:,} of {split}" for split, n in found["characters_proved_identical"].items() if n)
    rows = [[name, entry["characters_per_token"]] for name, entry in stats["datasets"].items()]
    text = (
        f"## Tokenizer\n\nIn `tokenizer/`: {record.vocab_size:,} tokens, end of document {record.eos_id}, fingerprint "
        f"`{record.fingerprint}`. Encoded by {found['backend']}"
    )
    if proved and found["backend"] == "gigatoken":
        text += f", whose ids were the reference encoder's wherever both were asked (characters: {proved})"
    text += ". Names of control tokens that stand in a text are encoded as plain text."
    if found["notice"]:
        text += f" {found['notice']}"
    return text + "\n\n" + table(["dataset", "characters per token"], rows)


def _limits() -> str:
    return (
        "## Limits\n\n"
        "Law changes: a text is that of its date, not of today's. Translations of one act are parallel, so languages "
        "are not independent samples. The quality score measures the shape of a text, not whether it matters. Near-"
        "duplicates are found within a language, never across languages. Text inside images and formulae that FORMEX "
        "gives as images is not there."
    )


def _reproduce(manifest: Manifest, config: CorpusConfig, fingerprint: Fingerprint) -> str:
    options = yaml.safe_dump(json.loads(json.dumps(config.options())), sort_keys=False).strip()
    return "\n\n".join(
        [
            "## How to make it again",
            f"Lexatron {__version__}, `lexatron data corpus` with these options; the number of workers and the engine "
            "do not change a byte.",
            f"```yaml\n{options}\n```",
            table(
                ["", "SHA-256"],
                [
                    ["inputs", fingerprint.inputs],
                    ["options", fingerprint.config],
                    ["code", fingerprint.code],
                    ["corpus", manifest.fingerprint],
                ],
            ),
            "The `.provenance.jsonl` beside each shard traces every token to its act and file. `lexatron data verify` "
            "proves that a copy is whole.",
        ]
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
