"""Packing: ours and NeMo's own on the same lengths in one run, each in this process on one core.

python benchmarks/packing.py --json FILE

Lengths are those of instruction sets: 60 % short chats, 30 % longer answers, 10 % cited answers over long passages,
each log-normal and cut to the pack. NeMo's `create_packing_strategy` is run with both of its algorithms; its time grows
with the square of the examples, so its sizes stay small, and what it would take for a million is worked out from the
last one and marked as such. Beside them stands what no packing fills: one example a row, padded to the pack's length,
and micro batches of 8, each padded to its longest.
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
from recipes.check.lengths import unpacked_efficiency

MILLION = 1_000_000
Lengths = npt.NDArray[np.int64]

KINDS = ((0.6, 180, 0.8), (0.3, 600, 0.6), (0.1, 1600, 0.4))
"""Share, median in tokens, and sigma of the logarithm."""
MICRO_BATCH = 8


def draw(examples: int, capacity: int) -> Lengths:
    """Lengths in tokens, shape [examples]."""
    random = np.random.default_rng(0)
    kind = random.choice(len(KINDS), examples, p=[share for share, _, _ in KINDS])
    medians, sigmas = (np.array([each[place] for each in KINDS])[kind] for place in (1, 2))
    return np.clip(random.lognormal(np.log(medians), sigmas), 8, capacity).astype(np.int64)


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


def unpacked(lengths: Lengths, capacity: int) -> list[dict[str, Any]]:
    """Rows of one example each, which cost no time: padded to the pack, and to the longest of a micro batch."""
    examples = len(lengths)
    padded = {"packs": examples, "efficiency": lengths.sum() / (examples * capacity) * 100}
    batched = {"packs": examples, "efficiency": unpacked_efficiency(lengths, MICRO_BATCH) * 100}
    return [
        {"tool": f"one a row, padded to {capacity:,}", "examples": examples, **padded},
        {"tool": f"one a row, {MICRO_BATCH} padded to their longest", "examples": examples, **batched},
    ]


def row(tool: str, examples: int, result: dict[str, Any], mine: float) -> dict[str, Any]:
    """One line of the table; `ratio` is the time of the tool over ours on the same lengths."""
    return {"tool": tool, "examples": examples, **result, "ratio": result["seconds"] / mine}


def compare(examples: int, capacity: int) -> list[dict[str, Any]]:
    """Ours, NeMo's two algorithms and no packing on the same lengths."""
    lengths = draw(examples, capacity)
    mine = ours(lengths, capacity)
    rows = [row("ours, first-fit decreasing", examples, mine, mine["seconds"])]
    for algorithm in ("first_fit_decreasing", "first_fit_shuffle"):
        theirs = nemos(lengths, capacity, algorithm)
        rows.append(row(f"NeMo, {algorithm}", examples, theirs, mine["seconds"]))
    assert rows[1]["packs"] == mine["packs"], "the same algorithm gives as many packs"
    return rows + unpacked(lengths, capacity)


def _cells(line: dict[str, Any]) -> list[Any]:
    timed = "seconds" in line
    seconds, ratio = (f"{line['seconds']:.3f}", f"{line['ratio']:,.1f}") if timed else ("", "")
    return [line["tool"], line["examples"], seconds, line["packs"], f"{line['efficiency']:.2f}", ratio]


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
        [_cells(line) for line in rows],
    )
    click.echo(f"NeMo's first-fit decreasing on a million, worked out from {last['examples']:,}: {hours:,.0f} hours")
    write_json(file, {"capacity": capacity, "rows": rows, "nemo_hours_for_a_million_worked_out": hours})


if __name__ == "__main__":
    main()
