"""FORMEX: bare lxml, us and the PyPI package tulit on the same files in one run, with ratios.

python benchmarks/formex.py ../shared/formex --peer-python /path/to/venv/bin/python --docs docs/formex.md --json FILE

Speed is megabytes of XML per second of processor time in one process, the best of some passes (the peer makes one).
Ours includes units, keys and the rendered text, with the cycle collector off as in the stage. What came through is
measured by the audit, for the peer's text as for ours.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from lxml import etree

from data_prep.engine import open_engine
from data_prep.formex.audit_rendered import Comparison, Kept, compare
from data_prep.formex.audit_source import CATEGORIES, read_source
from data_prep.formex.parser import parse_publication
from data_prep.formex.reader import Position, Publication, read_from, read_publications
from data_prep.formex.rendering import render_act
from data_prep.formex.workers import results
from lexatron.atomic import write_text
from lexatron.console import console, summary_table, write_json

ROOT = Path(__file__).resolve().parent.parent
PASSES = 5
COPIES = 12  # of the files, for the runs with one and two workers: long enough that starting them does not count
BEGIN, END = "<!-- benchmark: begin -->", "<!-- benchmark: end -->"

PEAK = """
import resource, sys
from pathlib import Path
from data_prep.formex.reader import Position, read_from
from data_prep.formex.workers import process
for after, found in read_from([Path(sys.argv[1])], Position()):
    process(after, found)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 << 20 if sys.platform == "darwin" else 1 << 10))
"""


@dataclass
class Tool:
    """One row of the table."""

    name: str
    megabytes_per_second: float
    found: Comparison | None = None
    largest: float | None = None  # MB/s on the largest file


@dataclass
class Measured:
    """Everything that one run of the benchmark found."""

    files: int
    megabytes: float
    tools: list[Tool] = field(default_factory=list)
    two_workers: float | None = None
    peak_mb: int | None = None


def best(work: Callable[[], object], passes: int = PASSES, clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of the fastest pass: of the processor, which other programs disturb least, or of another clock."""
    seconds = []
    for _ in range(passes):
        started = clock()
        work()
        seconds.append(clock() - started)
    return min(seconds)


def publications(source: Path) -> list[Publication]:
    """The publications on disk; what lies in zips is there unpacked as well."""
    found = [found for found in read_publications([source]) if isinstance(found, Publication)]
    return [publication for publication in found if publication.main.member is None]


def text_files(publication: Publication) -> list[Path]:
    """The files that hold text: all but the manifest."""
    return [entry.path for entry in publication.entries if entry is not publication.manifest_entry]


def audit_text(acts: Iterable[tuple[Publication, str]]) -> Comparison:
    """The audit of any tool's text."""
    total = Comparison()
    for publication, text in acts:
        sources = [source for path in text_files(publication) if (source := read_source(path.read_bytes()))]
        total.add(compare(sources, text))
    return total


def ours(publication: Publication) -> str:
    """Parse and render."""
    return "".join(render_act(act) for act in parse_publication(publication).acts)


def measure_lxml(paths: list[Path], megabytes: float) -> Tool:
    """Parsing alone: the bound for everything that builds on lxml."""
    return Tool("lxml, parsing only", megabytes / best(lambda: [etree.fromstring(path.read_bytes()) for path in paths]))


def measure_us(acts: list[Publication], megabytes: float) -> Tool:
    """Parsing, units, keys and rendering."""
    seconds = best(lambda: [ours(publication) for publication in acts])
    largest = max(acts, key=lambda publication: publication.main.size)
    size = sum(path.stat().st_size for path in text_files(largest)) / 1e6
    return Tool(
        "lexatron, units and rendered text",
        megabytes / seconds,
        audit_text((publication, ours(publication)) for publication in acts),
        size / best(lambda: ours(largest)),
    )


