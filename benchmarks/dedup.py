"""Near-duplicates: us, datasketch's documented loop and its bulk calls on the same generated texts in one run.

python benchmarks/dedup.py --documents 2000 --json FILE

Two kinds of texts: acts of our own sample generator (shingles of 5 words) and instruction-like texts of random
sentences (shingles of 3 characters). Copies with some of their words replaced are planted in both. Every tool runs in
one process of its own, from the same texts: to shingles, to signatures of 128 slots (ours of 512 for characters), to
the documents that it drops at Jaccard 0.8. What it drops is judged by true similarities: recall of the planted pairs at
0.85 and above, precision as the share of drops that are truly like the document for which they were dropped.

`--form N` measures the hardest case instead: N texts of one form, 0.6 to 0.75 alike, none of them a near-duplicate.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import datasketch
import numpy as np

from data_prep.dedup import (
    CHARACTERS,
    CHARACTERS_LSH,
    LSH,
    WORDS,
    Shingling,
    jaccard,
    near_duplicates,
    shingles,
    signatures,
)
from data_prep.dedup.near import search
from data_prep.dedup.verify import Verifier
from data_prep.formex.parser import parse_publication
from data_prep.formex.reader import Publication, read_publications
from data_prep.formex.rendering import render_act
from lexatron.console import console, summary_table, write_json

ROOT = Path(__file__).resolve().parent.parent
THRESHOLD, WANTED = 0.8, 0.85
NUM_PERM = 128
ACTS = 400  # different ones at most: generating them takes longer than any tool but the loop
LETTERS = list("abcdefghijklmnopqrstuvwxyzéüñ")
SENTENCE_WORDS = 420  # about 2,800 characters, 850 tokens

Drops = list[tuple[int, int]]
"""Dropped document and the one for which it was dropped."""


@dataclass(frozen=True)
class Texts:
    """Generated texts: originals first, then their copies; `copies[k]` is the original of text `first_copy + k`."""

    name: str
    shingling: Shingling
    texts: list[str]
    first_copy: int
    copies: list[int]

    @property
    def megabytes(self) -> float:
        """Of UTF-8."""
        return sum(len(text.encode()) for text in self.texts) / 1e6


@dataclass
class Measured:
    """What one tool did with one kind of texts."""

    tool: str
    texts: str
    documents: int
    megabytes: float
    signing: float  # seconds from texts to signatures
    whole: float  # seconds from texts to drops
    drops: Drops
    peak_mb: int  # of the process, of which imports and texts take the same with every tool
    recall: float = 0.0
    precision: float = 0.0


def sample_acts(count: int) -> list[str]:
    """Rendered texts of our own sample acts, in English."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "lexatron.cli", "data", "sample", "--acts", str(count), "--languages", "en"]
        subprocess.run([*command, "-o", f"{folder}/acts"], check=True, cwd=ROOT, stderr=subprocess.DEVNULL)
        found = read_publications([Path(folder, "acts")])
        publications = [publication for publication in found if isinstance(publication, Publication)]
        return ["".join(map(render_act, parse_publication(publication).acts)) for publication in publications]


