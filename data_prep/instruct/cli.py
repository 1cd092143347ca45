"""`lexatron data qa`: acts to cited questions and answers for SFT, with a test set in held-out wordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from data_prep.engine import Phases, engine_options
from data_prep.formex.store import shard_paths
from data_prep.instruct.candidates import STYLES
from data_prep.instruct.choice import FILES
from data_prep.instruct.llm.cache import JOURNAL
from data_prep.instruct.llm.options import llm_options
from data_prep.instruct.llm.pairs import Settings as Model
from data_prep.instruct.model_pairs import ModelPairs, write_with_model
from data_prep.instruct.qa_options import (
    CODE,
    TITLES,
    finish,
    parse_kinds,
    parse_shares,
    show,
    side_source,
    split_files,
)
from data_prep.instruct.qa_stats import qa_stats
from data_prep.instruct.stage import Found, Settings, check_all, choose_pairs, find_questions, write_all
from data_prep.stage_folder import run_phases
from data_prep.tokenizer import Tokenizer
from lexatron.console import next_step, write_json
from lexatron.stage import fingerprint

STAGE = "qa"
_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("acts", type=_PATH)
@click.option("-o", "--output", type=_PATH, required=True, help="Folder to write.")
@click.option("--pairs", type=click.IntRange(min=1), default=150_000, show_default=True,
              help="For training and validation.")  # fmt: skip
@click.option("--splits", type=_PATH, help="splits.json of the corpus of these acts; without it the sides that "
              "`lexatron data corpus` gives the works by default.")  # fmt: skip
@click.option("--kinds", metavar="A,B", help="Kinds of questions; all by default.")
@click.option("--style", type=click.Choice(STYLES), default="long", show_default=True, help="short: one sentence. "
              "long: what has a long answer is asked at length. both: either way.")  # fmt: skip
@click.option("--shares-by-language", metavar="en=35,fr=25", help="Shares of the pairs; equal by default. Languages "
              "that are not named are not asked in.")  # fmt: skip
@click.option("--tokenizer", help="Measure lengths in its tokens: a folder with tokenizer.json, a SentencePiece "
              "model, or a name on the Hugging Face hub. Without it they are measured in characters.")  # fmt: skip
@click.option("--seed", type=int, default=1234, show_default=True, help="The same seed asks the same questions.")
@click.option("--test-per-language", type=click.IntRange(min=1), default=20, show_default=True,
              help="Test questions on training acts, and as many on test acts.")  # fmt: skip
@click.option("--max-answer-chars", type=click.IntRange(min=200), help="By default 400, and 1,200 where a kind with "
              "long answers is asked at length.")  # fmt: skip
@llm_options
@engine_options
@click.option("--json", "json_file", type=_PATH, help="Write the table here, too.")
def qa(
    acts: Path, output: Path, pairs: int, splits: Path | None, kinds: str | None, style: str,
    shares_by_language: str | None, tokenizer: str | None, seed: int, test_per_language: int,
    max_answer_chars: int | None, llm: Model | None, share: float, llm_cache: Path | None, workers: int, engine: str,
    address: str | None, json_file: Path | None,
) -> None:  # fmt: skip
    """Write cited questions and answers on ACTS, a folder of acts-*.jsonl.zst.

    training.jsonl and validation.jsonl ask about training works; test.jsonl asks in wordings that these two never
    use, about training works (seen) and about test works (unseen). The same pairs stand in plain/ as instruction and
    response.
    """
    settings = Settings(
        pairs, test_per_language, parse_shares(shares_by_language), parse_kinds(kinds), style, seed, max_answer_chars,
        passages=llm is not None,
    )  # fmt: skip
    shards = shard_paths(acts)
    measure = Tokenizer.load(tokenizer).files() if tokenizer else []
    model_options = {"model": llm.model, "parameters": asdict(llm.parameters), "share": share} if llm else {}
    stage = fingerprint([*shards, *split_files(splits), *measure], asdict(settings) | model_options, *CODE)

    def build(phases: Phases) -> dict[str, Any]:
        found, out = find_questions(shards, splits, settings, phases), phases.work.output
        written = None
        if llm:
            journal = llm_cache or output.with_name(JOURNAL)
            written = write_with_model(found, settings, llm, share, journal, phases, out)
        stats = _write(shards, found, settings, written, measure, phases, out)
        finish(out, stats, settings, side_source(splits), stage)
        return stats

    marker = run_phases(output, STAGE, stage, build, (engine, workers, address), TITLES)
    _report(output, marker.counts, settings)
    write_json(json_file, {**marker.counts, "seconds": marker.seconds})


def _write(
    shards: Sequence[Path], found: Found, settings: Settings, model: ModelPairs | None, tokenizer: Sequence[Path],
    phases: Phases, out: Path,
) -> dict[str, Any]:  # fmt: skip
    """Choose, write and check; the statistics."""
    _, choice = choose_pairs(found, settings, phases, model.cells if model else ())
    others = []
    if model:
        others.append(phases.scratch("placed"))
        model.place(choice, len(found.spools), others[0])
    repeated = write_all(found, choice, settings, phases, out, others)
    written = check_all(found, shards, out, FILES, next(iter(tokenizer), None), phases)
    return qa_stats(
        found, written, settings, repeated=repeated, in_tokens=bool(tokenizer), model=model.stats() if model else {}
    )


def _report(folder: Path, stats: dict[str, Any], settings: Settings) -> None:
    questions = stats["questions"]
    written, unseen = questions["training"] + questions["validation"], questions["test_unseen"]
    wanted = settings.per_language * len(stats["by_language_and_kind"]["test_seen"])
    notes = []
    if written < settings.pairs:
        notes.append([f"pairs: {settings.pairs:,} wanted, possible", written])
    if unseen < wanted:
        notes.append([f"unseen test questions: {wanted:,} wanted, possible", unseen])
    show(folder, stats, notes)
    next_step(f"lexatron train lumi_demo_sft dataset={folder}")
