"""Conversations as lists of turns: OpenAI's `messages`, ShareGPT's `conversations`, lists of texts."""

from __future__ import annotations

from typing import Any

from data_prep.curation.sources.row import NoRecord, Row
from data_prep.curation.sources.shapes.shape import Shape
from data_prep.curation.sources.shapes.talk import Talk, as_written, said_if_any, turns

KEYS = ("messages", "conversations", "conversation", "dialog", "data")
"""Under which a list of turns is looked for; the first that holds one."""

SYSTEM_KEYS = ("system", "system_prompt", "system_message")


def system_of(row: Row) -> str | None:
    """The system's words that stand beside the turns."""
    value = next((row[key] for key in SYSTEM_KEYS if row.get(key)), None)
    return said_if_any(value, "system prompt")


def _key(row: Row) -> str | None:
    return next((key for key in KEYS if _are_turns(row.get(key))), None)


def _are_turns(value: Any) -> bool:
    """Whether a value begins as a list of turns does; an empty list may be one."""
    if not isinstance(value, list):
        return False
    first = value[0] if value else ""
    return isinstance(first, str) or (isinstance(first, dict) and ("role" in first or "from" in first))


def _fits(row: Row) -> bool:
    return _key(row) is not None


def _read(row: Row) -> list[Talk]:
    if row.get("tools") or row.get("functions"):
        raise NoRecord("tools are offered")
    return [as_written(turns(row.get(_key(row) or KEYS[0])), system_of(row))]


CONVERSATION = Shape("conversation", _fits, _read)
