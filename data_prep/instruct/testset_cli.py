"""`lexatron data testset`: a test set alone, which `lexatron eval compare --testset` reads."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from data_prep.engine import Phases, engine_options
from data_prep.formex.store import shard_paths
from data_prep.instruct.candidates import STYLES
from data_prep.instruct.choice import FILES
from data_prep.instruct.qa_options import (
    CODE,
    TITLES,
    finish,
    parse_kinds,
    parse_names,
    show,
    side_source,
    split_files,
)
from data_prep.instruct.qa_stats import qa_stats
from data_prep.instruct.stage import Settings, check_all, choose_test, find_questions, write_all
from data_prep.split import SPLITS, Split
from data_prep.stage_folder import run_phases
from lexatron.console import next_step, write_json
from lexatron.stage import fingerprint

STAGE = "testset"
_PATH = click.Path(path_type=Path)
_SIDES: dict[str, tuple[Split, ...]] = {"test": ("test",), "train": ("train",), "all": SPLITS}


@click.command()
@click.argument("acts", type=_PATH)
@click.option("-o", "--output", type=_PATH, required=True, help="Folder to write.")
@click.option("--per-language", type=click.IntRange(min=1), default=20, show_default=True, help="Questions.")
@click.option("--from", "origin", type=click.Choice(list(_SIDES)), default="test", show_default=True,
              help="Whose works are asked about.")  # fmt: skip
@click.option("--splits", type=_PATH, help="splits.json of the corpus of these acts; without it the sides that "
              "`lexatron data corpus` gives the works by default.")  # fmt: skip
@click.option("--languages", metavar="en,fr", help="All five by default.")
@click.option("--kinds", metavar="A,B", help="Kinds of questions; all by default.")
@click.option("--style", type=click.Choice(STYLES), default="short", show_default=True, help="short: one sentence. "
              "long: what has a long answer is asked at length. both: either way.")  # fmt: skip
@click.option("--seed", type=int, default=1234, show_default=True, help="The same seed asks the same questions.")
@click.option("--max-answer-chars", type=click.IntRange(min=200), help="Of the reference answers.")
@engine_options
@click.option("--json", "json_file", type=_PATH, help="Write the table here, too.")
def testset(
    acts: Path, output: Path, per_language: int, origin: str, splits: Path | None, languages: str | None,
    kinds: str | None, style: str, seed: int, max_answer_chars: int | None, workers: int, engine: str,
    address: str | None, json_file: Path | None,
) -> None:  # fmt: skip
    """Write questions on ACTS, a folder of acts-*.jsonl.zst, in wordings that training never uses.

    They are balanced by kind and by act: no act is asked about twice in a language before all others have been.
    """
    settings = Settings(
        0, per_language, parse_names(languages), parse_kinds(kinds), style, seed, max_answer_chars, _SIDES[origin]
    )
    shards = shard_paths(acts)
    stage = fingerprint([*shards, *split_files(splits)], asdict(settings), *CODE)

    def build(phases: Phases) -> dict[str, Any]:
        found, out = find_questions(shards, splits, settings, phases), phases.work.output
        _, choice = choose_test(found, settings, phases)
        repeated = write_all(found, choice, settings, phases, out)
        written = check_all(found, shards, out, FILES[-1:], None, phases)
        stats = qa_stats(found, written, settings, repeated=repeated, in_tokens=False, model={})
        finish(out, stats, settings, side_source(splits), stage)
        return stats

    marker = run_phases(output, STAGE, stage, build, (engine, workers, address), TITLES)
    show(output, marker.counts)
    write_json(json_file, {**marker.counts, "seconds": marker.seconds})
    next_step(f"lexatron eval compare --model NAME=DIR --testset {output / 'test.jsonl'} -o DIR")
