"""Held-out conversations that stand in the training side, as a whole or by their prompt: exactly, and nearly."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from data_prep.curation.record import Record
from data_prep.lengths.dataset import read_conversations
from data_prep.parity.near import NearIndex

Part = Literal["conversation", "prompt"]
Kind = Literal["exact", "near"]

_AT_ONCE = 1024
_EXACT = 1.0


@dataclass(frozen=True, slots=True)
class Leak:
    """A held-out conversation that stands in the training side.

    Attributes:
        id, file: of the held-out one. training_id: of the first in the training file that it was found in.
        part: what of it was found: all of it, or the turns before the answer.
        kind: `exact` but for space and case, or `near`, from a similarity of 0.8 on.
        similarity: Jaccard, over the 3-grams of characters.
    """

    id: str
    file: str
    training_id: str
    part: Part
    kind: Kind
    similarity: float

    def to_json(self) -> dict[str, Any]:
        """A line of `contamination.jsonl`."""
        return asdict(self)


def prompt_text(record: Record) -> str:
    """What is said before the last answer, without the system's words, which sets share."""
    return "\n".join(message["content"] for message in record.prompt if message["role"] != "system")


_KEYS: dict[Part, Callable[[Record], bytes]] = {"conversation": Record.key, "prompt": Record.prompt_key}
_TEXTS: dict[Part, Callable[[Record], str]] = {"conversation": lambda record: record.text, "prompt": prompt_text}


def contamination(
    training: Path, held_out: Sequence[Path], advance: Callable[[int], object] = lambda conversations: None
) -> list[Leak]:
    """What of the held-out files stands in a training file, in the order of the held-out files.

    The training file is read once, some conversations at a time; a held-out conversation costs some 3 KB of memory.

    Args:
        advance: told the number of training conversations after each batch.

    Raises:
        UserError: a line is not a conversation.
    """
    with tempfile.TemporaryDirectory(prefix="lexatron-parity-") as folder:
        held = _HeldOut(held_out, Path(folder))
        for batch in _batched(_records(training)):
            held.look(batch)
            advance(len(batch))
        return held.leaks()


def _records(path: Path) -> Iterator[Record]:
    return (conversation.record() for conversation in read_conversations(path))


def _batched(records: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


class _HeldOut:
    """The held-out conversations, by number, and where they were found."""

    def __init__(self, files: Sequence[Path], folder: Path):
        self._ids: list[str] = []
        self._file = array("i")
        self._files = list(map(str, files))
        self._numbers: dict[Part, dict[bytes, list[int]]] = {part: {} for part in _KEYS}
        self._empty: dict[Part, list[int]] = {part: [] for part in _KEYS}
        for file, path in enumerate(files):
            for record in _records(path):
                self._add(record, file)
        self._near = {
            part: NearIndex(map(text, chain.from_iterable(map(_records, files))), folder / part)
            for part, text in _TEXTS.items()
        }
        for part, numbers in self._empty.items():
            self._near[part].wanted[numbers] = False
        self._found: dict[tuple[Part, int], Leak] = {}

    def _add(self, record: Record, file: int) -> None:
        for part, key in _KEYS.items():
            if _TEXTS[part](record).strip():
                self._numbers[part].setdefault(key(record), []).append(len(self._ids))
            else:
                self._empty[part].append(len(self._ids))
        self._ids.append(record.id)
        self._file.append(file)

    def look(self, batch: Sequence[Record]) -> None:
        """Look for every held-out conversation in a part of the training side."""
        for part, key in _KEYS.items():
            for record in batch:
                if numbers := self._numbers[part].pop(key(record), None):
                    self._note_exact(part, numbers, record)
            texts = map(_TEXTS[part], batch)
            for near in self._near[part].look(texts):
                found = self._leak(near.held_out, batch[near.text], part, "near", round(near.jaccard, 4))
                self._found.setdefault((part, near.held_out), found)

    def _note_exact(self, part: Part, numbers: list[int], record: Record) -> None:
        for number in numbers:
            self._near[part].wanted[number] = False
            self._found[part, number] = self._leak(number, record, part, "exact", _EXACT)

    def _leak(self, number: int, record: Record, part: Part, kind: Kind, similarity: float) -> Leak:
        return Leak(self._ids[number], self._files[self._file[number]], record.id, part, kind, similarity)

    def leaks(self) -> list[Leak]:
        """Everything that was found, by held-out conversation, the whole before the prompt."""
        return [self._found[key] for key in sorted(self._found, key=lambda key: (key[1], key[0]))]
