"""Instruction sets: near-duplicate removal alone, and the whole of `lexatron data instruct`, on an invented set.

python benchmarks/instruct.py --records 640000 --workers 2 --json FILE

The set has every shape that public sets have, and faults of known number (`lexatron data sample-instructions`). Alone:
recall, precision and time of near-duplicate removal on all records, and on a few of them beside the per-document loop
that datasketch documents, in the same run. End to end: seconds and peak memory over all processes, and what every step
was given, dropped and changed, beside what was planted for it.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from corpus import Stage, run_stage
from instruct_near import LOOP, Near, measure_all, measure_some, planted_in, store

from data_prep.engine import open_engine
from lexatron.console import console, summary_table, write_json

NEAR_HEAD = ["tool", "processes", "texts", "signing, s", "all, s", "recall", "precision", "near-misses"]
STAGE_HEAD = ["stage", "seconds", "CPU seconds", "peak memory, MB", "written, MB"]
STEP_HEAD = ["step", "in", "dropped", "changed", "out", "to drop", "to change"]  # what was planted for it


def run_near(folder: Path, work: Path, truth: list[dict[str, Any]], workers: int, compared: int) -> list[Near]:
    """Near-duplicate removal alone: all texts, then a few of them with both tools."""
    with open_engine("local", workers) as engine:
        stored = store(folder, work, engine)
        planted = planted_in(truth, stored.places)
        found = [measure_all(stored, planted, engine)]
    return found + (measure_some(stored, planted, compared) if compared else [])


def near_rows(measured: list[Near]) -> list[list[str]]:
    """The table's rows, one a tool and number of texts."""
    return [
        [
            one.tool.replace(", documented", ""), str(one.processes), f"{one.texts:,}", f"{one.signing:,.1f}",
            f"{one.seconds:,.1f}", f"{one.recall:.4f}", f"{one.precision:.4f}", str(one.near_misses),
        ]
        for one in measured
    ]  # fmt: skip


def ratios(measured: list[Near]) -> dict[str, float]:
    """How many times the loop's time a text is ours: on the same texts in one process, and by the clock on all."""
    whole, *few = measured
    loop = next((one for one in few if one.tool == LOOP), None)
    if loop is None:
        return {}
    each = loop.seconds / loop.texts
    mine = next(one for one in few if one.tool != LOOP)
    return {"same_texts": each / (mine.seconds / mine.texts), "all_texts": each / (whole.seconds / whole.texts)}


def end_to_end(folder: Path, output: Path, workers: int) -> tuple[Stage, dict[str, Any]]:
    """Run `lexatron data instruct` as a user would; its stage, and the figures that it wrote."""
    told = output.with_suffix(".json")
    arguments = [folder / "instruct.yaml", "-o", output, "--workers", workers, "--json", told]
    return run_stage("instruct", arguments, output), json.loads(told.read_text("utf-8"))


def step_rows(stats: dict[str, Any], truth: list[dict[str, Any]]) -> list[list[Any]]:
    """What every step was given and did, and how much of it was planted."""
    planted: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in truth:
        planted[_finder(entry)][entry["expect"]] += 1
    rows: list[list[Any]] = [
        ["reading", stats["rows"], stats["rejected"], "", stats["records"], planted["read"]["reject"], ""]
    ]
    for step in stats["steps"]:
        counts = [step["records"], step["dropped"], step["changed"], step["left"]]
        expected = planted[step["step"]]
        rows.append([step["step"], *counts, expected["drop"], expected["change"]])
    return rows


def _finder(entry: dict[str, Any]) -> str:
    """The step that is to find what was planted; a copy of a held-out record is a duplicate, too."""
    if "jaccard" in entry:
        return "exact duplicates" if entry["jaccard"] == 1 else "near-duplicates"
    return str(entry["step"])


def outcomes(truth: list[dict[str, Any]], output: Path) -> dict[str, dict[str, int]]:
    """Kind of what was planted, and `clean` -> what became of it: the step that dropped it or its copy, or kept."""
    dropped = {}
    for line in (output / "excluded.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        dropped[_name(entry["place"])] = entry["step"]
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in truth:
        places = [_name(f"{place['file']}:{place['row']}") for place in (entry, entry.get("other")) if place]
        steps = [dropped.pop(place) for place in places if place in dropped]
        found[entry["kind"]]["rejected" if entry["expect"] == "reject" else next(iter(steps), "kept")] += 1
    found["clean"].update(dropped.values())
    return {kind: dict(counts) for kind, counts in sorted(found.items())}


def _name(place: str) -> str:
    return place.rpartition("/")[2]


@click.command()
@click.option("--records", type=click.IntRange(200), default=640_000, show_default=True, help="Records to generate.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes of every stage.")
@click.option("--compared", type=click.IntRange(0), default=2000, show_default=True, help="Texts for datasketch, too.")
@click.option("--near/--no-near", default=True, help="Near-duplicate removal alone.")
@click.option("--whole/--no-whole", default=True, help="`lexatron data instruct` from end to end.")
@click.option("--keep", type=click.Path(path_type=Path), help="New folder for all that is made; else it is deleted.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def main(
    records: int, workers: int, compared: int, near: bool, whole: bool, keep: Path | None, json_file: Path | None
) -> None:
    """Near-duplicate removal alone, then everything."""
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise click.ClickException(f"{keep}: not empty; give a new folder, for a finished stage would do nothing")
    figures: dict[str, Any] = {"records": records, "workers": workers}
    with ExitStack() as stack:
        folder = (keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))).resolve()
        samples = folder / "set"
        stages = [
            run_stage("sample-instructions", ["-o", samples, "--records", records, "--workers", workers], samples)
        ]
        truth = json.loads((samples / "truth.json").read_bytes())["planted"]
        if near:
            measured = run_near(samples, folder / "texts", truth, workers, compared)
            figures |= {"near": [asdict(one) for one in measured], "ratios": ratios(measured)}
            summary_table("Near-duplicate removal alone", NEAR_HEAD, near_rows(measured))
            console.print({name: round(ratio, 1) for name, ratio in ratios(measured).items()})
        if whole:
            stage, stats = end_to_end(samples, folder / "instruct", workers)
            stages.append(stage)
            figures |= {"stats": stats, "outcomes": outcomes(truth, folder / "instruct")}
            summary_table("Records in and out of each step", STEP_HEAD, step_rows(stats, truth))
            summary_table("What became of it", ["planted", ""], [[k, str(v)] for k, v in figures["outcomes"].items()])
    summary_table("Stages", STAGE_HEAD, [stage_row(stage) for stage in stages])
    write_json(json_file, {**figures, "stages": [asdict(stage) for stage in stages]})


def stage_row(stage: Stage) -> list[str]:
    """One line of the table."""
    memory = "not measured" if stage.peak_mb is None else f"{stage.peak_mb:,.0f}"
    figures = [f"{stage.seconds:,.1f}", f"{stage.cpu_seconds:,.1f}", memory, f"{stage.output_mb:,.0f}"]
    return [stage.name, *figures]


if __name__ == "__main__":
    main()
