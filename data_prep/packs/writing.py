"""A dataset's packs as files: NeMo's own, and `packs.json` beside them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from data_prep.chat import ChatTokenizer
from data_prep.packs.about import SIDES, PackOptions, write_about
from data_prep.packs.packs import Pack, PackedSide, fill_packs, nemo_metadata
from data_prep.packs.reading import MAKE, read_conversations
from lexatron.console import console
from lexatron.errors import UserError
from lexatron.stage import Fingerprint, fingerprint

STAGE = "pack"
CODE = ("data_prep.chat", "data_prep.packs", "data_prep.packing")


def fingerprint_of(dataset: Path, chat: ChatTokenizer, options: PackOptions) -> Fingerprint:
    """What decides the packs of a dataset.

    Raises:
        UserError: one of its files is missing.
    """
    files = [dataset / f"{side}.jsonl" for side in SIDES]
    for file in files:
        if not file.is_file():
            raise UserError("no such file", where=file, remedy=MAKE)
    config = {**asdict(options), "tokenizer": chat.fingerprints(), "tokenizers": version("tokenizers")}
    return fingerprint(files, config, *CODE)


def write_packs(
    dataset: Path, chat: ChatTokenizer, options: PackOptions, wanted: Fingerprint, folder: Path
) -> dict[str, Any]:
    """Write `training.npy`, `validation.npy`, `metadata.json` and `packs.json` into a folder; the counts of each side.

    Args:
        wanted: `fingerprint_of` the first three.

    Raises:
        UserError: a file is missing or damaged, or nothing is left to train on.
    """
    options.check()
    counts, nemo = {}, []
    for side in SIDES:
        file = dataset / f"{side}.jsonl"
        packs, count = (
            fill_packs(  # which alone holds the conversations, so that saving need not share memory with them
                list(read_conversations(file, chat, options.seq_length)),
                options.seq_length,
                multiple=options.multiple,
                pad_id=chat.eos_id or 0,
                drop=options.too_long == "drop",
            )
        )
        if not packs:
            raise UserError("no conversation with an answer in it", where=file)
        _save(packs, folder / f"{side}.npy")
        nemo.append(nemo_metadata(packs, options.seq_length))
        counts[side] = asdict(count)
        _say(file, count)
    (folder / "metadata.json").write_text(json.dumps(nemo, indent=2) + "\n", "utf-8")
    write_about(folder, chat, options, wanted.inputs, counts)
    return counts


def _save(packs: Sequence[Pack], path: Path) -> None:
    """Write what `numpy.save` writes, without its memory of what was written, which holds all of it once more."""
    array = np.array(packs, dtype=object)
    with open(path, "wb") as file:
        header = np.lib.format.header_data_from_array_1_0(array)  # type: ignore[no-untyped-call]
        np.lib.format.write_array_header_1_0(file, header)  # type: ignore[no-untyped-call]
        pickler = pickle.Pickler(file, protocol=4)
        pickler.fast = True
        pickler.dump(array)


def _say(file: Path, count: PackedSide) -> None:
    say = partial(console.print, highlight=False, soft_wrap=True)
    say(
        f"{file.name}: {count.packed_conversations:,} conversations in {count.packs:,} packs, "
        f"{count.efficiency:.2%} full, {count.answer_tokens:,} of {count.tokens:,} tokens in the loss"
    )
    if count.truncated:
        say(f"  {count.truncated:,} longer than a pack lost their end: lines {_some(count.truncated_lines)}")
    if count.dropped:
        say(f"  {count.dropped:,} longer than a pack left out: lines {_some(count.dropped_lines)}")
    if count.unanswered:
        say(f"  {count.unanswered:,} left out, no token of an answer is left: lines {_some(count.unanswered_lines)}")


def _some(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:10])) + (", ..." if len(lines) > 10 else "")
