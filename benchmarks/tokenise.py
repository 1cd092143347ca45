"""Text to `.bin`: our way, the batched encoder of `tokenizers` and Megatron-LM's classic way, on the same texts.

python benchmarks/tokenise.py [ACTS_DIR] [--tokenizer DIR] [--megabytes 32] [--json FILE]

Each reads one file of JSON lines, encodes every document, ends it and writes `.bin/.idx`; the bytes are compared.
Counted is wall-clock time, the best of some passes, without the start of processes and the loading of tokenizers,
which every pass does anew, so that no cache is warm.

The classic way is that of Megatron-LM's tools/preprocess_data.py: a pool of processes, one encode call a document,
Megatron's own `IndexedDatasetBuilder` (where it is installed, else our writer). It calls `tokenizers` directly,
which is faster than going through `transformers` as Megatron-LM does.

Without ACTS_DIR the texts are invented acts, whose words repeat more than those of real ones; without --tokenizer a
byte-level BPE with Llama 3's pre-tokenizer is trained on them, since Llama 3's own file is gated.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import click
import numpy as np
import orjson
import tokenizers
from tokenizers import Regex, decoders, models, pre_tokenizers, trainers

from data_prep.engine import open_engine
from data_prep.formex.acts import LANGUAGES, Act
from data_prep.formex.parser import parse_paths
from data_prep.formex.rendering import render_act
from data_prep.formex.store import read_acts
from data_prep.general import Part, read_texts, shards
from data_prep.indexed import bin_path, idx_path, indexed_writer, token_dtype
from data_prep.llama3 import EOS, SPECIAL_TOKENS
from data_prep.sample.collection import Request
from data_prep.sample.write import write_acts
from data_prep.tokenizer import Tokenizer
from data_prep.tokenizer_proof import batches
from lexatron.console import console, summary_table, write_json
from lexatron.errors import UserError
from lexatron.stage import file_digest

VOCAB_SIZE = 32_000
TRAINING_CHARACTERS = 16_000_000
ACTS_A_ROUND = 40
LLAMA_3_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CHUNK = 32  # documents that a process of the classic way gets at a time, as there

BATCHED, CLASSIC = "tokenizers, batched encoder", "Megatron-LM's classic way"
TARGETS = {BATCHED: 5.0, CLASSIC: 10.0}


@dataclass(frozen=True)
class Corpus:
    """The texts that all encode: a file of JSON lines, and its size without the JSON."""

    path: Path
    documents: int
    megabytes: float


@dataclass(frozen=True)
class Result:
    """One way: its speed, and the digest of what it wrote."""

    name: str
    megabytes_per_second: float
    bin_sha256: str


Way = Callable[[Path, Path, Path], float]
"""`way(jsonl, tokenizer folder, prefix) -> seconds`; writes the pair `prefix`."""


def train_llama3_style(texts: Iterable[str], vocab_size: int, folder: Path) -> None:
    """Write a folder with a byte-level BPE as Llama 3 has it: words split alike, special tokens behind the rest."""
    made = tokenizers.Tokenizer(models.BPE(ignore_merges=True))
    split = pre_tokenizers.Split(Regex(LLAMA_3_WORDS), "isolated")
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    size = vocab_size - len(SPECIAL_TOKENS)
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator(texts, trainer)
    made.add_special_tokens(list(SPECIAL_TOKENS))
    folder.mkdir(parents=True, exist_ok=True)
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"eos_token": EOS}), "utf-8")


def sample_texts() -> Iterator[str]:
    """Rendered sample acts without end."""
    for seed in count(1):
        with tempfile.TemporaryDirectory() as folder, open_engine() as engine:
            write_acts(Request(ACTS_A_ROUND, seed, LANGUAGES), Path(folder), engine, lambda done: None)
            yield from (render_act(act) for act in parse_paths([Path(folder)]) if isinstance(act, Act))


def write_corpus(texts: Iterable[str], megabytes: float, path: Path) -> Corpus:
    """Write texts up to a size as JSON lines."""
    documents, size = 0, 0
    with open(path, "wb") as file:
        for text in texts:
            file.write(orjson.dumps({"text": text}) + b"\n")
            documents, size = documents + 1, size + len(text.encode())
            if size >= megabytes * 1e6:
                break
    return Corpus(path, documents, size / 1e6)


def first_texts(corpus: Corpus, characters: int) -> Iterator[str]:
    """Texts of about so many characters, to train on."""
    for text in texts_of(corpus.path):
        yield text
        characters -= len(text)
        if characters <= 0:
            return


def texts_of(source: Path | Part) -> Iterator[str]:
    """The documents; there is none that cannot be read."""
    for text in read_texts(source):
        assert isinstance(text, str)
        yield text


def encode_to(tokenizer: Tokenizer, source: Path | Part, prefix: Path) -> None:
    """Our way: batches of documents, each with the token that ends it."""
    with indexed_writer(prefix, token_dtype(tokenizer.vocab_size)) as writer:
        for batch in batches(texts_of(source)):
            for ids in tokenizer.encode_batch(batch):
                writer.add_document(np.append(ids, tokenizer.eos_id))


def one_process(fast: bool, jsonl: Path, folder: Path, prefix: Path) -> float:
    """Ours, or the same with the batched encoder of `tokenizers`: threads on all cores."""
    tokenizer = Tokenizer.load(folder, fast=fast)
    if fast and tokenizer.backend != "gigatoken":
        raise UserError("gigatoken does not encode this tokenizer", where=folder, remedy=tokenizer.notice)
    started = time.perf_counter()
    encode_to(tokenizer, jsonl, prefix)
    return time.perf_counter() - started


@dataclass(frozen=True)
class ShardJob:
    """A part to encode in a worker; its pair is `prefix`. Without a part the worker only gets ready."""

    folder: str
    part: Part | None
    prefix: str


_loaded: dict[str, Tokenizer] = {}


def encode_shard(job: ShardJob) -> None:
    """Encode a part in a worker, which loads the tokenizer once."""
    if job.folder not in _loaded:
        _loaded[job.folder] = Tokenizer.load(job.folder)
        time.sleep(1)  # so that the other worker gets a job to get ready by, too
    if job.part is not None:
        encode_to(_loaded[job.folder], job.part, Path(job.prefix))


def two_workers(jsonl: Path, folder: Path, prefix: Path) -> float:
    """Ours through the engine of the stages: two processes, one thread each, a pair a part; then the pairs joined.

    Joining is for the comparison and not counted: a corpus is trained on in shards.
    """
    parts = shards([jsonl], max(1, jsonl.stat().st_size // 8))
    jobs = [ShardJob(str(folder), part, f"{prefix}-{number}") for number, part in enumerate(parts)]
    with open_engine("local", workers=2) as engine:
        list(engine.imap(encode_shard, [ShardJob(str(folder), None, "")] * 2))
        started = time.perf_counter()
        list(engine.imap(encode_shard, jobs))
        seconds = time.perf_counter() - started
    with open(bin_path(prefix), "wb") as joined:
        for job in jobs:
            joined.write(bin_path(job.prefix).read_bytes())
    return seconds


_classic: list[tokenizers.Tokenizer] = []


def start_classic(folder: Path) -> None:
    """Load the tokenizer of a process of the classic way."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    _classic[:] = [tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))]
    _classic[0].encode_special_tokens = True


