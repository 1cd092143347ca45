"""Packing: ours and NeMo's own on the same lengths in one run, each in this process on one core.

python benchmarks/packing.py --json FILE

Lengths are drawn from a log-normal distribution (median 400 tokens, sigma 0.7) and cut to the pack. NeMo's
`create_packing_strategy` is run with both of its algorithms; its time grows with the square of the examples, so its
sizes stay small, and what it would take for a million is worked out from the last one and marked as such.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt
from nemo.utils import logging as nemo_logging
from nemo.utils.sequence_packing_utils import create_packing_strategy

from data_prep.packing import first_fit_decreasing
from lexatron.console import summary_table, write_json

MILLION = 1_000_000
Lengths = npt.NDArray[np.int64]


def draw(examples: int, capacity: int) -> Lengths:
    """Lengths in tokens, shape [examples]."""
    drawn = np.random.default_rng(0).lognormal(np.log(400), 0.7, examples)
    return np.clip(drawn, 8, capacity).astype(np.int64)


def ours(lengths: Lengths, capacity: int) -> dict[str, Any]:
    """Seconds on the CPU, packs and their efficiency in per cent."""
    started = time.process_time()
    packing = first_fit_decreasing(lengths, capacity)
    seconds = time.process_time() - started
    return {"seconds": seconds, "packs": packing.num_packs, "efficiency": packing.efficiency * 100}


def nemos(lengths: Lengths, capacity: int, algorithm: str) -> dict[str, Any]:
    """The same of NeMo's; it is given the histogram that it wants, which is not timed."""
    histogram = np.bincount(lengths, minlength=capacity + 1).tolist()
    started = time.process_time()
    assignments, metadata = create_packing_strategy(histogram, capacity, algorithm)
    seconds = time.process_time() - started
    return {"seconds": seconds, "packs": len(assignments), "efficiency": metadata["packing_efficiency"]}


def row(tool: str, examples: int, result: dict[str, Any], mine: float) -> dict[str, Any]:
    """One line of the table; `ratio` is the time of the tool over ours on the same lengths."""
    return {"tool": tool, "examples": examples, **result, "ratio": result["seconds"] / mine}


def compare(examples: int, capacity: int) -> list[dict[str, Any]]:
    """Ours and NeMo's two algorithms on the same lengths."""
    lengths = draw(examples, capacity)
    mine = ours(lengths, capacity)
    rows = [row("ours, first-fit decreasing", examples, mine, mine["seconds"])]
    for algorithm in ("first_fit_decreasing", "first_fit_shuffle"):
        theirs = nemos(lengths, capacity, algorithm)
        rows.append(row(f"NeMo, {algorithm}", examples, theirs, mine["seconds"]))
    assert rows[1]["packs"] == mine["packs"], "the same algorithm gives as many packs"
    return rows


def _shares(line: dict[str, Any]) -> list[str]:
    return [f"{line['efficiency']:.2f}", f"{line['ratio']:,.0f}"]


@click.command()
@click.option("--capacity", default=2048, show_default=True, help="Tokens of a pack.")
@click.option("--examples", default=(1_000, 4_000, 16_000), multiple=True, show_default=True, help="NeMo's sizes.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures to a file.")
def main(capacity: int, examples: tuple[int, ...], file: Path | None) -> None:
    """Packing: ours and NeMo's own on the same lengths."""
    nemo_logging.setLevel(logging.ERROR)
    ours(draw(1_000, capacity), capacity)  # warm
    rows = [line for number in sorted(examples) for line in compare(number, capacity)]
    million = ours(draw(MILLION, capacity), capacity)
    rows.append(row("ours, first-fit decreasing", MILLION, million, million["seconds"]))
    last = next(line for line in reversed(rows) if line["tool"].endswith("first_fit_decreasing"))
    hours = last["seconds"] * (MILLION / last["examples"]) ** 2 / 3600
    summary_table(
        f"Packing into {capacity} tokens (CPU seconds on one core)",
        ["tool", "examples", "seconds", "packs", "full %", "times ours"],
        [[line["tool"], line["examples"], f"{line['seconds']:.3f}", line["packs"], *_shares(line)] for line in rows],
    )
    click.echo(f"NeMo's first-fit decreasing on a million, worked out from {last['examples']:,}: {hours:,.0f} hours")
    write_json(file, {"capacity": capacity, "rows": rows, "nemo_hours_for_a_million_worked_out": hours})


if __name__ == "__main__":
    main()
