"""`lexatron data corpus` and `lexatron data verify`: acts to a Megatron corpus, and the proof that a copy is whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from data_prep.blend import DEFAULT_LANGUAGES, parse_languages
from data_prep.card import LANGUAGE_COLUMNS, MANY_EPOCHS, corpus_stats, language_rows, often_repeated, write_card
from data_prep.corpus import CorpusConfig, build_corpus
from data_prep.corpus_verify import verify_corpus
from data_prep.formex.acts import Act
from data_prep.formex.rendering import render_act
from data_prep.formex.store import read_acts, shard_paths
from data_prep.manifest import Manifest
from data_prep.split import SPLITS, Shares
from data_prep.stage_folder import run_stage
from data_prep.tokenizer import Tokenizer
from lexatron.atomic import write_text
from lexatron.console import console, next_step, progress_bar, summary_table, write_json
from lexatron.stage import fingerprint

STAGE = "corpus"
STATS = "stats.json"
CODE = (
    "data_prep.admission",
    "data_prep.blend",
    "data_prep.card",
    "data_prep.corpus",
    "data_prep.formex",
    "data_prep.indexed",
    "data_prep.manifest",
    "data_prep.provenance",
    "data_prep.split",
    "data_prep.tokenizer",
)

JSON_OPTION = click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the table here, too.")


@click.command()
@click.argument("acts", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option(
    "--tokenizer",
    "tokenizer_path",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder with tokenizer.json, or a SentencePiece model.",
)
@click.option(
    "--languages",
    default=DEFAULT_LANGUAGES,
    show_default=True,
    help="Shares of the blend, shared out over the languages that are there; acts in others are dropped.",
)
@click.option("--shares", default="90,5,5", show_default=True, help="Works for train, validation and test.")
@click.option("--seed", default=1234, show_default=True, help="Of the split.")
@JSON_OPTION
def corpus(
    acts: Path, output: Path, tokenizer_path: Path, languages: str, shares: str, seed: int, json_file: Path | None
) -> None:
    """Turn ACTS, a folder of acts-*.jsonl.zst, into .bin/.idx per language and split, with a manifest."""
    config = CorpusConfig(parse_languages(languages), Shares.parse(shares), seed)
    tokenizer = Tokenizer.load(tokenizer_path)

    def build(folder: Path) -> dict[str, Any]:
        built = build_corpus(_with_progress(read_acts(acts)), render_act, tokenizer, config, folder)
        stats = corpus_stats(built.manifest, built.counts)
        write_text(folder / STATS, json.dumps(stats, indent=2, ensure_ascii=False) + "\n")
        write_card(folder, built.manifest, stats, config.shares, config.seed)
        return {name: stats[name] for name in ("acts", "kept", "dropped", "dropped_by_reason")}

    options = {"languages": dict(config.languages), "shares": shares, "seed": seed}
    inputs = [*shard_paths(acts), *tokenizer.files()]
    run_stage(output, STAGE, fingerprint(inputs, options, *CODE), build)
    stats = json.loads((output / STATS).read_text("utf-8"))
    _show(output, stats)
    write_json(json_file, stats)
    next_step(f"lexatron data verify {output}")


def _with_progress(acts: Iterator[Act]) -> Iterator[Act]:
    with progress_bar("acts") as bar:
        task = bar.add_task("Tokenising acts", total=None)
        for act in acts:
            yield act
            bar.advance(task)


def _show(folder: Path, stats: dict[str, Any]) -> None:
    summary_table(f"Corpus {folder}", LANGUAGE_COLUMNS, language_rows(stats))
    dropped = [[f"dropped: {reason}", number] for reason, number in stats["dropped_by_reason"].items()]
    summary_table("Acts", ["", "acts"], [["read", stats["acts"]], ["kept", stats["kept"]], *dropped])
    if often := often_repeated(stats):
        console.print(f"The blend reads {', '.join(often)} more than {MANY_EPOCHS} times: lower its share, or add acts")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@JSON_OPTION
def verify(folder: Path, json_file: Path | None) -> None:
    """Check that the corpus in FOLDER is whole: hashes, sizes, provenance, split and tokenizer."""
    manifest = Manifest.load(folder)
    with progress_bar("files") as bar:
        task = bar.add_task("Verifying", total=len(manifest.files()))
        verify_corpus(manifest, lambda: bar.advance(task))
    rows = [[split, manifest.works[split], len(manifest.splits[split]), manifest.tokens(split)] for split in SPLITS]
    summary_table(f"Corpus {folder} is whole", ["split", "works", "languages", "tokens"], rows)
    write_json(json_file, {"files": len(manifest.files()), "fingerprint": manifest.fingerprint, "whole": True})