def encode_classic(eos_id: int, line: str) -> list[int]:
    """One document."""
    return [*_classic[0].encode(json.loads(line)["text"], add_special_tokens=False).ids, eos_id]


def classic(jsonl: Path, folder: Path, prefix: Path) -> float:
    """Megatron-LM's classic way, with a process a core."""
    tokenizer = Tokenizer.load(folder, fast=False)
    pool = multiprocessing.get_context("spawn").Pool(os.cpu_count(), start_classic, (folder,))
    with pool, open(jsonl, encoding="utf-8") as lines, builder(prefix, tokenizer.vocab_size) as add:
        pool.map(partial(encode_classic, 0), ['{"text": ""}'] * 64, chunksize=1)  # all have started
        started = time.perf_counter()
        for ids in pool.imap(partial(encode_classic, tokenizer.eos_id), lines, CHUNK):
            add(ids)
    return time.perf_counter() - started


@contextmanager
def builder(prefix: Path, vocab_size: int) -> Iterator[Callable[[list[int]], object]]:
    """Megatron's own writer, or ours where Megatron is not installed."""
    try:
        from megatron.core.datasets.indexed_dataset import IndexedDatasetBuilder
    except ImportError:
        console.print("Megatron-Core is not installed: the classic way writes with our writer")
        with indexed_writer(prefix, token_dtype(vocab_size)) as writer:
            yield writer.add_document
        return
    made: Any = IndexedDatasetBuilder(str(bin_path(prefix)), token_dtype(vocab_size).type)
    yield lambda ids: made.add_document(ids, [len(ids)])
    made.finalize(str(idx_path(prefix)))


