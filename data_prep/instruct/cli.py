"""`lexatron data qa`: acts to cited questions and answers for SFT, with a test set in held-out wordings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from data_prep.formex.acts import Act
from data_prep.formex.store import read_acts, shard_paths
from data_prep.instruct.corpus import FactBase, collect_facts
from data_prep.instruct.eurlex_qa import KINDS, Pair, make_pair
from data_prep.instruct.selection import Asked, Selection, select
from data_prep.split import read_splits
from data_prep.stage_folder import run_stage
from lexatron.console import next_step, progress_bar, summary_table, write_json
from lexatron.stage import fingerprint

STAGE = "qa"
CODE = ("data_prep.instruct", "data_prep.formex", "data_prep.split")
FILES = ("training", "validation", "test")
STATS = "stats.json"


@click.command()
@click.argument("acts", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option(
    "--splits", type=click.Path(path_type=Path), required=True, help="splits.json of the corpus of these acts."
)
@click.option(
    "--pairs", type=click.IntRange(min=1), default=20_000, show_default=True, help="For training and validation."
)
@click.option("--seed", type=int, default=1234, show_default=True, help="The same seed asks the same questions.")
@click.option("--test-per-language", type=click.IntRange(min=1), default=20, show_default=True,
              help="Test questions on training acts, and as many on test acts.")  # fmt: skip
@click.option("--max-answer-chars", type=click.IntRange(min=200), default=400, show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the table here, too.")
def qa(
    acts: Path, output: Path, splits: Path, pairs: int, seed: int, test_per_language: int, max_answer_chars: int,
    json_file: Path | None,
) -> None:  # fmt: skip
    """Write cited questions and answers on ACTS, a folder of acts-*.jsonl.zst.

    training.jsonl and validation.jsonl ask about training works; test.jsonl asks in wordings that these two never
    use, about training works (seen) and about test works (unseen).
    """
    works = read_splits(splits)
    options = {
        "pairs": pairs,
        "seed": seed,
        "test_per_language": test_per_language,
        "max_answer_chars": max_answer_chars,
    }

    def build(folder: Path) -> dict[str, Any]:
        base = collect_facts(_with_progress(acts), works)
        selection = select(
            base.of(works, "train"), base.of(works, "test"), pairs=pairs, per_language=test_per_language, seed=seed
        )
        stats = _stats(base, selection)
        for name, lines in _lines(selection, max_answer_chars).items():
            (folder / f"{name}.jsonl").write_bytes(b"".join(lines))
        (folder / STATS).write_bytes(orjson.dumps(stats, option=orjson.OPT_INDENT_2) + b"\n")
        return stats

    marker = run_stage(output, STAGE, fingerprint([*shard_paths(acts), splits], options, *CODE), build)
    _report(output, marker.counts, pairs, test_per_language)
    write_json(json_file, {**marker.counts, "seconds": marker.seconds})


def _with_progress(folder: Path) -> Iterator[Act]:
    with progress_bar("acts") as bar:
        task = bar.add_task("Finding what to ask", total=None)
        for act in read_acts(folder):
            bar.advance(task)
            yield act


def _lines(selection: Selection, max_chars: int) -> dict[str, Iterable[bytes]]:
    """File name -> its lines."""

    def lines(asked: Iterable[Asked], *, seen: bool = True) -> Iterator[bytes]:
        for fact, wording in asked:
            pair: Pair = make_pair(fact, wording, seen=seen, max_answer_chars=max_chars)
            yield orjson.dumps(pair.to_json(), option=orjson.OPT_APPEND_NEWLINE)

    return {
        "training": lines(selection.training),
        "validation": lines(selection.validation),
        "test": [*lines(selection.seen), *lines(selection.unseen, seen=False)],
    }


def _stats(base: FactBase, selection: Selection) -> dict[str, Any]:
    """Counts that add up: acts are used or dropped, possible questions are chosen or not."""
    chosen = len(selection.training) + len(selection.validation)
    return {
        "acts": {"read": base.acts, "used": dict(base.used), "dropped": dict(base.dropped)},
        "questions": {
            "possible": selection.possible,
            "training": len(selection.training),
            "validation": len(selection.validation),
            "not_chosen": selection.possible - chosen,
            "test_seen": len(selection.seen),
            "test_unseen": len(selection.unseen),
            "ambiguous_facts": selection.ambiguous,
        },
        "by_language_and_kind": {
            name: _table(asked)
            for name, asked in (
                ("training", selection.training),
                ("validation", selection.validation),
                ("test_seen", selection.seen),
                ("test_unseen", selection.unseen),
            )
        },
    }


def _table(asked: Iterable[Asked]) -> dict[str, dict[str, int]]:
    counts = Counter((fact.source.language, fact.kind) for fact, _ in asked)
    languages = sorted({language for language, _ in counts})
    return {language: {kind: counts[language, kind] for kind in KINDS} for language in languages}


def _report(folder: Path, counts: dict[str, Any], pairs: int, per_language: int) -> None:
    tables: dict[str, dict[str, dict[str, int]]] = counts["by_language_and_kind"]
    rows: list[list[str | int]] = [
        [language, *(sum(table.get(language, {}).values()) for table in tables.values())]
        for language in sorted(tables["training"])
    ]
    rows += [[kind, *(sum(row[kind] for row in table.values()) for table in tables.values())] for kind in KINDS]
    rows.append(["all", *(sum(sum(row.values()) for row in table.values()) for table in tables.values())])
    summary_table(f"Cited questions in {folder}", ["", *(name.replace("_", " ") for name in tables)], rows)
    questions, acts = counts["questions"], counts["acts"]
    written, unseen = questions["training"] + questions["validation"], questions["test_unseen"]
    notes = [["acts read", acts["read"]], *([f"  not used: {why}", number] for why, number in acts["dropped"].items())]
    if written < pairs:
        notes.append([f"pairs: {pairs:,} wanted, possible", written])
    if unseen < (wanted := per_language * len(tables["test_seen"])):
        notes.append([f"unseen test questions: {wanted:,} wanted, possible", unseen])
    summary_table("What they come from", ["", "count"], notes)
    next_step(f"lexatron train lumi_demo_sft dataset={folder}")
