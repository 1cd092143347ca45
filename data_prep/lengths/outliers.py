"""Writes a copy of a dataset without its longest conversations: dropped, or split at turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import orjson

from data_prep.curation.record import Message, Side
from data_prep.lengths.dataset import FILES, Conversation, read_conversations
from data_prep.lengths.measure import Chat
from data_prep.lengths.statistics import Lengths

Policy = Literal["report", "drop", "split"]


@dataclass
class Counts:
    """What became of the conversations of one side.

    `conversations` = `kept` + `split` + `dropped`, and `written` = `kept` + `parts`.

    Attributes:
        conversations: read. kept: short enough, written as they are.
        split: written in `parts`. dropped: not written at all.
        turns_dropped: a question with its answer that alone is too long, of conversations of which a part is written.
    """

    conversations: int = 0
    kept: int = 0
    split: int = 0
    dropped: int = 0
    parts: int = 0
    turns_dropped: int = 0
    written: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Counts)))


def write_without_outliers(
    files: Mapping[Side, Path],
    lengths: Mapping[Side, Lengths],
    limit: int,
    policy: Policy,
    chat: Chat,
    folder: Path,
) -> dict[Side, Counts]:
    """Write the sides into a folder, without conversations of more than `limit` tokens.

    Args:
        lengths: of each side's conversations, in the order of its file.
        policy: `drop`, or `split` where the turns of a conversation fit one by one.
        chat: measures the parts.
    """
    return {
        side: _write_side(file, lengths[side], limit, policy, chat, folder / FILES[side])
        for side, file in files.items()
    }


def _write_side(file: Path, lengths: Lengths, limit: int, policy: Policy, chat: Chat, target: Path) -> Counts:
    counts = Counts()
    with open(target, "wb") as out:
        for conversation, length in zip(read_conversations(file), lengths.tolist(), strict=True):
            for line in _lines(conversation, length, limit, policy, chat, counts):
                out.write(line + b"\n")
    return counts


def _lines(
    conversation: Conversation, length: int, limit: int, policy: Policy, chat: Chat, counts: Counts
) -> list[bytes]:
    """The lines to write for one conversation, counted; one that is short enough stays as it is, byte for byte."""
    counts.conversations += 1
    if length <= limit:
        counts.kept += 1
        counts.written += 1
        return [conversation.line]
    parts, left_out = split(conversation.messages, limit, _measured_by(chat)) if policy == "split" else ([], 0)
    if not parts:
        counts.dropped += 1
        return []
    counts.split += 1
    counts.parts += len(parts)
    counts.turns_dropped += left_out
    counts.written += len(parts)
    return [orjson.dumps(_part(conversation, number, messages)) for number, messages in enumerate(parts, 1)]


def _measured_by(chat: Chat) -> Callable[[Sequence[Message]], int]:
    return lambda messages: len(chat.encode_batch([messages])[0].input_ids)


def split(
    messages: Sequence[Message], limit: int, length: Callable[[Sequence[Message]], int]
) -> tuple[list[list[Message]], int]:
    """Cut a conversation between its turns into as few parts as its order allows, none longer than `limit`.

    A turn is what stands from one question up to the next. Every part begins with the system message.

    Args:
        length: tokens of a conversation.

    Returns:
        The parts, and the number of turns that are in none because they alone are too long.
    """
    system, turns = turns_of(messages)
    parts: list[list[Message]] = []
    open_part: list[Message] = []
    left_out = 0
    for turn in turns:
        if open_part and length([*system, *open_part, *turn]) <= limit:
            open_part += turn
            continue
        if open_part:
            parts.append([*system, *open_part])
        open_part = list(turn) if length([*system, *turn]) <= limit else []
        left_out += not open_part
    return [*parts, *([[*system, *open_part]] if open_part else [])], left_out


def turns_of(messages: Sequence[Message]) -> tuple[list[Message], list[list[Message]]]:
    """The system messages at the beginning, and the turns, each from a question up to the next."""
    first = next((at for at, message in enumerate(messages) if message["role"] != "system"), len(messages))
    return list(messages[:first]), list(_turns(messages[first:]))


def _turns(messages: Sequence[Message]) -> Iterator[list[Message]]:
    turn: list[Message] = []
    for message in messages:
        if message["role"] == "user" and turn and turn[-1]["role"] != "user":
            yield turn
            turn = []
        turn.append(message)
    if turn:
        yield turn


def _part(conversation: Conversation, number: int, messages: list[Message]) -> dict[str, Any]:
    """The line of a part: the conversation's own, with another id and messages, and where it comes from."""
    row = conversation.row | {"id": f"{conversation.id}#{number}", "messages": messages}
    metadata = row.get("metadata")
    if isinstance(metadata, dict):
        still_true = {name: value for name, value in metadata.items() if name != "tokens"}
        return row | {"metadata": still_true | {"part_of": conversation.id}}
    return row | {"part_of": conversation.id}
