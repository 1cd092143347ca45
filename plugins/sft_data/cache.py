"""Packed conversations on disk, in NeMo's format, made once for a dataset, tokenizer and length.

`DATASET/packed/KEY/` holds `training.npy`, `validation.npy`, NeMo's `metadata.json` and the marker `stage.json`. KEY
is the fingerprint of the dataset's files, the tokenizer, the lengths and the code. The folder appears whole or not
at all; a second run finds it and does nothing; of several processes that want it, one packs and the others wait.
"""

from __future__ import annotations

import errno
import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from lexatron.atomic import atomic_folder, remove_leftovers
from lexatron.console import console
from lexatron.errors import UserError
from lexatron.stage import Fingerprint, Marker, digest, fingerprint, read_marker, write_marker
from plugins.sft_data.conversations import check_template, read_conversations, tokenizer_fingerprint
from plugins.sft_data.packs import PackedSide, fill_packs, nemo_metadata

SIDES = ("training", "validation")
_NO_LOCKS = {errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK}  # of a network file system that is mounted without them


@dataclass(frozen=True)
class PackedSet:
    """A dataset's packed folder."""

    folder: Path
    training: PackedSide
    validation: PackedSide

    def file(self, side: str) -> Path:
        """The `.npy` file of a side."""
        return self.folder / f"{side}.npy"

    @property
    def metadata(self) -> Path:
        """NeMo's metadata file: a list of one dictionary a side."""
        return self.folder / "metadata.json"


def find(dataset: Path, tokenizer: Any, seq_length: int, multiple: int = 1) -> PackedSet | None:
    """The packed folder of a dataset, or None where it has not been made; arguments as for `pack`."""
    wanted = _fingerprint(dataset, tokenizer, seq_length, multiple)
    return _load(_folder(dataset, wanted), wanted)


def pack(dataset: Path, tokenizer: Any, seq_length: int, multiple: int = 1) -> PackedSet:
    """Pack `training.jsonl` and `validation.jsonl` of a dataset, unless that was done before.

    Args:
        dataset: the folder, which gets a folder `packed`.
        tokenizer: NeMo's `AutoTokenizer` of a fast tokenizer with a chat template that marks answers.
        seq_length: tokens of a pack; a longer conversation loses its end.
        multiple: each conversation is padded to a multiple of it: twice the context-parallel size, else 1.

    Raises:
        UserError: a file is missing or damaged, nothing is left to train on, or the folder cannot be written.
    """
    check_template(tokenizer)
    if seq_length % multiple:
        raise UserError(f"a sequence length of {seq_length} is not a multiple of twice the context-parallel size")
    wanted = _fingerprint(dataset, tokenizer, seq_length, multiple)
    folder = _folder(dataset, wanted)
    try:
        with _alone(folder.parent):
            found = _load(folder, wanted)
            if found is None:
                _make(folder, wanted, dataset, tokenizer, seq_length, multiple)
                found = _load(folder, wanted)
    except PermissionError as error:
        remedy = "copy the dataset to a folder that can be written"
        raise UserError("packed data cannot be written here", where=folder.parent, remedy=remedy) from error
    assert found is not None
    return found


def _fingerprint(dataset: Path, tokenizer: Any, seq_length: int, multiple: int) -> Fingerprint:
    files = [dataset / f"{side}.jsonl" for side in SIDES]
    for file in files:
        if not file.is_file():
            raise UserError("no such file", where=file, remedy="make it with: lexatron data qa ACTS -o DIR")
    config = {
        "tokenizer": tokenizer_fingerprint(tokenizer),
        "seq_length": seq_length,
        "multiple": multiple,
        "versions": {package: version(package) for package in ("nemo-toolkit", "transformers", "tokenizers")},
    }
    return fingerprint(files, config, "plugins.sft_data", "data_prep.packing")


def _folder(dataset: Path, wanted: Fingerprint) -> Path:
    return dataset / "packed" / digest(asdict(wanted))[:16]


def _load(folder: Path, wanted: Fingerprint) -> PackedSet | None:
    marker = read_marker(folder)
    if marker is None or marker.fingerprint != wanted:
        return None
    return PackedSet(folder, *(PackedSide(**marker.counts[side]) for side in SIDES))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process packs in this folder, and clear what killed ones have left."""
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "a") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX)
            remove_leftovers(folder)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield


def _make(folder: Path, wanted: Fingerprint, dataset: Path, tokenizer: Any, seq_length: int, multiple: int) -> None:
    started = time.perf_counter()
    counts, nemo = {}, []
    with atomic_folder(folder) as temporary:
        for side in SIDES:
            file = dataset / f"{side}.jsonl"
            conversations = list(read_conversations(file, tokenizer, seq_length))
            packs, count = fill_packs(conversations, seq_length, multiple=multiple, pad_id=tokenizer.eos_id)
            if not packs:
                raise UserError("no conversation with an answer in it", where=file)
            np.save(temporary / f"{side}.npy", np.array(packs, dtype=object), allow_pickle=True)
            nemo.append(nemo_metadata(packs, seq_length))
            counts[side] = asdict(count)
            _say(file, count)
        (temporary / "metadata.json").write_text(json.dumps(nemo, indent=2) + "\n", "utf-8")
        write_marker(temporary, Marker("pack", wanted, counts, time.perf_counter() - started))


def _say(file: Path, count: PackedSide) -> None:
    say = partial(console.print, highlight=False, soft_wrap=True)
    say(
        f"{file.name}: {count.packed_conversations:,} conversations in {count.packs:,} packs, "
        f"{count.efficiency:.2%} full, {count.answer_tokens:,} of {count.tokens:,} tokens in the loss"
    )
    if count.truncated:
        say(f"  {count.truncated:,} longer than a pack lost their end: lines {_some(count.truncated_lines)}")
    if count.unanswered:
        say(f"  {count.unanswered:,} left out, no token of an answer is left: lines {_some(count.unanswered_lines)}")


def _some(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:10])) + (", ..." if len(lines) > 10 else "")
