"""What a tokenizer is trained on: acts, general text, or what is said in the training side of an instruction set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Literal

from data_prep.formex.acts import Reject
from data_prep.formex.rendering import render_act
from data_prep.formex.store import read_acts, shard_paths
from data_prep.general import read_texts, text_files
from data_prep.general.kinds import FIELDS, READABLE, kind_of
from data_prep.general.parts import whole
from data_prep.general.texts import NoText, decode
from data_prep.general.unpacking import UNREADABLE, bounded_lines, open_stream
from data_prep.lengths.dataset import FILES, Conversation, read_or_reject
from lexatron.errors import UserError

ACCEPTED = (
    "give a folder of acts (acts-*.jsonl.zst), text files or a folder of them (.jsonl, .parquet, .txt), "
    "or a dataset folder with training.jsonl"
)

Kind = Literal["acts", "texts", "conversations"]

_PIECE_CHARACTERS = 100_000  # of a .txt file that is one text to the trainer


@dataclass
class Counts:
    """What was read: texts that are used, lines, rows and pieces that are not, and the characters of the former."""

    texts: int = 0
    rejected: int = 0
    characters: int = 0


@dataclass(frozen=True)
class Source:
    """Where the texts are.

    Attributes:
        kind: acts, general text, or conversations.
        files: all that is read.
        folder: that holds them, or the file itself.
    """

    kind: Kind
    files: list[Path]
    folder: Path

    def read(self, counts: Counts) -> Iterator[str]:
        """Every text, some of them in memory at a time; what cannot be read is counted and passed over."""
        for found in self._read():
            if isinstance(found, Reject):
                counts.rejected += 1
            else:
                counts.texts += 1
                counts.characters += len(found)
                yield found

    def _read(self) -> Iterator[str | Reject]:
        if self.kind == "acts":
            return map(render_act, read_acts(self.folder))
        read = _read_conversations if self.kind == "conversations" else _read_file
        return chain.from_iterable(map(read, self.files))


def find_source(path: str | Path) -> Source:
    """What a path stands for.

    Args:
        path: a folder of acts, of text files or of a dataset; a text file; a file of conversations; or a pattern.

    Raises:
        UserError: it is none of these, or a file has no field or column for the text.
    """
    folder = Path(path)
    if folder.is_dir():
        if any(folder.glob("acts-*.jsonl.zst")):
            return Source("acts", shard_paths(folder), folder)
        if (folder / FILES["train"]).is_file():
            return Source("conversations", [folder / FILES["train"]], folder)
    try:
        files = text_files(str(path))
    except UserError as error:
        raise UserError(error.what, where=error.where, remedy=ACCEPTED) from error
    if len(files) == 1 and _holds_conversations(files[0]):
        return Source("conversations", files, folder)
    for file in files:
        whole(file)  # complain of a missing field before the first hour of work
    return Source("texts", files, folder)


def _holds_conversations(path: Path) -> bool:
    """Whether the first line that can be read is a conversation and has no text of its own."""
    kind = kind_of(path)
    if kind is None or kind.layout != "jsonl" or kind.packing is not None:
        return False
    first = next((row for row in islice(read_or_reject(path), 100) if isinstance(row, Conversation)), None)
    return first is not None and not any(name in first.row for name in FIELDS)


def _read_conversations(path: Path) -> Iterator[str | Reject]:
    for found in read_or_reject(path):
        yield found if isinstance(found, Reject) else "\n".join(message["content"] for message in found.messages)


def _read_file(path: Path) -> Iterator[str | Reject]:
    kind = kind_of(path)
    if kind is None:
        raise UserError("not a kind of file that is read as text", where=path, remedy=READABLE)
    if kind.layout != "txt":
        yield from read_texts(path)
        return
    try:
        with open_stream(path, kind.packing) as stream:
            yield from _pieces(bounded_lines(stream), path)
    except UNREADABLE as error:
        yield Reject(str(path), "", f"the file cannot be read: {error}")


def _pieces(lines: Iterator[bytes | None], path: Path) -> Iterator[str | Reject]:
    """A text file of any size in pieces of whole lines; a piece that is not UTF-8 is a reject, an empty one nothing."""
    piece: list[bytes] = []
    size = 0
    for line in lines:
        if line is None:
            yield Reject(str(path), "", "a line is longer than 64 MB")
            continue
        piece.append(line)
        size += len(line)
        if size >= _PIECE_CHARACTERS:
            yield from _piece(piece, path)
            piece, size = [], 0
    yield from _piece(piece, path)


def _piece(lines: list[bytes], path: Path) -> Iterator[str | Reject]:
    data = b"".join(lines)
    if data.strip():
        try:
            yield decode(data)
        except NoText as error:
            yield Reject(str(path), "", str(error))
