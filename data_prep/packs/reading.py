"""Conversations of a file as tokens and loss masks: the chat template's text, the loss on the answers alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from data_prep.chat import ChatTokenizer, Encoded
from data_prep.chat.template import Messages
from data_prep.packs.conversation import Conversation, to_train_on
from lexatron.console import console, progress_bar
from lexatron.errors import UserError

BATCH = 2_000  # conversations that are tokenised at once
MAKE = "make it with: lexatron data instruct, or lexatron data qa"


def read_conversations(path: Path, chat: ChatTokenizer, seq_length: int) -> Iterator[Conversation]:
    """The conversations of a file in turn, one longer than `seq_length` cut at its end as NeMo's collation cuts it.

    Args:
        path: JSON lines with `messages` (or ShareGPT's `conversations`).
        seq_length: tokens that the model reads at most.

    Raises:
        UserError: no such file, nothing in it, or a line that is not a conversation.
    """
    if not path.is_file() or not path.stat().st_size:
        raise UserError("no conversations", where=path, remedy=MAKE)
    if not console.is_terminal:
        console.print(f"Tokenising the conversations of {path}", highlight=False, soft_wrap=True)
    with open(path, "rb") as file, progress_bar("conversations") as bar:
        task = bar.add_task(f"Tokenising {path.name}", total=None)
        first = 1
        while lines := list(islice(file, BATCH)):
            for line, encoded in enumerate(_encode(path, first, lines, chat), first):
                yield to_train_on(line, encoded, chat.eos_id, seq_length)
            first += len(lines)
            bar.advance(task, len(lines))


def _encode(path: Path, first: int, lines: Sequence[bytes], chat: ChatTokenizer) -> list[Encoded]:
    conversations = [_messages(line, f"{path}:{number}") for number, line in enumerate(lines, first)]
    try:
        return chat.encode_batch(conversations)
    except UserError:
        for number, messages in enumerate(conversations, first):
            _try(messages, f"{path}:{number}", chat)
        raise


def _try(messages: Messages, where: str, chat: ChatTokenizer) -> None:
    """Name the line of a conversation that cannot be encoded."""
    try:
        chat.encode(messages)
    except UserError as error:
        raise UserError(error.what, where=where, remedy=error.remedy) from error


def _messages(line: bytes, where: str) -> Messages:
    """The turns of a line, as NeMo reads it."""
    try:
        source = orjson.loads(line)
        if source.get("conversations"):
            found = [{"role": turn["from"].lower(), "content": turn["value"]} for turn in source["conversations"]]
            system = [{"role": "system", "content": source["system"]}] if source.get("system") else []
            return system + found
        found = source["messages"]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise UserError(f"not a conversation ({error})", where=where, remedy=MAKE) from error
    return _plain(source, found, where)


def _plain(source: dict[str, Any], messages: Any, where: str) -> Messages:
    if not isinstance(messages, list):
        raise UserError("not a conversation (its messages are no list)", where=where, remedy=MAKE)
    if source.get("tools"):
        raise UserError("a conversation with tools, which is not packed", where=where, remedy="give packed=False")
    return messages
