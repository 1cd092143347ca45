"""`lexatron data instruct`: instruction sets to one clean, balanced, documented set for fine-tuning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import orjson

from data_prep.curation.annotated import to_yaml
from data_prep.curation.build import Built, build
from data_prep.curation.card import STEP_COLUMNS, step_rows, write_card
from data_prep.curation.config import Config, load_config
from data_prep.curation.manifest import write_manifest
from data_prep.curation.plots import write_plots
from data_prep.curation.sample import language_check
from data_prep.curation.sources import SourcePart, plan_parts
from data_prep.curation.stats import instruct_stats
from data_prep.engine import Phases, engine_options
from data_prep.general import tasks
from data_prep.instruct.llm.cache import JOURNAL
from data_prep.stage_folder import run_phases
from data_prep.tokenizer import Tokenizer
from lexatron.atomic import write_text
from lexatron.console import console, next_step, progress_bar, summary_table, write_json
from lexatron.stage import fingerprint

STAGE = "instruct"
STATS = "stats.json"
CODE = (
    "data_prep.chat",
    "data_prep.choose.language",
    "data_prep.corpus.texts",
    "data_prep.curation",
    "data_prep.dedup",
    "data_prep.general",
    "data_prep.indexed",
    "data_prep.instruct.llm",
    "data_prep.limits",
    "data_prep.manifest",
    "data_prep.near_on_disk",
    "data_prep.provenance",
    "data_prep.tokenizer",
    "data_prep.tokenizer_encoders",
)
TITLES = {
    "read": "Reading and filtering",
    "near": "Looking for near-duplicates",
    "score": "Scoring",
    "write": "Writing",
    "cpt": "Tokenising",
}

_TASK_BYTES = 16 << 20  # of sources that a task reads
_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("config_file", metavar="CONFIG", type=_PATH)
@click.option("-o", "--output", type=_PATH, help="Folder to write.")
@click.option("--print-config", is_flag=True, help="Print the configuration with every default, and end.")
@click.option("--llm-cache", type=_PATH, help="Journal of a scoring model's answers; by default .llm-cache.jsonl "
              "beside the output.")  # fmt: skip
@engine_options
@click.option("--json", "json_file", type=_PATH, help="Write the statistics here, too.")
def instruct(
    config_file: Path, output: Path | None, print_config: bool, llm_cache: Path | None, workers: int, engine: str,
    address: str | None, json_file: Path | None,
) -> None:  # fmt: skip
    """Make the instruction set that CONFIG, a YAML file, describes (docs/instruct.md).

    training.jsonl, validation.jsonl and test.jsonl hold conversations for NeMo's chat data module; beside them other
    forms, what was dropped and why, statistics, plots, a card, and a manifest.
    """
    config = load_config(config_file)
    if print_config:
        click.echo(to_yaml(config), nl=False)
        return
    if output is None:
        raise click.UsageError("Missing option '-o' / '--output'.")
    parts = _plan(config, config_file.parent)
    place = _place(config.tokenizer, config_file.parent) if config.tokenizer else None
    tokenizer = Tokenizer.load(place) if place else None
    if tokenizer and tokenizer.notice:
        console.print(tokenizer.notice, highlight=False, soft_wrap=True)
    files = sorted({Path(part.path) for part in parts}) + (tokenizer.files() if tokenizer else [])
    stage = fingerprint([*files, *_lists(config), *_template(config)], config.decisive(), *CODE)
    path = str(tokenizer.files()[0]) if tokenizer else None

    def make(phases: Phases) -> dict[str, Any]:
        built = build(tasks(parts, _TASK_BYTES), config, path, llm_cache or output.with_name(JOURNAL), phases)
        out = phases.work.output
        stats = instruct_stats(built, config)
        stats["language_check"] = language_check(built, config.output.language_sample, config.split.seed)
        manifest = write_manifest(built, config, path, out)
        stats["tasks"] = manifest["tasks"]
        write_text(out / STATS, json.dumps(stats, indent=2, ensure_ascii=False) + "\n")
        write_plots(stats, *_lengths(built), out)
        write_card(out, stats, manifest, config, stage)
        return {name: stats[name] for name in ("rows", "rejected", "records", "kept", "dropped", "sides")}

    marker = run_phases(output, STAGE, stage, make, (engine, workers, address), TITLES)
    stats = orjson.loads((output / STATS).read_bytes())
    _show(output, stats)
    write_json(json_file, {**stats, "seconds": marker.seconds})
    next_step(f"lexatron data lengths {output} --tokenizer {place or 'TOKENIZER'}")


def _place(name: str, base: Path) -> Path:
    """A path from the folder of the configuration, where there is one; else the name as it is, perhaps of the hub."""
    return base / name if (base / name).exists() else Path(name)


def _plan(config: Config, base: Path) -> list[SourcePart]:
    """Every part of every source."""
    with progress_bar("sources") as bar:
        task = bar.add_task("Looking at sources", total=len(config.sources))
        parts = []
        for source in config.sources:
            parts += plan_parts(source, base, _TASK_BYTES)
            bar.advance(task)
    return parts


def _lists(config: Config) -> Sequence[Path]:
    """Files that steps read."""
    return config.steps.blocklist.files if config.steps.blocklist else ()


def _template(config: Config) -> list[Path]:
    """The file of the chat template, where it is one."""
    return [Path(config.template)] if config.template and Path(config.template).is_file() else []


def _lengths(built: Built) -> tuple[np.ndarray[Any, np.dtype[np.int64]], str]:
    """Lengths of the kept records and their unit."""
    kept = built.side >= 0
    tokens = built.table.tokens()[kept]
    if tokens.any():
        return tokens, "tokens"
    return built.table.rows["characters"][kept].astype(np.int64), "characters"


def _show(folder: Path, stats: dict[str, Any]) -> None:
    summary_table(f"Instruction set {folder}", STEP_COLUMNS, step_rows(stats))
    rows = [["rows read", stats["rows"]], ["rejected", stats["rejected"]], ["dropped", stats["dropped"]]]
    rows += [[f"kept: {side}", number] for side, number in stats["sides"].items()]
    summary_table("Records", ["", "records"], rows)
    if stats["balance"]:
        columns = ["group", "before", "after", "target", "reached", "short"]
        summary_table("Balance", columns, [_balance_row(row) for row in stats["balance"]])
    if stats["scoring"]:
        usage = stats["scoring"]["usage"]
        cost = stats["scoring"]["money"]
        console.print(
            f"Scoring cost {usage['prompt_tokens']:,} prompt and {usage['completion_tokens']:,} completion tokens"
            + ("" if cost is None else f", {cost:,.2f}"),
            highlight=False,
        )


def _balance_row(row: dict[str, Any]) -> list[Any]:
    shares = [f"{row[share]:.1%}" for share in ("target", "share_after")]
    return [f"{row['dimension']}: {row['group']}", row["records_before"], row["records_after"], *shares, row["short"]]
