"""`lexatron data corpus` and `lexatron data verify`: acts to a Megatron corpus, and the proof that a copy is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from data_prep.blend import DEFAULT_LANGUAGES, parse_languages
from data_prep.choose import FAST_SHARE, Filters, Versions
from data_prep.corpus.build import build_corpus
from data_prep.corpus.card import write_card
from data_prep.corpus.config import PROFILES, CorpusConfig
from data_prep.corpus.plots import write_plots
from data_prep.corpus.stats import COLUMNS, MANY_EPOCHS, corpus_stats, dataset_rows, often_repeated
from data_prep.corpus.verify import verify_corpus
from data_prep.engine import Phases, engine_options
from data_prep.formex.store import shard_paths
from data_prep.general import parse_all_general
from data_prep.manifest import Manifest
from data_prep.split import SPLITS, Shares
from data_prep.stage_folder import run_phases
from data_prep.tokenizer import Tokenizer
from lexatron.atomic import write_text
from lexatron.console import console, next_step, progress_bar, summary_table, write_json
from lexatron.errors import UserError
from lexatron.stage import fingerprint

STAGE = "corpus"
STATS = "stats.json"
CODE = (
    "data_prep.blend",
    "data_prep.choose",
    "data_prep.corpus",
    "data_prep.dedup",
    "data_prep.formex.acts",
    "data_prep.formex.in_force",
    "data_prep.formex.rendering",
    "data_prep.formex.store",
    "data_prep.general",
    "data_prep.indexed",
    "data_prep.manifest",
    "data_prep.near_on_disk",
    "data_prep.provenance",
    "data_prep.split",
    "data_prep.tokenizer",
    "data_prep.tokenizer_encoders",
    "data_prep.tokenizer_files",
    "data_prep.tokenizer_proof",
)

TITLES = {
    "read": "Reading acts",
    "general": "Reading general text",
    "near": "Looking for near-duplicates",
    "tokenise": "Tokenising",
    "tokenise-reference": "Tokenising once more",
    "leakage": "Looking for held-out text",
}

_PATH = click.Path(path_type=Path)
JSON_OPTION = click.option("--json", "json_file", type=_PATH, help="Write the table here, too.")


@click.command()
@click.argument("acts", type=_PATH)
@click.option("-o", "--output", type=_PATH, required=True, help="Folder to write.")
@click.option("--tokenizer", required=True, help="Folder with tokenizer.json, a SentencePiece model, or a name on the "
              "Hugging Face hub.")  # fmt: skip
@click.option("--languages", default=DEFAULT_LANGUAGES, show_default=True, help="Shares of the blend's law, shared out "
              "over the languages that are there; acts in others are dropped.")  # fmt: skip
@click.option("--general", multiple=True, metavar="[NAME:]FILES=PERCENT", help="General text for replay (JSONL, "
              "Parquet, text; .gz, .zst) and its share of the whole blend: 'wiki/*.jsonl=10'. Repeatable.")  # fmt: skip
@click.option("--versions", type=click.Choice([*map(str, Versions)]), default="latest", show_default=True,
              help="Of each work and language: the latest text (else the original), the original, both.")  # fmt: skip
@click.option("--profile", type=click.Choice(PROFILES), default="full", show_default=True,
              help="fast: the newest regulations and directives, up to --fast-share of the text.")  # fmt: skip
@click.option("--fast-share", type=click.FloatRange(0, 1, min_open=True), default=FAST_SHARE, show_default=True)
@click.option("--types", "doc_types", metavar="A,B", help="Keep these types alone: regulation,directive,...")
@click.option("--years", metavar="FROM-TO", help="Keep acts of these years alone: 1990-2026, 2015-.")
@click.option("--corrigenda/--no-corrigenda", default=Filters.corrigenda, show_default=True, help="Keep corrigenda.")
@click.option("--min-characters", type=click.IntRange(0), default=Filters.min_characters, show_default=True)
@click.option("--max-table-share", type=click.FloatRange(0, 1), default=Filters.max_table_share, show_default=True,
              help="Drop acts of which a larger share stands in tables.")  # fmt: skip
@click.option("--min-quality", type=click.FloatRange(0, 1), default=Filters.min_quality, show_default=True)
@click.option("--check-language/--no-check-language", default=Filters.check_language, show_default=True,
              help="Drop acts whose text is not in the language that they state.")  # fmt: skip
@click.option("--near-duplicates", type=click.FloatRange(0, 1, min_open=True), default=0.8, show_default=True,
              help="Jaccard similarity of word 5-grams from which a text is a near-duplicate.")  # fmt: skip
@click.option("--keep-near-duplicates", is_flag=True, help="Drop exact duplicates only.")
@click.option("--evaluation", multiple=True, type=_PATH, metavar="JSONL",
              help="An evaluation set whose overlap with the training text is measured. Repeatable.")  # fmt: skip
@click.option("--shares", default="90,5,5", show_default=True, help="Works for train, validation and test.")
@click.option("--seed", default=1234, show_default=True, help="Of the split.")
@click.option("--shard-mb", type=click.IntRange(1), default=64, show_default=True,
              help="Millions of characters after which a .bin ends.")  # fmt: skip
@engine_options
@JSON_OPTION
def corpus(
    acts: Path, output: Path, tokenizer: str, workers: int, engine: str, address: str | None,
    json_file: Path | None, **options: Any,
) -> None:  # fmt: skip
    """Turn ACTS, a folder of acts-*.jsonl.zst, into .bin/.idx per language and split, with a manifest and a card."""
    named = click.get_current_context().get_parameter_source("languages") is not ParameterSource.DEFAULT
    config = _config(named=named, **options)
    loaded = Tokenizer.load(tokenizer)
    if loaded.notice:
        console.print(loaded.notice, highlight=False, soft_wrap=True)
    shards = shard_paths(acts)
    general = [Path(path) for source in config.general for path in source.paths]
    inputs = [*shards, *loaded.files(), *general, *map(Path, config.evaluation)]
    stage = fingerprint(inputs, config.options(), *CODE)

    def build(phases: Phases) -> dict[str, Any]:
        built, out = build_corpus(shards, loaded.files()[0], config, phases), phases.work.output
        stats = corpus_stats(built)
        write_text(out / STATS, json.dumps(stats, indent=2, ensure_ascii=False) + "\n")
        write_plots(stats, out)
        write_card(out, built.manifest, stats, config, stage)
        return {name: stats[name] for name in ("documents", "kept", "dropped", "dropped_by_reason", "rejected")}

    run_phases(output, STAGE, stage, build, (engine, workers, address), TITLES)
    stats = json.loads((output / STATS).read_text("utf-8"))
    _show(output, stats)
    write_json(json_file, stats)
    next_step(f"lexatron data verify {output}")


def _config(
    *, named: bool, languages: str, general: tuple[str, ...], doc_types: str | None, years: str | None,
    corrigenda: bool, min_characters: int, max_table_share: float, min_quality: float, check_language: bool,
    near_duplicates: float,
    versions: str, keep_near_duplicates: bool, evaluation: tuple[Path, ...], shares: str, shard_mb: int, **plain: Any,
) -> CorpusConfig:  # fmt: skip
    parsed = parse_languages(languages)
    filters = Filters(
        languages=tuple(parsed),
        doc_types=tuple(part.strip() for part in doc_types.split(",")) if doc_types else None,
        corrigenda=corrigenda,
        years=_years(years) if years else None,
        min_characters=min_characters,
        max_table_share=max_table_share,
        min_quality=min_quality,
        check_language=check_language,
    )
    return CorpusConfig(
        languages=parsed,
        required=tuple(parsed) if named else (),
        filters=filters,
        versions=Versions(versions),
        near_duplicates=None if keep_near_duplicates else near_duplicates,
        shares=Shares.parse(shares),
        general=tuple(parse_all_general(general)),
        evaluation=tuple(map(str, evaluation)),
        shard_characters=shard_mb * 1_000_000,
        **plain,
    )


def _years(text: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    try:
        years = (int(first), int(last) if last else (9999 if dash else int(first)))
    except ValueError:
        raise UserError(f"--years {text} is no range of years", remedy="write it like 1990-2026") from None
    if years[0] > years[1]:
        raise UserError(f"--years {text} ends before it begins", remedy="write it like 1990-2026")
    return years


def _show(folder: Path, stats: dict[str, Any]) -> None:
    summary_table(f"Corpus {folder}", COLUMNS, dataset_rows(stats))
    dropped = [[f"dropped: {reason}", number] for reason, number in stats["dropped_by_reason"].items()]
    rows = [["read", stats["documents"]], ["kept", stats["kept"]], *dropped, ["rejected", stats["rejected"]]]
    summary_table("Documents", ["", "documents"], rows)
    leaks = [
        [name, found["texts"], f"{found['median_share']:.1%}", found["contained"]]
        for name, found in stats["contamination"].items()
        if found["texts"]
    ]
    summary_table("Held-out text in the training text", ["", "texts", "median share", "contained"], leaks)
    if stats["tokenizer"]["notice"]:
        console.print(stats["tokenizer"]["notice"], highlight=False, soft_wrap=True)
    if untrained := [name for name, entry in stats["datasets"].items() if "train" not in entry["tokens_by_split"]]:
        console.print(f"No training text in {', '.join(untrained)}: the others share its part of the blend")
    if often := often_repeated(stats):
        console.print(f"The blend reads {', '.join(often)} more than {MANY_EPOCHS} times: lower its share, or add text")


@click.command()
@click.argument("folder", type=_PATH)
@JSON_OPTION
def verify(folder: Path, json_file: Path | None) -> None:
    """Check that the corpus in FOLDER is whole: hashes, sizes, provenance, split and tokenizer."""
    manifest = Manifest.load(folder)
    with progress_bar("files") as bar:
        task = bar.add_task("Verifying", total=len(manifest.files()))
        verify_corpus(manifest, lambda: bar.advance(task))
    rows = [[split, manifest.works[split], len(manifest.splits[split]), manifest.tokens(split)] for split in SPLITS]
    summary_table(f"Corpus {folder} is whole", ["split", "works", "datasets", "tokens"], rows)
    write_json(json_file, {"files": len(manifest.files()), "fingerprint": manifest.fingerprint, "whole": True})
