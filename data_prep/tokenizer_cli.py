"""`lexatron data tokenizer`: a tokenizer trained on acts, as a Hugging Face folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from data_prep.formex.rendering import render_act
from data_prep.formex.store import read_acts, shard_paths
from data_prep.stage_folder import run_stage
from data_prep.tokenizer import Tokenizer
from data_prep.tokenizer_folder import write_tokenizer_folder
from data_prep.tokenizer_train import ModelType, train_sentencepiece
from lexatron.console import console, next_step, progress_bar, summary_table, write_json
from lexatron.stage import fingerprint

STAGE = "tokenizer"
CODE = ("data_prep.formex", "data_prep.llama3", "data_prep.tokenizer_folder", "data_prep.tokenizer_train")


@click.command()
@click.argument("acts", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--vocab-size", type=click.IntRange(min=1), default=4096, show_default=True, help="Tokens in all.")
@click.option("--type", "model_type", type=click.Choice(["bpe", "unigram"]), default="bpe", show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the table here, too.")
def tokenizer(acts: Path, output: Path, vocab_size: int, model_type: ModelType, json_file: Path | None) -> None:
    """Train a SentencePiece tokenizer on ACTS, a folder of acts-*.jsonl.zst.

    A multiple of 128 (times the tensor-parallel size) spares Megatron the padding of its embeddings.
    """
    options = {"vocab_size": vocab_size, "type": model_type}

    def build(folder: Path) -> dict[str, Any]:
        counts = {"acts": 0}
        write_tokenizer_folder(train_sentencepiece(_texts(acts, counts), vocab_size, model_type), folder)
        return counts

    marker = run_stage(output, STAGE, fingerprint(shard_paths(acts), options, *CODE), build)
    trained = Tokenizer.load(output)
    result = {
        "type": model_type,
        "vocab_size": trained.vocab_size,
        "acts": marker.counts["acts"],
        "encoded_by": trained.backend,
        "fingerprint": trained.fingerprint,
        "seconds": marker.seconds,
    }
    summary_table("Tokenizer", ["", "value"], list(result.items()))
    if trained.notice:
        console.print(trained.notice, highlight=False, soft_wrap=True)
    write_json(json_file, result)
    next_step(f"lexatron data corpus {acts} -o CORPUS_DIR --tokenizer {output}")


def _texts(acts: Path, counts: dict[str, int]) -> Iterator[str]:
    with progress_bar("acts") as bar:
        task = bar.add_task("Reading acts", total=None)
        for act in read_acts(acts):
            counts["acts"] += 1
            bar.advance(task)
            yield render_act(act)
