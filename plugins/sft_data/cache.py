"""The packs of a dataset: those of `lexatron data pack`, or made once for a dataset, tokenizer and length.

`DATASET/packed/KEY/` holds what `lexatron data pack` writes and the marker `stage.json`. KEY is the fingerprint of the
dataset's files, the tokenizer, the lengths and the code. The folder appears whole or not at all; a second run finds it
and does nothing; of several processes that want it, one packs and the others wait.
"""

from __future__ import annotations

import errno
import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data_prep.chat import ChatTokenizer
from data_prep.packs import PackedSide, PackOptions, differences, fingerprint_of, read_about, write_packs
from lexatron.atomic import atomic_folder, remove_leftovers
from lexatron.errors import UserError
from lexatron.stage import Fingerprint, Marker, digest, read_marker, write_marker
from plugins.sft_data.templates import packing_tokenizer

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
    """The packed folder of a dataset, or None where it has not been made; arguments and errors as of `pack`."""
    chat, options = packing_tokenizer(tokenizer), PackOptions(seq_length, multiple)
    packed = packed_before(dataset, chat, options)
    if packed is not None:
        return packed
    wanted = fingerprint_of(dataset, chat, options)
    return _load(_folder(dataset, wanted), wanted)


def pack(dataset: Path, tokenizer: Any, seq_length: int, multiple: int = 1) -> PackedSet:
    """Pack `training.jsonl` and `validation.jsonl` of a dataset, unless that was done before.

    Args:
        dataset: the folder, which gets a folder `packed`; or one that `lexatron data pack` has written.
        tokenizer: NeMo's `AutoTokenizer` of a fast tokenizer by whose chat template answers can be told.
        seq_length: tokens of a pack; a longer conversation loses its end.
        multiple: each conversation is padded to a multiple of it: twice the context-parallel size, else 1.

    Raises:
        UserError: a file is missing or damaged, nothing is left to train on, the folder cannot be written, or the
            dataset was packed for another tokenizer or length.
    """
    chat, options = packing_tokenizer(tokenizer), PackOptions(seq_length, multiple)
    options.check()
    packed = packed_before(dataset, chat, options)
    if packed is not None:
        return packed
    wanted = fingerprint_of(dataset, chat, options)
    folder = _folder(dataset, wanted)
    try:
        with _alone(folder.parent):
            found = _load(folder, wanted)
            if found is None:
                _make(folder, wanted, dataset, chat, options)
                found = _load(folder, wanted)
    except PermissionError as error:
        remedy = "copy the dataset to a folder that can be written"
        raise UserError("packed data cannot be written here", where=folder.parent, remedy=remedy) from error
    assert found is not None
    return found


def packed_before(dataset: Path, chat: ChatTokenizer, options: PackOptions) -> PackedSet | None:
    """The packs of a folder that `lexatron data pack` has written; None for a folder of conversations.

    Raises:
        UserError: they were made for another tokenizer, template or length.
    """
    about = read_about(dataset)
    if about is None:
        return None
    other = differences(about, chat, options)
    if other:
        remedy = "give tokenizer, chat_template and seq_length as they were, or pack again: lexatron data pack"
        raise UserError(f"packed for another training: {'; '.join(other)}", where=dataset, remedy=remedy)
    return PackedSet(dataset, PackedSide(**about["training"]), PackedSide(**about["validation"]))


def _folder(dataset: Path, wanted: Fingerprint) -> Path:
    return dataset / "packed" / digest(asdict(wanted))[:16]


def _load(folder: Path, wanted: Fingerprint) -> PackedSet | None:
    marker = read_marker(folder)
    if marker is None or marker.fingerprint != wanted:
        return None
    return PackedSet(folder, PackedSide(**marker.counts["training"]), PackedSide(**marker.counts["validation"]))


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


def _make(folder: Path, wanted: Fingerprint, dataset: Path, chat: ChatTokenizer, options: PackOptions) -> None:
    started = time.perf_counter()
    with atomic_folder(folder) as temporary:
        counts = write_packs(dataset, chat, options, wanted, temporary)
        write_marker(temporary, Marker("pack", wanted, counts, time.perf_counter() - started))
