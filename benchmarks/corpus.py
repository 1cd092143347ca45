"""From XML to a verified corpus and cited questions: seconds, MB/s and peak memory of every stage, and leakage.

python benchmarks/corpus.py --size 2GB --workers 2 --docs docs/corpus.md --json FILE
python benchmarks/corpus.py --size 50MB --keep runs/corpus-benchmark

Invented acts in five languages, with consolidated texts, corrigenda and near-duplicates, go through the commands as a
user would type them, each a process of its own. What must not be in the training data is known from the generator's
ground truth, and looked for in the provenance of what was written.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from corpus_leakage import CLOSE, LOOSE, Leakage, find_leakage, merged, read_known, written

from data_prep.split import SPLITS
from lexatron.atomic import write_text
from lexatron.console import console, summary_table, write_json

ROOT = Path(__file__).resolve().parent.parent
UNITS = {"MB": 1_000_000, "GB": 1_000_000_000}
SHARES = {"versions": 0.3, "corrigenda": 0.05, "near-duplicates": 0.1}
CALIBRATION_ACTS = 200
TARGET_GB, TARGET_CORES, TARGET_MINUTES = 25, 8, 20
TO_BIN = ("formex", "corpus")  # the stages from XML to .bin; the tokenizer is there already, or is trained once
SAMPLE_SECONDS = 0.2
BEGIN, END = "<!-- corpus benchmark: begin -->", "<!-- corpus benchmark: end -->"


@dataclass(frozen=True)
class Stage:
    """One command.

    Attributes:
        seconds: by the clock. cpu_seconds: of its processes, in user mode and in the system, added up.
        peak_mb: resident memory of its process tree; None where not measured. output_mb: written.
    """

    name: str
    seconds: float
    cpu_seconds: float
    peak_mb: float | None
    output_mb: float


@dataclass(frozen=True)
class Measured:
    """Everything that one run of the benchmark found."""

    megabytes: float
    texts: int
    workers: int
    stages: list[Stage]
    leakage: Leakage
    contamination: dict[str, dict[str, Any]]
    stats: dict[str, Any]

    @property
    def to_bin_seconds(self) -> float:
        """From XML to `.bin`."""
        return sum(stage.seconds for stage in self.stages if stage.name in TO_BIN)

    def extrapolated_minutes(self, cores: int) -> float:
        """Minutes from `TARGET_GB` of XML to `.bin`, linear in size and cores."""
        return self.to_bin_seconds * TARGET_GB * 1000 / self.megabytes * self.workers / cores / 60


def run_stage(name: str, arguments: Iterable[object], output: Path) -> Stage:
    """Run `lexatron data NAME ...` and watch its memory.

    Raises:
        click.ClickException: it failed; with the last lines that it printed.
    """
    command = [sys.executable, "-m", "lexatron.cli", "data", name, *map(str, arguments)]
    console.print(f"lexatron data {name} ...", highlight=False)
    with tempfile.TemporaryFile("w+") as log:
        started, cpu_before = time.perf_counter(), cpu_of_children()
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
        watch = MemoryWatch(process.pid)
        watch.start()
        code = process.wait()
        seconds = time.perf_counter() - started
        watch.stop()
        if code:
            log.seek(0)
            raise click.ClickException(f"{' '.join(command)}\n{''.join(log.readlines()[-20:])}")
    return Stage(name, seconds, cpu_of_children() - cpu_before, watch.peak_mb, size_mb(output))


def cpu_of_children() -> float:
    """Processor time of all processes that this one and they have started and seen end, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class MemoryWatch(threading.Thread):
    """Peak of the resident memory of a process and all its descendants, summed; None where there is no /proc."""

    def __init__(self, process: int):
        super().__init__(daemon=True)
        self._process, self._done = process, threading.Event()
        self.peak_mb: float | None = None

    def run(self) -> None:
        if not Path("/proc/self/stat").exists():
            return
        peak = 0
        while not self._done.wait(SAMPLE_SECONDS):
            peak = max(peak, tree_pages(self._process))
            self.peak_mb = peak * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self) -> None:
        """End the watching."""
        self._done.set()
        self.join()


