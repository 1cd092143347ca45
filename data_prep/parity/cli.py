"""`lexatron data parity`: training, validation, test and serving read alike, and no test stands in training."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click

from data_prep.parity.check import Check
from data_prep.parity.contamination import Leak
from data_prep.parity.run import Parity, run
from data_prep.parity.sides import find_side, serving_side, training_side
from lexatron.atomic import write_text
from lexatron.console import console, next_step, progress_bar, summary_table, write_json

REPORT = "parity.json"
LEAKS = "contamination.jsonl"

_PATH = click.Path(path_type=Path)
_STYLES = {"ok": "green", "warning": "yellow", "breach": "bold red", "not known": "yellow"}
_SHOWN = 5  # leaks on the console


@click.command()
@click.argument("training", metavar="TRAIN_DATASET", type=_PATH)
@click.argument("others", metavar="[OTHER]...", nargs=-1, type=_PATH)
@click.option("--tokenizer", required=True, metavar="DIR|NAME", help="Tokenizer of training, or its name on the hub.")
@click.option("--template", help="Its chat template, by name [default: the dataset's, else the tokenizer's own].")
@click.option("--seq-length", type=click.IntRange(1), help="Of training [default: what packs say].")
@click.option("--serving", type=_PATH, metavar="MODEL_DIR", help="The exported Hugging Face model that is served.")
@click.option("--allow-contamination", type=click.IntRange(0), default=0, show_default=True,
              help="Held-out conversations that may stand in the training side.")  # fmt: skip
@click.option("--near-prompts", is_flag=True, help="Count prompts that are only nearly training's as well.")
@click.option("-o", "--output", type=_PATH, help=f"Folder for {REPORT} and {LEAKS}.")
@click.option("--json", "json_file", type=_PATH, help="Write the checks here, too.")
def parity(
    training: Path, others: tuple[Path, ...], tokenizer: str, template: str | None, seq_length: int | None,
    serving: Path | None, allow_contamination: int, near_prompts: bool, output: Path | None, json_file: Path | None,
) -> None:  # fmt: skip
    """Compare TRAIN_DATASET with what is validated, tested and served; exit code 1 where anything differs.

    OTHER are dataset folders, JSONL test files, folders of `lexatron data pack`, or exported Hugging Face models. The
    validation and test sides of TRAIN_DATASET are always looked at.
    """
    sides = [*map(find_side, others), *([serving_side(serving)] if serving else [])]
    asked = Parity(
        training_side(training), tuple(sides), tokenizer, template, seq_length, allow_contamination, near_prompts
    )
    reader = asked.reader()
    with progress_bar("conversations") as bar:
        tasks = {name: bar.add_task(f"Looking for {name}", total=None) for name in ("control tokens", "contamination")}
        steps = {name: partial(bar.advance, task) for name, task in tasks.items()}
        checks, leaks = run(asked, reader, steps)
    report = _report(checks, leaks)
    if output is not None:
        write_text(output / LEAKS, "".join(json.dumps(leak.to_json(), ensure_ascii=False) + "\n" for leak in leaks))
        write_json(output / REPORT, report)
    write_json(json_file, report)
    _show(checks, leaks)
    breaches = [check for check in checks if check.status == "breach"]
    if breaches:
        next_step(f"mend {breaches[0].name} and what else is a breach, then run the same command again")
        sys.exit(1)
    options = {"--tokenizer": tokenizer, "--template": template, "--seq-length": seq_length}
    given = " ".join(f"{name} {value}" for name, value in options.items() if value)
    next_step(f"lexatron data pack {training} {given} -o PACKED_DIR")


def _report(checks: Sequence[Check], leaks: Sequence[Leak]) -> dict[str, Any]:
    counted = Counter(str(check.status) for check in checks)
    return {
        "checks": [asdict(check) for check in checks],
        "by_status": {status: counted[status] for status in _STYLES},
        "contamination": len(leaks),
    }


def _show(checks: Sequence[Check], leaks: Sequence[Leak]) -> None:
    rows = [[check.name, check.status, check.detail] for check in checks]
    _checks_table(rows)
    for check in checks:
        for first in check.shown.get("first", []):
            _tokens_table(f"{check.name}: the first difference, in {first['id']}", first["tokens"], first["index"])
    found = [[leak.id, leak.training_id, f"{leak.kind} {leak.part}", f"{leak.similarity:.2f}"] for leak in leaks]
    if found:
        summary_table("Held-out conversations in training", ["id", "in training", "what", "alike"], found[:_SHOWN])


def _checks_table(rows: Sequence[Sequence[str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Parity", title_justify="left")
    for column in ("check", "", "what was found"):
        table.add_column(column, overflow="fold")
    for name, status, detail in rows:
        table.add_row(Text(name), Text(status, style=_STYLES[status]), Text(detail))
    console.print(table)


def _tokens_table(title: str, places: Sequence[dict[str, Any]], index: int) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left")
    for column in ("index", "training", "text", "other", "text"):
        table.add_column(column, justify="right" if column != "text" else "left")
    for place in places:
        cells = [place["index"], place["first"], place["first_text"], place["second"], place["second_text"]]
        shown = [_cell(value) for value in cells]
        table.add_row(*shown, style="bold red" if place["index"] == index else None)
    console.print(table)


def _cell(value: int | str | None) -> Any:
    from rich.text import Text

    if value is None:
        return Text("-")
    return Text(repr(value) if isinstance(value, str) else str(value))