def random_texts(count: int, random: np.random.Generator) -> list[str]:
    """Texts of random words, a few hundred each, in sentences."""
    words = vocabulary(random)
    return [
        " ".join(random.choice(words, random.integers(SENTENCE_WORDS // 2, SENTENCE_WORDS * 3 // 2))).capitalize()
        for _ in range(count)
    ]


def vocabulary(random: np.random.Generator) -> list[str]:
    """Random words, some of which end a sentence."""
    return ["".join(random.choice(LETTERS, random.integers(2, 12))) + random.choice(["", "", "."]) for _ in range(8000)]


def with_copies(
    name: str, shingling: Shingling, originals: list[str], count: int, random: np.random.Generator
) -> Texts:
    """Plant copies in which up to 6 % (shingles of 5 words) or 10 % (of 3 characters) of the words are replaced."""
    words = vocabulary(random)
    chosen = random.integers(0, len(originals), count).tolist()
    copies = []
    for number in chosen:
        copy = originals[number].split()
        for at in np.flatnonzero(random.random(len(copy)) < random.uniform(0, 0.3 / shingling.size)):
            copy[at] = str(random.choice(words))
        copies.append(" ".join(copy))
    return Texts(name, shingling, originals + copies, len(originals), chosen)


def generate(documents: int) -> list[Texts]:
    """Both kinds of texts, as many in each, a third of them copies, and more where acts would take too long to make."""
    random = np.random.default_rng(1)
    originals = 2 * documents // 3
    acts = sample_acts(min(ACTS, originals))
    return [
        with_copies("acts", WORDS, acts, documents - len(acts), random),
        with_copies("sentences", CHARACTERS, random_texts(originals, random), documents - originals, random),
    ]


def ours(texts: Texts) -> tuple[float, Drops]:
    """Shingle sets are kept, as there is memory for those of a benchmark."""
    sets = [shingles(text, texts.shingling) for text in texts.texts]
    lsh = CHARACTERS_LSH if texts.shingling == CHARACTERS else LSH
    made = signatures(sets, lsh.num_perm)
    signed = time.perf_counter()
    matches = near_duplicates(made, np.arange(len(sets)), sets.__getitem__, THRESHOLD, lsh)
    return signed, [(match.dropped, match.kept) for match in matches]


def shingle_strings(text: str, shingling: Shingling) -> set[bytes]:
    """The same shingles as strings, in plain Python, as the documentation of datasketch builds them."""
    words = text.casefold().split()
    unit: list[str] | str = words if shingling.unit == "words" else " ".join(words)
    glue = " " if shingling.unit == "words" else ""
    last = max(1, len(unit) - shingling.size + 1)
    return {glue.join(unit[k : k + shingling.size]).encode() for k in range(last)}


def datasketch_loop(texts: Texts) -> tuple[float, Drops]:
    """The documented way: one update a shingle, one sketch a document, query and insert."""
    sketches = []
    for text in texts.texts:
        sketch = datasketch.MinHash(num_perm=NUM_PERM)
        for shingle in shingle_strings(text, texts.shingling):
            sketch.update(shingle)
        sketches.append(sketch)
    return time.perf_counter(), query_and_insert(sketches)


def datasketch_bulk(texts: Texts) -> tuple[float, Drops]:
    """Its bulk call, which updates a sketch with all shingles of a document at once."""
    sets = [list(shingle_strings(text, texts.shingling)) for text in texts.texts]
    sketches = datasketch.MinHash.bulk(sets, num_perm=NUM_PERM)
    return time.perf_counter(), query_and_insert(sketches)


def query_and_insert(sketches: list[Any]) -> Drops:
    """Its index at the threshold; the first document found is what one is dropped for."""
    index = datasketch.MinHashLSH(threshold=THRESHOLD, num_perm=NUM_PERM)
    drops = []
    for number, sketch in enumerate(sketches):
        if found := index.query(sketch):
            drops.append((number, min(found)))
        else:
            index.insert(number, sketch)
    return drops


TOOLS: dict[str, Callable[[Texts], tuple[float, Drops]]] = {
    "lexatron": ours,
    "datasketch, documented loop": datasketch_loop,
    "datasketch, bulk": datasketch_bulk,
}


def peak_mb() -> int:
    """The peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 << 20 if sys.platform == "darwin" else 1 << 10)


def measure(tool: str, texts: Texts) -> Measured:
    """Run one tool; in a process of its own, one core."""
    TOOLS[tool](Texts(texts.name, texts.shingling, texts.texts[:8], 8, []))  # imports, tables
    started = time.perf_counter()
    signed, drops = TOOLS[tool](texts)
    ended = time.perf_counter()
    size = texts.megabytes
    return Measured(tool, texts.name, len(texts.texts), size, signed - started, ended - started, drops, peak_mb())


def judge(measured: Measured, texts: Texts, true: Callable[[int, int], float]) -> None:
    """Recall of planted pairs and precision of drops, by true similarities."""
    dropped = {document for document, _ in measured.drops}
    pairs = [(texts.first_copy + k, original) for k, original in enumerate(texts.copies)]
    near = [copy for copy, original in pairs if true(copy, original) >= WANTED]
    right = sum(true(document, other) >= THRESHOLD for document, other in measured.drops)
    measured.recall = sum(copy in dropped for copy in near) / max(1, len(near))
    measured.precision = right / max(1, len(measured.drops))


def measure_all(texts: Texts) -> list[Measured]:
    """Every tool on the same texts, one after the other."""
    sets = [shingles(text, texts.shingling) for text in texts.texts]
    rows = []
    for tool in TOOLS:
        with alone() as pool:
            rows.append(pool.submit(measure, tool, texts).result())
        judge(rows[-1], texts, lambda a, b: jaccard(sets[a], sets[b]))
    return rows


@contextmanager
def alone() -> Iterator[ProcessPoolExecutor]:
    """One new process with one thread."""
    os.environ.update(RAYON_NUM_THREADS="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def measure_form(members: int, similarity: float, size: int = 300) -> dict[str, Any]:
    """The search among texts of one form, any two of which are that much alike."""
    random = np.random.default_rng(1)
    core = random.integers(0, 1 << 64, round(size * 2 * similarity / (1 + similarity)), dtype=np.uint64)
    own = random.integers(0, 1 << 64, (members, size - len(core)), dtype=np.uint64)
    sets = [np.sort(np.concatenate([core, rest])) for rest in own]
    verifier = Verifier(sets.__getitem__, THRESHOLD)
    made = signatures(sets)
    started = time.perf_counter()
    matches = search(made, np.arange(members), verifier)
    seconds = round(time.perf_counter() - started, 2)
    return {
        "similarity": similarity,
        "members": members,
        "seconds": seconds,
        "drops": len(matches),
        **asdict(verifier.work),
    }


HEAD = ["tool", "signatures/s", "ratio", "all: s", "ratio", "recall", "precision", "peak MB"]


def row(measured: Measured, us: Measured) -> list[str]:
    """One line of the table; ratios are how many times longer a tool takes than we do."""
    return [
        measured.tool.replace("datasketch, documented", "datasketch"),
        f"{measured.documents / measured.signing:,.0f}", f"{measured.signing / us.signing:.1f}",
        f"{measured.whole:.2f}", f"{measured.whole / us.whole:.1f}",
        f"{measured.recall:.3f}", f"{measured.precision:.3f}", str(measured.peak_mb),
    ]  # fmt: skip


@click.command()
@click.option("--documents", type=click.IntRange(min=30), default=2000, show_default=True, help="Texts of each kind.")
@click.option("--form", type=click.IntRange(min=2), help="Measure this number of texts of one form instead.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def main(documents: int, form: int | None, json_file: Path | None) -> None:
    """Us and datasketch on generated texts with planted near-duplicates."""
    if form:
        found = [measure_form(form, similarity) for similarity in (0.6, 0.7, 0.75)]
        summary_table("Texts of one form", list(found[0]), [list(one.values()) for one in found])
        write_json(json_file, {"form": found})
        return
    measured = [measure_all(texts) for texts in generate(documents)]
    for rows in measured:
        us = rows[0]
        title = f"{us.documents:,} {us.texts}, {us.megabytes:.1f} MB; recall at Jaccard {WANTED} and above"
        summary_table(title, HEAD, [row(one, us) for one in rows])
    ratios = [rows[1].signing / rows[0].signing for rows in measured]
    console.print(
        f"signatures against the documented loop: {' and '.join(f'{ratio:.0f}' for ratio in ratios)} times as fast"
    )
    fields = [{k: v for k, v in asdict(one).items() if k != "drops"} for rows in measured for one in rows]
    write_json(json_file, {"rows": fields, "ratios": ratios})


if __name__ == "__main__":
    main()
