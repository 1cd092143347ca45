"""The whole way of an instruction set, top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data_prep.curation.annotated import to_yaml
from data_prep.curation.assemble import File, assemble, join_lists
from data_prep.curation.balance import balance, report
from data_prep.curation.config import Config
from data_prep.curation.cpt import write_cpt
from data_prep.curation.duplicates import drop_duplicates
from data_prep.curation.quality import drop_by_quality
from data_prep.curation.read import ReadTask, read
from data_prep.curation.sides import CONFLICT, Codes, sides
from data_prep.curation.sources import SourcePart
from data_prep.curation.table import NAMED, Table, read_table
from data_prep.curation.write import plan_writing, write
from data_prep.engine import Phases
from lexatron.atomic import write_text

CONFIG_FILE = "config.yaml"
BALANCE = "balance: over its share"

Counts = dict[str, dict[str, int]]
"""Column (source, language, domain, difficulty) -> name -> number of records."""


@dataclass(frozen=True)
class Built:
    """A finished set, and what became of the records on the way to it.

    Attributes:
        table: every record that passed the steps, with the reason of those that were dropped later.
        side: `[records]`: place in `SPLITS`, -1 for a record that was dropped.
        read: results of the first phase, one a task.
        passed, unique, balanced: counts after the steps, after duplicates, and of what is written.
        scoring: what scoring cost, where a model scored. targets: what balancing aimed at and reached.
        files: of the output.
    """

    table: Table
    side: Codes
    read: list[dict[str, Any]]
    passed: Counts
    unique: Counts
    balanced: Counts
    scoring: dict[str, Any]
    targets: list[dict[str, Any]]
    files: list[File]


def build(
    tasks: Sequence[Sequence[SourcePart]], config: Config, tokenizer: str | None, journal: Path, phases: Phases
) -> Built:
    """Write everything but the manifest, the card and the statistics into `phases.work.output`.

    The same files, options and tokenizer give the same bytes, whatever the engine and the number of its workers.

    Args:
        tasks: parts of the sources, those of one task together.
        tokenizer: what `Tokenizer.load` takes; also read by the workers.
        journal: keeps what a scoring model has answered.

    Raises:
        UserError: nothing is left.
    """
    out, raw = phases.work.output, config.model_dump_json()
    results, folders = phases.run("read", read, [ReadTask(tuple(parts), raw, tokenizer) for parts in tasks])
    table = read_table(folders)
    passed = counts(table)
    drop_duplicates(table, config.duplicates, phases)
    unique = counts(table)
    scoring = drop_by_quality(table, config.scoring, journal, phases)
    targets = _balance(table, config)
    side = _sides(table, config)
    lines, written = phases.run("write", write, plan_writing(table, side, phases, config.output))
    forms = [each["lines"] for each in lines]
    files = assemble(written, forms, out)
    join_lists(folders, written, out)
    if config.output.megatron and tokenizer:
        write_cpt(written, forms, tokenizer, config.split, phases)
    write_text(out / CONFIG_FILE, to_yaml(config))
    return Built(table, side, results, passed, unique, counts(table), scoring, targets, files)


def counts(table: Table) -> Counts:
    """How many of the staying records have each name."""
    rows = table.rows[table.staying()]
    found = {column: np.bincount(rows[column], minlength=len(table.names[column])) for column in NAMED}
    return {
        column: {name: int(number) for name, number in zip(table.names[column], found[column], strict=True)}
        for column in NAMED
    }


def _balance(table: Table, config: Config) -> list[dict[str, Any]]:
    """Drop what is more than its share, of what may become training text; targets against what was reached."""
    numbers = table.staying()
    numbers = numbers[table.rows["side"][numbers] < 1]
    rows = table.rows[numbers]
    columns = {column: rows[column].astype(np.int64) for column in NAMED}
    sizes = table.tokens()[numbers]
    kept = balance(columns, table.names, sizes, rows["key"][:, 0], config.balance)
    table.drop(numbers[~kept], BALANCE)
    return report(columns, table.names, sizes, kept, config.balance)


def _sides(table: Table, config: Config) -> Codes:
    """The side of every record, -1 of those that were dropped."""
    numbers = table.staying()
    chosen, conflict = sides(table, numbers, config.split)
    table.drop(numbers[conflict], f"sides: {CONFLICT}")
    side = np.full(len(table.rows), -1, np.int8)
    side[numbers[~conflict]] = chosen[~conflict]
    return side