WAYS: dict[str, Way] = {
    "lexatron (gigatoken)": partial(one_process, True),
    "lexatron, two workers": two_workers,
    BATCHED: partial(one_process, False),
    CLASSIC: classic,
}


def measure(corpus: Corpus, folder: Path, passes: int, work: Path) -> list[Result]:
    """Every way over the corpus."""
    results = []
    for number, (name, way) in enumerate(WAYS.items()):
        prefix = work / f"pair-{number}"
        seconds = min(way(corpus.path, folder, prefix) for _ in range(passes))
        results.append(Result(name, corpus.megabytes / seconds, file_digest(bin_path(prefix))))
    return results


def ratios(results: list[Result]) -> dict[str, float]:
    """How many times as fast ours in one process is as the others."""
    ours = results[0].megabytes_per_second
    return {result.name: ours / result.megabytes_per_second for result in results}


def show(corpus: Corpus, results: list[Result]) -> None:
    """The table, and whether the targets are met."""
    faster = ratios(results)
    rows = [
        [
            result.name,
            f"{result.megabytes_per_second:.1f}",
            f"{faster[result.name]:.2f}",
            f"{TARGETS[result.name]:g}" if result.name in TARGETS else "",
            "yes" if result.bin_sha256 == results[0].bin_sha256 else "NO",
        ]
        for result in results
    ]
    title = f"{corpus.documents:,} documents, {corpus.megabytes:.1f} MB of text, {os.cpu_count()} cores"
    summary_table(title, ["", "MB/s", "ours is faster by", "target", "same tokens"], rows)


@click.command()
@click.argument("acts", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@click.option("--tokenizer", "tokenizer_path", type=click.Path(path_type=Path), help="Folder with tokenizer.json.")
@click.option("--megabytes", type=float, default=32.0, show_default=True, help="Text at most.")
@click.option("--passes", type=click.IntRange(min=1), default=3, show_default=True, help="The best one counts.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def main(acts: Path | None, tokenizer_path: Path | None, megabytes: float, passes: int, json_file: Path | None) -> None:
    """Tokenise the texts of ACTS, a folder of acts-*.jsonl.zst, or invented ones, in four ways."""
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        texts = map(render_act, read_acts(acts)) if acts else sample_texts()
        corpus = write_corpus(texts, megabytes, work / "texts.jsonl")
        folder = work / "tokenizer"
        if tokenizer_path is None:
            train_llama3_style(first_texts(corpus, TRAINING_CHARACTERS), VOCAB_SIZE, folder)
        else:
            Tokenizer.load(tokenizer_path).copy_to(folder)
        loaded = Tokenizer.load(folder)
        made = "as given" if tokenizer_path else "trained on these texts, in Llama 3's style"
        console.print(f"Tokenizer: {made}, {loaded.vocab_size:,} tokens", highlight=False, soft_wrap=True)
        results = measure(corpus, folder, passes, work)
    show(corpus, results)
    identical = len({result.bin_sha256 for result in results}) == 1
    figures = {
        "documents": corpus.documents,
        "megabytes": corpus.megabytes,
        "cores": os.cpu_count(),
        "vocab_size": loaded.vocab_size,
        "identical": identical,
        "ways": [asdict(result) for result in results],
        "ours_is_faster_by": ratios(results),
    }
    write_json(json_file, figures)
    if not identical:
        raise SystemExit("the ways do not agree on the tokens")


if __name__ == "__main__":
    main()