def tree_pages(root: int) -> int:
    """Resident pages of a process and its descendants."""
    pages: dict[int, int] = {}
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (found := _status(entry)):
            parent, resident = found
            children[parent].append(int(entry.name))
            pages[int(entry.name)] = resident
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        total += pages.get(process, 0)
        waiting.extend(children[process])
    return total


def _status(entry: Path) -> tuple[int, int] | None:
    """Parent and resident pages of a process; None where it has ended meanwhile."""
    try:
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), int(fields[21])


def size_mb(path: Path) -> float:
    """Size of the files of a folder."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6


def xml_mb(folder: Path) -> float:
    """Size of the XML in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*.xml")) / 1e6


def sample(folder: Path, acts: int, workers: int) -> Stage:
    """Generate so many acts, with what belongs to them."""
    shares = [part for name, share in SHARES.items() for part in (f"--{name}", share)]
    return run_stage("sample", ["-o", folder, "--acts", acts, *shares, "--workers", workers], folder)


def run_all(folder: Path, size: int, workers: int, tokenizer: Path | None, pairs: int) -> Measured:
    """The whole way, in a folder of its own."""
    acts, corpus, xml = folder / "acts", folder / "corpus", folder / "xml"
    sample(folder / "calibration", CALIBRATION_ACTS, workers)
    each = xml_mb(folder / "calibration") * 1e6 / CALIBRATION_ACTS
    stages = [sample(xml, max(1, round(size / each)), workers)]
    stages.append(run_stage("formex", [xml, "-o", acts, "--workers", workers], acts))
    if tokenizer is None:
        tokenizer = folder / "tokenizer"
        stages.append(run_stage("tokenizer", [acts, "-o", tokenizer], tokenizer))
    options = ["--versions", "both", "--corrigenda"]  # all that could leak
    arguments = [acts, "-o", corpus, "--tokenizer", tokenizer, "--workers", workers, *options]
    stages.append(run_stage("corpus", arguments, corpus))
    stages.append(run_stage("verify", [corpus], folder / "nothing"))
    if pairs:
        qa = [acts, "-o", folder / "qa", "--pairs", pairs, "--splits", corpus / "splits.json", "--workers", workers]
        stages.append(run_stage("qa", qa, folder / "qa"))
    stats = json.loads((corpus / "stats.json").read_text("utf-8"))
    known = read_known(xml / "ground_truth.jsonl")
    leakage = find_leakage(written(corpus), known, merged(corpus))
    return Measured(xml_mb(xml), len(known), workers, stages, leakage, stats.pop("contamination"), stats)


HEAD = ["stage", "seconds", "CPU seconds", "MB/s of XML", "peak memory, MB", "written, MB"]


def rows(measured: Measured) -> list[list[str]]:
    """The table's rows, one a stage."""
    return [
        [
            stage.name,
            f"{stage.seconds:,.1f}",
            f"{stage.cpu_seconds:,.1f}",
            f"{measured.megabytes / stage.seconds:,.1f}",
            "not measured" if stage.peak_mb is None else f"{stage.peak_mb:,.0f}",
            f"{stage.output_mb:,.0f}",
        ]
        for stage in measured.stages
    ]


