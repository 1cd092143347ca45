"""Lengths of a dataset's conversations, whole and in parts, as 32-bit numbers with a group of each: nothing else stays.

A conversation of the set costs eight bytes, and four more for each way of grouping.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from data_prep.curation.record import Message, Side
from data_prep.lengths.dataset import Conversation, read_conversations
from data_prep.lengths.statistics import Lengths
from data_prep.tokenizer_encoders import Encoder

NONE = "(none)"
OTHERS = "(others)"
MOST_VALUES = 24
"""Values of a field that are groups of their own, the most frequent ones."""

_MOST_CODES = 65_536  # values that are told apart before that, so that ids in the place of domains fill no memory
_AT_ONCE, _CHARACTERS_AT_ONCE = 2048, 4_000_000

Codes = npt.NDArray[np.int32]


class Encoded(Protocol):
    """Tokens of a conversation, and which of them the assistant wrote: both of shape [tokens]."""

    @property
    def input_ids(self) -> Sequence[int] | npt.NDArray[np.integer[Any]]: ...

    @property
    def assistant(self) -> Sequence[int] | Sequence[bool] | npt.NDArray[np.generic]: ...


class Chat(Protocol):
    """What applies the chat template."""

    def encode_batch(self, conversations: Sequence[Sequence[Message]], /) -> Sequence[Encoded]: ...


@dataclass
class Column:
    """A value for each of many things, as a code."""

    codes: array[int] = field(default_factory=lambda: array("i"))
    names: dict[str, int] = field(default_factory=lambda: {NONE: 0, OTHERS: 1})

    def add(self, value: str | None) -> None:
        """Note the next one's value."""
        name = NONE if value is None else value
        if name not in self.names and len(self.names) >= _MOST_CODES:
            name = OTHERS
        self.codes.append(self.names.setdefault(name, len(self.names)))

    def groups(self, lengths: Lengths) -> dict[str, Lengths]:
        """The lengths of each value, the most frequent first and the rarest together; empty where none has a value."""
        codes = np.frombuffer(self.codes, dtype=np.int32)
        counts = np.bincount(codes, minlength=len(self.names))
        counts[self.names[OTHERS]] = 0  # last, with the rare ones
        names = list(self.names)
        order = [code for code in np.argsort(-counts, kind="stable").tolist() if counts[code]][:MOST_VALUES]
        if [names[code] for code in order] in ([], [NONE]):
            return {}
        found = {names[code]: lengths[codes == code] for code in order}
        others = lengths[~np.isin(codes, order)]
        return found | ({OTHERS: others} if others.size else {})


@dataclass
class Measured:
    """Lengths in tokens, in the order of the files.

    Attributes:
        total: of whole conversations, shape [conversations]. prompts: up to where the last answer begins.
        sides: conversations of each side, in the order of `total`.
        groups: way of grouping -> value -> lengths of conversations; of `role`, lengths of contents.
    """

    total: Lengths
    prompts: Lengths
    sides: dict[Side, int]
    groups: dict[str, dict[str, Lengths]]

    @property
    def answers(self) -> Lengths:
        """Of the last answers, with what the template writes behind them."""
        return self.total - self.prompts

    def side(self, side: Side) -> slice:
        """The place of one side's conversations."""
        start = 0
        for name, number in self.sides.items():
            if name == side:
                return slice(start, start + number)
            start += number
        return slice(0, 0)


def measure(
    files: Mapping[Side, Path],
    chat: Chat,
    by: Sequence[str] = (),
    contents: Encoder | None = None,
    advance: Callable[[int], object] = lambda conversations: None,
) -> Measured:
    """Tokenise every conversation of a dataset.

    Args:
        by: fields to group by; `side` and `role` are those of the set.
        contents: encodes the contents alone, for `role`.
        advance: told the number of conversations after each batch.

    Raises:
        UserError: a line is not a conversation.
    """
    total, prompts = array("i"), array("i")
    columns = {name: Column() for name in by if name not in ("side", "role")}
    roles = _Roles(contents) if contents is not None and "role" in by else None
    sides: dict[Side, int] = {}
    for side, file in files.items():
        before = len(total)
        for batch in batches(read_conversations(file)):
            for encoded in chat.encode_batch([conversation.messages for conversation in batch]):
                total.append(len(encoded.input_ids))
                prompts.append(prompt_length(encoded))
            for name, column in columns.items():
                for conversation in batch:
                    column.add(conversation.field(name))
            if roles is not None:
                roles.add(batch)
            advance(len(batch))
        sides[side] = len(total) - before
    measured = Measured(_int32(total), _int32(prompts), sides, {})
    measured.groups = _grouped(measured, by, columns, roles)
    return measured


def batches(conversations: Iterable[Conversation]) -> Iterator[list[Conversation]]:
    """Some conversations at a time, bounded in number and in characters."""
    batch: list[Conversation] = []
    characters = 0
    for conversation in conversations:
        batch.append(conversation)
        characters += sum(len(message["content"]) for message in conversation.messages)
        if len(batch) == _AT_ONCE or characters >= _CHARACTERS_AT_ONCE:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def prompt_length(encoded: Encoded) -> int:
    """Tokens in front of the last answer; all of them where there is none."""
    mask = np.asarray(encoded.assistant, dtype=bool)
    written = np.flatnonzero(mask)
    if not written.size:
        return len(encoded.input_ids)
    read = np.flatnonzero(~mask[: written[-1]])
    return int(read[-1]) + 1 if read.size else 0


class _Roles:
    """Lengths of messages' contents, by role."""

    def __init__(self, encoder: Encoder):
        self._encoder = encoder
        self.lengths: dict[str, array[int]] = {}

    def add(self, batch: Sequence[Conversation]) -> None:
        messages = [message for conversation in batch for message in conversation.messages]
        encoded = self._encoder.encode_batch([message["content"] for message in messages])
        for message, ids in zip(messages, encoded, strict=True):
            self.lengths.setdefault(message["role"], array("i")).append(len(ids))


def _grouped(
    measured: Measured, by: Sequence[str], columns: Mapping[str, Column], roles: _Roles | None
) -> dict[str, dict[str, Lengths]]:
    """The groups of each field that any conversation has, in the order of `by`."""
    found: dict[str, dict[str, Lengths]] = {"part": {"prompt": measured.prompts, "answer": measured.answers}}
    for name in by:
        if name == "side":
            found[name] = {side: measured.total[measured.side(side)] for side in measured.sides}
        elif name == "role":
            found[name] = {role: _int32(lengths) for role, lengths in roles.lengths.items()} if roles else {}
        else:
            found[name] = columns[name].groups(measured.total)
    return {name: groups for name, groups in found.items() if groups}


def _int32(values: array[int]) -> Lengths:
    return np.frombuffer(values, dtype=np.int32) if values else np.zeros(0, dtype=np.int32)
