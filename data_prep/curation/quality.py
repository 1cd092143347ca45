"""Which records stay for their quality: by the scores of a model where there is an endpoint, else by what is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data_prep.curation.ordering import drawn
from data_prep.curation.record import Record
from data_prep.curation.scoring import Scoring, Totals, estimate, score_records
from data_prep.curation.table import Records, Table
from data_prep.engine import Phases
from lexatron.console import console

LOW, UNSCORED = "quality: too low", "quality: no usable score"


def drop_by_quality(table: Table, options: Scoring, journal: Path, phases: Phases) -> dict[str, Any]:
    """Drop records below the quality that is kept; what scoring cost, where a model scored.

    Held-out records of a source that says so are judged too: a test set with wrong answers measures nothing.

    Raises:
        Unfinished: the model's server cannot be used; the same command goes on.
    """
    cost: dict[str, Any] = {}
    if options.endpoint is not None:
        cost = _ask(table, _sample(table, options), options, journal, phases)
    staying = table.staying()
    rows = table.rows[staying]
    table.drop(staying[rows["quality"] < options.least(rows["told"])], LOW)
    return cost


def _sample(table: Table, options: Scoring) -> npt.NDArray[np.intp]:
    """The records to ask about: all that stay, or so many of them, drawn by a hash of their keys and the seed."""
    staying = table.staying()
    return staying[drawn(table.rows["key"][staying][:, 0], options.seed, options.sample)]


def _ask(
    table: Table, numbers: npt.NDArray[np.intp], options: Scoring, journal: Path, phases: Phases
) -> dict[str, Any]:
    """Have a model score some records."""
    records, totals = Records(table.folders), Totals()

    def each() -> Iterator[Record]:
        for number in numbers.tolist():
            yield records(int(table.task[number]), int(table.row[number]))

    _say_estimate(estimate(each(), options), options)
    advance = phases.progress("score", len(numbers))
    for number, scored in zip(numbers.tolist(), score_records(each(), options, journal, totals), strict=True):
        if scored.scores is not None:
            table.rows["quality"][number], table.rows["told"][number] = scored.scores.total, True
        elif options.unscored == "drop":
            table.drop([number], UNSCORED)
        advance()
    records.close()
    money = options.money(totals.usage.prompt_tokens, totals.usage.completion_tokens)
    return {**totals.to_json(), "money": None if money is None else round(money, 2)}


def _say_estimate(expected: Any, options: Scoring) -> None:
    money = options.money(expected.prompt_tokens, expected.completion_tokens)
    price = "" if money is None else f", {money:,.2f} at the prices given"
    console.print(
        f"Scoring {expected.requests:,} records: about {expected.prompt_tokens:,} prompt tokens, at most "
        f"{expected.completion_tokens:,} completion tokens{price}; what was answered before costs nothing",
        highlight=False,
        soft_wrap=True,
    )
