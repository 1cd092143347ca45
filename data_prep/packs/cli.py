"""`lexatron data pack`: conversations in packs of one length, as NeMo's fine-tuning reads them.

lexatron data pack data/instruct -o data/packed --seq-length 2048 --tokenizer FOLDER
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from data_prep.chat import ChatTokenizer
from data_prep.chat.builtin import TEMPLATES
from data_prep.packs.about import SIDES, PackOptions, TooLong
from data_prep.packs.batches import batches
from data_prep.packs.packs import PackedSide
from data_prep.packs.writing import STAGE, fingerprint_of, write_packs
from data_prep.stage_folder import run_stage
from lexatron.console import console, next_step, summary_table, write_json

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("dataset", type=_PATH)
@click.option("-o", "--output", type=_PATH, required=True, help="Folder to write.")
@click.option("--tokenizer", required=True, help="Tokenizer folder, or a name on the Hugging Face hub.")
@click.option("--template", help=f"Chat template: {', '.join(TEMPLATES)}, or a Jinja file; else the tokenizer's own.")
@click.option("--seq-length", type=click.IntRange(2), default=2048, show_default=True, help="Tokens of a pack.")
@click.option("--multiple", type=click.IntRange(1), default=1, show_default=True,
              help="Pad conversations to a multiple: twice the context-parallel size.")  # fmt: skip
@click.option("--too-long", type=click.Choice(["truncate", "drop"]), default="truncate", show_default=True,
              help="A conversation longer than a pack loses its end, or is left out.")  # fmt: skip
@click.option("--tokens-per-step", type=click.IntRange(1), help="Suggest batch sizes for as many tokens.")
@click.option("--json", "json_file", type=_PATH, help="Write the table here, too.")
def pack(
    dataset: Path, output: Path, tokenizer: str, template: str | None, seq_length: int, multiple: int,
    too_long: TooLong, tokens_per_step: int | None, json_file: Path | None,
) -> None:  # fmt: skip
    """Pack training.jsonl and validation.jsonl of DATASET, conversations that do not see one another."""
    options = PackOptions(seq_length, multiple, too_long)
    options.check()
    chat = ChatTokenizer.load(tokenizer, template)
    for notice in chat.notices():
        console.print(notice, highlight=False, soft_wrap=True)
    wanted = fingerprint_of(dataset, chat, options)
    marker = run_stage(output, STAGE, wanted, lambda folder: write_packs(dataset, chat, options, wanted, folder))
    sides = {side: PackedSide(**marker.counts[side]) for side in SIDES}
    result: dict[str, Any] = {side: _figures(count, seq_length) for side, count in sides.items()}
    _show(result)
    words = [f"dataset={output}", f"tokenizer={tokenizer}", f"seq_length={seq_length}"]
    if template:
        words.append(f"chat_template={template}")
    if tokens_per_step:
        result["batches"] = _suggest(tokens_per_step, sides["training"].tokens_per_pack)
    write_json(json_file, {**result, "seconds": marker.seconds})
    next_step(f"lexatron train RECIPE {' '.join(words)}")


def _figures(count: PackedSide, seq_length: int) -> dict[str, Any]:
    """What the table shows of a side; `one_a_row` is the share of text without packing, padded to `seq_length`."""
    rows = count.packed_conversations
    return {
        "conversations": count.conversations,
        "cut": count.truncated,
        "left_out": count.dropped + count.unanswered,
        "packs": count.packs,
        "tokens": count.tokens,
        "answer_tokens": count.answer_tokens,
        "efficiency": count.efficiency,
        "one_a_row": count.tokens / (rows * seq_length),
        "padding_saved": (rows - count.packs) * seq_length,
    }


_ROWS = {
    "conversations": "conversations",
    "cut": "longer than a pack, cut",
    "left_out": "left out",
    "packs": "packs",
    "tokens": "tokens",
    "answer_tokens": "tokens in the loss",
    "efficiency": "full",
    "one_a_row": "full with one conversation a row",
    "padding_saved": "padding tokens saved",
}


def _show(result: dict[str, Any]) -> None:
    def cell(value: float) -> Any:
        return f"{value:.2%}" if isinstance(value, float) else value

    rows = [[title, *(cell(result[side][name]) for side in SIDES)] for name, title in _ROWS.items()]
    summary_table("Packs", ["", *SIDES], rows)


def _suggest(tokens_per_step: int, tokens_per_pack: float) -> list[dict[str, int]]:
    found = batches(tokens_per_step, tokens_per_pack)
    summary_table(
        f"Batches of about {tokens_per_step:,} tokens a step",
        ["data parallel", "global_batch_size", "micro batch x accumulation", "tokens a step"],
        [[f"{b.data_parallel}", b.global_batch_size, f"1 x {b.accumulation:,}", b.tokens] for b in found],
    )
    return [vars(batch) for batch in found]
