"""Two answers to the same prompt, one preferred: texts, whole conversations, or transcripts of HH-RLHF."""

from __future__ import annotations

import re
from typing import Any

from data_prep.curation.record import Message, Role
from data_prep.curation.sources.row import NoRecord, Row
from data_prep.curation.sources.shapes.conversations import system_of
from data_prep.curation.sources.shapes.shape import Shape
from data_prep.curation.sources.shapes.talk import Talk, arranged, said, turns

_PROMPTS = ("prompt", "question", "instruction", "input", "query", "messages", "conversations")
_PAIRS = (
    ("chosen", "rejected"),
    ("chosen_messages", "rejected_messages"),
    ("preferred_output", "non_preferred_output"),
)
_SPEAKER = re.compile(r"(?:\A|\n\n)(Human|Assistant):")
_TRANSCRIPT = re.compile(r"\s*Human:")
_SPEAKERS: dict[str, Role] = {"Human": "user", "Assistant": "assistant"}


def _keys(row: Row) -> tuple[str, str] | None:
    return next((pair for pair in _PAIRS if all(row.get(key) is not None for key in pair)), None)


def _fits(row: Row) -> bool:
    return _keys(row) is not None


def _read(row: Row) -> list[Talk]:
    chosen, rejected = _keys(row) or _PAIRS[0]
    prompt = _prompt(row)
    talk = _answered(prompt, row.get(chosen), chosen, system_of(row))
    other = _answered(prompt, row.get(rejected), rejected, system_of(row))
    if talk.messages[:-1] != other.messages[:-1]:
        raise NoRecord("the two answers are not to the same prompt")
    if talk.messages[-1] == other.messages[-1]:
        raise NoRecord("the two answers are the same")
    talk.rejected = other.messages[-1]
    return [talk]


def _prompt(row: Row) -> list[Message]:
    """The turns before the answers; none where they stand with each answer."""
    key = next((key for key in _PROMPTS if row.get(key)), None)
    if key is None:
        return []
    value = row[key]
    if isinstance(value, dict):
        value = value.get("messages")
    if not isinstance(value, str):
        return turns(value, key)
    if not _TRANSCRIPT.match(value):
        return [{"role": "user", "content": value}]
    said_so_far = _transcript(value)
    return said_so_far if said_so_far[-1]["content"] else said_so_far[:-1]  # it ends where the answer begins


def _answered(prompt: list[Message], answer: Any, what: str, system: str | None) -> Talk:
    """The conversation with one of the answers, which may hold all turns or only the last."""
    if isinstance(answer, str) and not _TRANSCRIPT.match(answer):
        messages: list[Message] = [{"role": "assistant", "content": said(answer, f"{what} answer").strip()}]
    elif isinstance(answer, str):
        messages = _transcript(answer)
    else:
        messages = turns([answer] if isinstance(answer, dict) else answer, f"{what} answer")
    if messages[-1]["role"] != "assistant":
        raise NoRecord(f"the {what} answer is not the assistant's")
    if messages[0]["role"] == "assistant":
        messages = [*prompt, *messages]
    return arranged(messages, system)


def _transcript(text: str) -> list[Message]:
    pieces = _SPEAKER.split(text.lstrip())
    return [
        {"role": _SPEAKERS[speaker], "content": words.strip()}
        for speaker, words in zip(pieces[1::2], pieces[2::2], strict=True)
    ]


PREFERENCE = Shape("preference", _fits, _read)
