"""`lexatron data lengths`: how long the conversations of a dataset are, and which sequence length suits them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from data_prep.chat.tokenise import ChatTokenizer
from data_prep.lengths import result as tables
from data_prep.lengths.dataset import dataset_files
from data_prep.lengths.stage import PAGE, RESULT, Lengths, parse_cut
from data_prep.limits import MANIFEST
from data_prep.stage_folder import run_stage
from data_prep.tokenizer import Tokenizer
from lexatron.console import console, next_step, summary_table, write_json
from lexatron.errors import UserError
from lexatron.stage import fingerprint

STAGE = "lengths"
CODE = (
    "data_prep.chat",
    "data_prep.curation.record",
    "data_prep.lengths",
    "data_prep.limits",
    "data_prep.packing",
    "data_prep.tokenizer",
    "data_prep.tokenizer_encoders",
)

FIELDS = ("source", "language", "role", "domain", "difficulty", "side", "kind")
WIDE = 120  # columns of a terminal that has room for all figures
_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("dataset", type=_PATH)
@click.option("--tokenizer", required=True, metavar="DIR|NAME", help="Tokenizer folder, or its name on the hub.")
@click.option("--template", help="Name of a chat template [default: the tokenizer's own].")
@click.option("--by", default=",".join(FIELDS), show_default=True, metavar="A,B",
              help="Group by these fields; one that no conversation has is left out.")  # fmt: skip
@click.option("--cut", default="512,1024,2048,4096,8192", show_default=True, metavar="A,B",
              help="Count what is lost where conversations are cut at these lengths.")  # fmt: skip
@click.option("--outliers", type=click.Choice(["report", "drop", "split"]), default="report", show_default=True,
              help="Above the 99th percentile: report only, or write a copy of the dataset to -o in which they are "
              "dropped, or split between turns.")  # fmt: skip
@click.option("-o", "--output", type=_PATH, help="Folder for figures, plots and an HTML report.")
@click.option("--json", "json_file", type=_PATH, help="Write the figures here, too.")
def lengths(
    dataset: Path, tokenizer: str, template: str | None, by: str, cut: str, outliers: Any, output: Path | None,
    json_file: Path | None,
) -> None:  # fmt: skip
    """Measure the conversations of DATASET in tokens, as its chat template writes them.

    DATASET is a folder of `lexatron data instruct` or `lexatron data qa`: training.jsonl, validation.jsonl, test.jsonl.
    """
    asked = Lengths(dataset, _fields(by), parse_cut(cut.split(",")), outliers)
    if output is None and asked.policy != "report":
        raise UserError(f"--outliers {asked.policy} writes a dataset", remedy="say where with -o FOLDER")
    chat, contents = ChatTokenizer.load(tokenizer, template), Tokenizer.load(tokenizer)
    for notice in chat.notices():
        console.print(notice, highlight=False, soft_wrap=True)
    found = _written(asked, chat, contents, output) if output else _figures(asked, chat, contents)
    _show(found, str(output or dataset))
    write_json(json_file, found)
    kept = output if output and asked.policy != "report" else dataset
    named = f" --template {template}" if template else ""
    length = found["suggested"]["seq_length"]
    next_step(f"lexatron data pack {kept} --tokenizer {tokenizer}{named} --seq-length {length} -o PACKED_DIR")


def _fields(by: str) -> tuple[str, ...]:
    fields = tuple(dict.fromkeys(part.strip() for part in by.split(",") if part.strip()))
    if unknown := [name for name in fields if name not in FIELDS]:
        raise UserError(f"--by {unknown[0]} is not a field to group by", remedy=f"choose of {', '.join(FIELDS)}")
    return fields


def _figures(asked: Lengths, chat: ChatTokenizer, contents: Tokenizer) -> tables.Json:
    return tables.result(asked.measured(chat, contents), asked.cut, asked.policy, {})


def _written(asked: Lengths, chat: ChatTokenizer, contents: Tokenizer, output: Path) -> tables.Json:
    manifest = asked.dataset / MANIFEST
    inputs = [*dataset_files(asked.dataset).values(), *([manifest] if manifest.is_file() else [])]
    options = {
        "by": asked.by,
        "cut": asked.cut,
        "policy": asked.policy,
        "chat": chat.fingerprints(),
        "tokenizer": contents.fingerprint,
    }

    def build(folder: Path) -> dict[str, Any]:
        found = asked.write(chat, contents, folder)
        return {name: found["outliers"][name] for name in ("by_side", "rewritten")} | {
            "conversations": found["conversations"]["number"]
        }

    run_stage(output, STAGE, fingerprint(inputs, options, *CODE), build)
    console.print(f"The report: {output / PAGE}", highlight=False, soft_wrap=True)
    return json.loads((output / RESULT).read_text("utf-8"))


def _show(found: tables.Json, where: str) -> None:
    groups = {"all": {"whole": found["conversations"]}} | found["groups"]
    for name, values in groups.items():
        title = f"Tokens of {where}" if name == "all" else f"By {name}"
        if console.width >= WIDE:
            summary_table(title, tables.SUMMARY_COLUMNS, tables.summary_rows(values))
        else:
            summary_table(title, tables.NARROW_COLUMNS, tables.narrow_rows(values))
    summary_table("Lost where conversations are cut", tables.CUT_COLUMNS, tables.cut_rows(found["cut"]))
    summary_table("Suggested sequence length, and its cost", ["", "value"], tables.cost_rows(found["suggested"]))
    outliers = found["outliers"]
    if outliers["rewritten"]:
        rows = tables.rewritten_rows(outliers["rewritten"])
        summary_table(f"Longer than {outliers['longer_than']:,} tokens", tables.REWRITTEN_COLUMNS, rows)
    else:
        longer = f"{outliers['conversations']:,} conversations are longer than {outliers['longer_than']:,} tokens"
        console.print(f"{longer}, the 99th percentile; --outliers drop or split writes a dataset without them")