def findings(measured: Measured) -> list[str]:
    """Leakage, contamination and the extrapolation, in sentences."""
    leakage, workers = measured.leakage, measured.workers
    shares = [figures["median_share"] for figures in measured.contamination.values()]
    contained = sum(figures["contained"] for figures in measured.contamination.values())
    texts = sum(figures["texts"] for figures in measured.contamination.values())
    target = measured.extrapolated_minutes(TARGET_CORES)
    counts = ", ".join(f"{leakage.documents.get(split, 0):,} {split}" for split in SPLITS)
    return [
        f"Documents written: {counts}. Works with documents in more than one split: {leakage.shared}. Consolidated "
        f"texts and corrigenda of held-out works in training: {leakage.misplaced}. Documents that the ground truth "
        f"does not know or has under another work: {leakage.unknown}.",
        f"Planted near-duplicates above {CLOSE}: {leakage.close:,}, of which {leakage.close_left:,} stand beside their "
        f"original. Below {LOOSE}: {leakage.loose:,}, of which {leakage.loose_merged:,} were taken for one.",
        f"Held-out texts checked for shared 13-word-grams: {texts:,}; contained in training: {contained}; median "
        f"share by language {min(shares, default=0):.0%} to {max(shares, default=0):.0%} (the invented acts share "
        "their formulas).",
        f"XML to `.bin` ({' and '.join(TO_BIN)}): {measured.to_bin_seconds:,.1f} s with {workers} workers, "
        f"{measured.megabytes / measured.to_bin_seconds:,.1f} MB/s. Extrapolated linearly, not measured: "
        f"{TARGET_GB} GB in {measured.extrapolated_minutes(workers):,.1f} minutes with {workers} workers, in "
        f"{target:,.1f} minutes on {TARGET_CORES} cores (target: under {TARGET_MINUTES}).",
    ]


def markdown(measured: Measured) -> str:
    """The part of the documentation that this benchmark writes."""
    head = (
        f"{measured.megabytes:,.0f} MB of XML, {measured.texts:,} texts in five languages, {os.cpu_count()} cores, "
        f"{measured.workers} workers, Python {sys.version.split()[0]}. CPU seconds and peak memory are sums over "
        "the processes of a stage."
    )
    table = ["| " + " | ".join(HEAD) + " |", "| --- |" + " ---: |" * (len(HEAD) - 1)]
    table += ["| " + " | ".join(row) + " |" for row in rows(measured)]
    return "\n".join([head, "", *table, "", *(f"- {finding}" for finding in findings(measured))])


def update_docs(path: Path, text: str) -> None:
    """Replace the part between the markers.

    Raises:
        click.ClickException: the document has no markers.
    """
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    new, found = pattern.subn(lambda _: f"{BEGIN}\n{text}\n{END}", path.read_text("utf-8"))
    if not found:
        raise click.ClickException(f"{path}: no line {BEGIN}")
    write_text(path, new)


def parse_size(_context: click.Context, _option: click.Parameter, text: str) -> int:
    """`2GB` -> 2,000,000,000."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([MG]B)", text.strip(), re.IGNORECASE)
    if match is None or float(match[1]) <= 0:
        raise click.BadParameter(f"{text} is not a size like 50MB or 2GB")
    return round(float(match[1]) * UNITS[match[2].upper()])


@click.command()
@click.option("--size", default="2GB", show_default=True, callback=parse_size, help="XML to generate: 50MB, 2GB.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes of every stage.")
@click.option("--tokenizer", type=click.Path(path_type=Path, exists=True), help="Use this one, and train none.")
@click.option("--pairs", type=click.IntRange(0), default=150_000, show_default=True, help="Questions; 0 for none.")
@click.option("--keep", type=click.Path(path_type=Path), help="New folder for all that is made; else it is deleted.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
@click.option("--docs", type=click.Path(path_type=Path, exists=True), help="Write the table into this document.")
def main(
    size: int,
    workers: int,
    tokenizer: Path | None,
    pairs: int,
    keep: Path | None,
    json_file: Path | None,
    docs: Path | None,
) -> None:
    """From invented XML to a corpus and questions, stage by stage."""
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise click.ClickException(f"{keep}: not empty; give a new folder, for a finished stage would do nothing")
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        resolved = tokenizer.resolve() if tokenizer else None
        measured = run_all(folder.resolve(), size, workers, resolved, pairs)
    title = f"{measured.megabytes:,.0f} MB of XML, {measured.texts:,} texts, {workers} workers"
    summary_table(title, HEAD, rows(measured))
    for finding in findings(measured):
        console.print(finding, highlight=False, soft_wrap=True)
    if docs:
        update_docs(docs, markdown(measured))
    write_json(json_file, {**asdict(measured), "minutes_on_8_cores": measured.extrapolated_minutes(TARGET_CORES)})
    if not measured.leakage.clean:
        raise click.ClickException("held-out works are in the training data")


if __name__ == "__main__":
    main()
