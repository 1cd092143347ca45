"""Malformed conversations: who speaks when."""

from __future__ import annotations

from pydantic import PositiveInt

from data_prep.curation.record import Message, Record
from data_prep.curation.steps.contents import add_note
from data_prep.curation.steps.step import Step

_ROLES = frozenset({"system", "user", "assistant"})


class Turns(Step):
    """At most one system message, first; then user and assistant in turn, from a user's to an assistant's message."""

    repair: bool = True
    """Merge neighbours of one role, and cut off a greeting before the first question and questions after the last
    answer. Pairs of a preferred and a rejected answer are never repaired: both answers must follow the same turns."""

    max_turns: PositiveInt | None = None
    """Messages of users and assistants together, at most."""

    def check(self, record: Record) -> str | None:
        """Why the turns cannot be trained on."""
        if self.repair and record.rejected is None:
            _repair(record)
        if record.rejected is not None and (reason := _wrong_rejected(record.rejected)):
            return reason
        if reason := _wrong(record.messages):
            return reason
        turns = sum(message["role"] != "system" for message in record.messages)
        return "turns: too many" if self.max_turns is not None and turns > self.max_turns else None


def _wrong(messages: list[Message]) -> str | None:
    roles = [message["role"] for message in messages]
    if not _ROLES.issuperset(roles):
        return "turns: unknown role"
    if "assistant" not in roles:
        return "turns: no answer"
    if not all(message["content"].strip() for message in messages):
        return "turns: empty message"
    talk = roles[1:] if roles[0] == "system" else roles
    if "system" in talk:
        return "turns: system message in the middle"
    if talk[0] != "user":
        return "turns: no question"
    if talk[-1] != "assistant":
        return "turns: no answer"
    alternate = all(role == ("user", "assistant")[place % 2] for place, role in enumerate(talk))
    return None if alternate else "turns: roles do not alternate"


def _wrong_rejected(rejected: Message) -> str | None:
    if rejected["role"] != "assistant":
        return "turns: rejected answer is not the assistant's"
    return None if rejected["content"].strip() else "turns: empty message"


def _repair(record: Record) -> None:
    merged = _merged(record.messages)
    if len(merged) < len(record.messages):
        add_note(record, "turns merged")
    kept = _cut(merged)
    if len(kept) < len(merged):
        add_note(record, "turns cut")
    record.messages = kept


def _merged(messages: list[Message]) -> list[Message]:
    """Neighbours of one role as one message; an empty one is left for the check to find."""
    merged: list[Message] = []
    for message in messages:
        if merged and merged[-1]["role"] == message["role"] and message["content"].strip():
            before = merged.pop()["content"]
            merged.append({"role": message["role"], "content": f"{before}\n\n{message['content']}"})
        else:
            merged.append(message)
    return merged


def _cut(messages: list[Message]) -> list[Message]:
    """The messages without a greeting before the first question and questions after the last answer."""
    roles = [message["role"] for message in messages]
    if "user" not in roles or "assistant" not in roles:
        return messages
    end = len(roles)
    while roles[end - 1] == "user":
        end -= 1
    start = 1 if roles[0] == "system" else 0
    greeting = 1 if roles[start : start + 2] == ["assistant", "user"] and end > start + 2 else 0
    return messages[:start] + messages[start + greeting : end]
