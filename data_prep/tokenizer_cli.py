"""`lexatron data tokenizer`: a tokenizer trained on acts, texts or conversations, as a Hugging Face folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from data_prep.stage_folder import run_stage
from data_prep.tokenizer import Tokenizer
from data_prep.tokenizer_folder import write_tokenizer_folder
from data_prep.tokenizer_texts import Counts, Source, find_source
from data_prep.tokenizer_train import SAMPLE_CHARACTERS, ModelType, sample_texts, train_sentencepiece
from lexatron.console import console, next_step, progress_bar, summary_table, write_json
from lexatron.stage import fingerprint

STAGE = "tokenizer"
CODE = (
    "data_prep.formex",
    "data_prep.general",
    "data_prep.lengths.dataset",
    "data_prep.llama3",
    "data_prep.tokenizer_folder",
    "data_prep.tokenizer_texts",
    "data_prep.tokenizer_train",
)

NEXT = {
    "acts": "lexatron data corpus {given} -o CORPUS_DIR --tokenizer {output}",
    "texts": "lexatron data corpus ACTS_DIR --general '{given}=10' -o CORPUS_DIR --tokenizer {output}",
    "conversations": "lexatron data lengths {given} --tokenizer {output}",
}


@click.command()
@click.argument("source", metavar="ACTS|TEXTS|DATASET", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--vocab-size", type=click.IntRange(min=1), default=4096, show_default=True, help="Tokens in all.")
@click.option("--type", "model_type", type=click.Choice(["bpe", "unigram"]), default="bpe", show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the table here, too.")
def tokenizer(source: Path, output: Path, vocab_size: int, model_type: ModelType, json_file: Path | None) -> None:
    """Train a SentencePiece tokenizer on a folder of acts (acts-*.jsonl.zst), on text (a file, a folder or a pattern
    of .jsonl, .parquet and .txt), or on the training side of a dataset folder (training.jsonl).

    Of more than 100 million characters a sample is trained on; what cannot be read is counted and passed over. A
    multiple of 128 (times the tensor-parallel size) spares Megatron the padding of its embeddings.
    """
    found = find_source(source)
    options = {"vocab_size": vocab_size, "type": model_type, "kind": found.kind}

    def build(folder: Path) -> dict[str, Any]:
        counts = Counts()
        sample = sample_texts(_shown(found, counts), SAMPLE_CHARACTERS)
        write_tokenizer_folder(train_sentencepiece(sample, vocab_size, model_type), folder)
        return asdict(counts) | {"trained_on": sum(map(len, sample))}

    marker = run_stage(output, STAGE, fingerprint(found.files, options, *CODE), build)
    trained = Tokenizer.load(output)
    result = {
        "type": model_type,
        "vocab_size": trained.vocab_size,
        found.kind: marker.counts["texts"],
        "rejected": marker.counts["rejected"],
        "characters": marker.counts["characters"],
        "characters_trained_on": marker.counts["trained_on"],
        "encoded_by": trained.backend,
        "fingerprint": trained.fingerprint,
        "seconds": marker.seconds,
    }
    _show(result, trained.notice)
    write_json(json_file, result)
    next_step(NEXT[found.kind].format(given=source, output=output))


def _show(result: dict[str, Any], notice: str | None) -> None:
    summary_table("Tokenizer", ["", "value"], [[name.replace("_", " "), value] for name, value in result.items()])
    if result["characters"] > SAMPLE_CHARACTERS:
        console.print("Trained on a sample of distinct texts, chosen by their hashes: the same in every run")
    if notice:
        console.print(notice, highlight=False, soft_wrap=True)


def _shown(source: Source, counts: Counts) -> Iterator[str]:
    with progress_bar(source.kind) as bar:
        task = bar.add_task(f"Reading {source.kind}", total=None)
        for text in source.read(counts):
            bar.advance(task)
            yield text