def measure_peer(python: str, acts: list[Publication], megabytes: float) -> Tool:
    """tulit over every file, one pass."""
    paths = [path for publication in acts for path in text_files(publication)]
    done = subprocess.run(
        [python, str(ROOT / "benchmarks/formex_peer.py")],
        input="".join(f"{path}\n" for path in paths), capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = {row["file"]: row for row in map(json.loads, done.stdout.splitlines())}
    texts = ("\n".join(rows[str(path)]["text"] for path in text_files(publication)) for publication in acts)
    largest = max(paths, key=lambda path: path.stat().st_size)
    return Tool(
        "tulit (PyPI)",
        megabytes / sum(row["seconds"] for row in rows.values()),
        audit_text(zip(acts, texts, strict=True)),
        largest.stat().st_size / 1e6 / rows[str(largest)]["seconds"],
    )


def measure_workers(source: Path) -> float:
    """How many times as fast two workers are as one, through the stage's engine."""

    def drain(workers: int) -> float:
        with open_engine("local", workers) as engine:
            return best(
                lambda: [None for _ in results(read_from([source] * COPIES, Position()), engine)], 3, time.perf_counter
            )

    return drain(1) / drain(2)


def measure_peak(acts: list[Publication]) -> int:
    """Peak memory in MB of a process that reads the largest act, repeated up to 100 MB."""
    data = max(acts, key=lambda publication: publication.main.size).main.read()
    first, last = data.index(b"<DIVISION"), data.rindex(b"</DIVISION>") + len(b"</DIVISION>")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "act.xml")
        with path.open("wb") as file:
            file.write(data[:first])
            for _ in range(100_000_000 // (last - first) + 1):
                file.write(data[first:last])
            file.write(data[last:])
        done = subprocess.run([sys.executable, "-c", PEAK, path], capture_output=True, text=True, check=True, cwd=ROOT)
    return int(done.stdout)


def columns() -> list[str]:
    """Categories in the table."""
    return [name for name in CATEGORIES if name != "other"]


def percent(kept: Kept) -> str:
    """A share in per cent that says 100 only where nothing is missing."""
    return "100" if kept.kept == kept.total else f"{min(100 * kept.share, 99.99):.2f}"


def rows(measured: Measured) -> list[list[str]]:
    """The table's rows: speed, ratio to us, words and 3-grams kept by category, quotation marks, glued words."""
    us = next(tool for tool in measured.tools if tool.largest and tool.name.startswith("lexatron"))
    table = []
    for tool in measured.tools:
        row = [tool.name, f"{tool.megabytes_per_second:.1f}", f"{tool.largest:.1f}" if tool.largest else "–"]
        row.append(f"{us.megabytes_per_second / tool.megabytes_per_second:.2f}")
        found = tool.found
        if found is None:
            row += ["–"] * (len(columns()) + 2)
        else:
            for name in columns():
                category = found.categories[name]
                row.append(f"{percent(category.words)} / {percent(category.trigrams)}")
            row += [percent(found.marks), f"{1000 * found.glued / max(1, found.rendered):.2f}"]
        table.append(row)
    return table


HEAD = ["tool", "MB/s", "largest file", "we are faster by", *columns(), "quotation marks", "glued per 1,000"]


def markdown(measured: Measured) -> str:
    """The part of the documentation that this benchmark writes."""
    lines = [
        f"{measured.files} files with text, {measured.megabytes:.1f} MB, Python {sys.version.split()[0]}, one process. "
        "Columns by category: % of words / of 3-grams kept.",
        "",
        "| " + " | ".join(HEAD) + " |",
        "|" + " --- |" * len(HEAD),
        *("| " + " | ".join(row) + " |" for row in rows(measured)),
    ]
    if measured.two_workers is not None:
        lines += ["", f"Two workers are {measured.two_workers:.2f} times as fast as one."]
    if measured.peak_mb is not None:
        lines += ["", f"Peak memory on an act of 100 MB: {measured.peak_mb} MB."]
    return "\n".join(lines)


def update_docs(path: Path, text: str) -> None:
    """Replace the part between the markers."""
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    write_text(path, pattern.sub(lambda _: f"{BEGIN}\n{text}\n{END}", path.read_text("utf-8")))


def peer_of(option: str | None) -> str | None:
    """The Python that has tulit: the one given, or this one."""
    return option or (sys.executable if importlib.util.find_spec("tulit") else None)


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--peer-python", help="Python of an environment with tulit installed.")
@click.option("--workers/--no-workers", default=True, show_default=True, help="Also compare two workers with one.")
@click.option("--docs", type=click.Path(path_type=Path, exists=True), help="Write the table into this document.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def main(source: Path, peer_python: str | None, workers: bool, docs: Path | None, json_file: Path | None) -> None:
    """Bare lxml, us and tulit on the FORMEX files of a folder."""
    gc.disable()
    acts = publications(source)
    paths = [path for publication in acts for path in text_files(publication)]
    megabytes = sum(path.stat().st_size for path in paths) / 1e6
    measured = Measured(len(paths), megabytes, [measure_lxml(paths, megabytes), measure_us(acts, megabytes)])
    if python := peer_of(peer_python):
        measured.tools.append(measure_peer(python, acts, megabytes))
    else:
        console.print("tulit is not installed here: give --peer-python to compare with it")
    if workers:
        measured.two_workers = measure_workers(source)
    measured.peak_mb = measure_peak(acts)
    summary_table("FORMEX", HEAD, rows(measured))
    console.print(f"two workers / one: {measured.two_workers}; peak on 100 MB: {measured.peak_mb} MB")
    if docs:
        update_docs(docs, markdown(measured))
    write_json(json_file, _as_json(measured))


def _as_json(measured: Measured) -> dict[str, Any]:
    return {
        "files": measured.files,
        "megabytes": measured.megabytes,
        "two_workers": measured.two_workers,
        "peak_mb": measured.peak_mb,
        "tools": [dict(zip(HEAD, row, strict=True)) for row in rows(measured)],
    }


if __name__ == "__main__":
    main()
