"""What a row says once its shape is known, and the turns that it may be made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from data_prep.curation.record import Message, Role
from data_prep.curation.sources.row import NoRecord


@dataclass(slots=True)
class Talk:
    """A conversation with what its shape tells of it.

    Attributes:
        messages: the turns, the last one the assistant's. rejected: see `Record`.
        facts: fields of `Record` that the shape knows better than the keys of the row tell.
        changed: see `Record`.
        best: of the replies in a tree, whether every answer is the best-ranked one.
    """

    messages: list[Message]
    rejected: Message | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    best: bool = True


_ROLES: dict[str, Role] = {
    **dict.fromkeys(("human", "user", "prompter"), "user"),
    **dict.fromkeys(("assistant", "gpt", "chatgpt", "bing", "bard", "model", "bot", "claude"), "assistant"),
    **dict.fromkeys(("system", "developer"), "system"),
}
_TOOLS = frozenset({"tool", "tools", "function", "function_call", "tool_call", "observation", "ipython"})
_CALLS = ("tool_calls", "function_call")

_CUT_BEGINNING = "turns of the assistant before the first question left out"
_CUT_END = "questions without an answer left out"


def said(value: Any, what: str) -> str:
    """A text that says something.

    Raises:
        NoRecord: it is of another type, or empty.
    """
    if not isinstance(value, str):
        raise NoRecord(f"the {what} is not a text")
    if not value or value.isspace():
        raise NoRecord(f"the {what} is empty")
    return value


def said_if_any(value: Any, what: str) -> str | None:
    """A text, or None for none or an empty one.

    Raises:
        NoRecord: it is of another type.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return said(value, what)


def turn(value: Any) -> Message:
    """A turn as sets write it: `role` and `content`, or `from` and `value`.

    Raises:
        NoRecord: it is none, it is a tool's, or it holds other things than text.
    """
    if not isinstance(value, Mapping):
        raise NoRecord("a turn is not an object")
    name = value.get("role") or value.get("from")
    if any(value.get(key) for key in _CALLS):
        raise NoRecord("a turn calls a tool")
    content = next((value[key] for key in ("content", "value", "text") if key in value), None)
    return {"role": role(name), "content": content if isinstance(content, str) else _text_of_parts(content)}


def role(name: Any) -> Role:
    """The role of a name that sets use.

    Raises:
        NoRecord: it is a tool's or none that is known.
    """
    folded = name.strip().lower() if isinstance(name, str) else ""
    if folded in _TOOLS:
        raise NoRecord("a turn is a tool's")
    if folded not in _ROLES:
        raise NoRecord("a turn is of no known role")
    return _ROLES[folded]


def _text_of_parts(parts: Any) -> str:
    if not isinstance(parts, Sequence) or isinstance(parts, bytes):
        raise NoRecord("the content of a turn is not a text")
    texts = []
    for part in parts:
        is_text = isinstance(part, Mapping) and part.get("type", "text") == "text"
        text = next((part[key] for key in ("text", "value") if key in part), None) if is_text else None
        if not isinstance(text, str):
            raise NoRecord("a part of a turn is not a text")
        texts.append(text)
    return "\n".join(texts)


def turns(values: Any, what: str = "conversation") -> list[Message]:
    """Turns of a list of objects, or of texts that begin with the user's.

    Raises:
        NoRecord: as `turn`.
    """
    if not isinstance(values, Sequence) or isinstance(values, str | bytes) or not values:
        raise NoRecord(f"the {what} is not a list of turns")
    if all(isinstance(value, str) for value in values):
        roles: tuple[Role, Role] = ("user", "assistant")
        return [{"role": roles[number % 2], "content": value} for number, value in enumerate(values)]
    return [turn(value) for value in values]


def as_written(messages: list[Message], system: str | None = None) -> Talk:
    """A conversation as it stands, whoever speaks when; only what the system says at its head becomes one turn.

    Raises:
        NoRecord: nobody says anything.
    """
    start = next((n for n, message in enumerate(messages) if message["role"] != "system"), len(messages))
    if start == len(messages):
        raise NoRecord("a conversation without turns")
    heads = [system or "", *(message["content"] for message in messages[:start])]
    return Talk([*_head(heads), *messages[start:]])


def arranged(messages: list[Message], system: str | None = None) -> Talk:
    """A conversation in its order: system, then user and assistant in turn, with the assistant at the end.

    Turns of the assistant before the first question and questions after the last answer are left out.

    Raises:
        NoRecord: a turn is empty, two of one role follow each other, or nothing is left.
    """
    start = next((n for n, message in enumerate(messages) if message["role"] != "system"), len(messages))
    heads = [system or "", *(message["content"] for message in messages[:start])]
    first = next((n for n in range(start, len(messages)) if messages[n]["role"] != "assistant"), len(messages))
    end = next((n for n in range(len(messages), first, -1) if messages[n - 1]["role"] != "user"), first)
    body = messages[first:end]
    if not body:
        raise NoRecord("no question with an answer")
    for number, message in enumerate(body):
        if message["role"] == "system":
            raise NoRecord("a system turn within the conversation")
        if message["role"] != ("assistant" if number % 2 else "user"):
            raise NoRecord(f"two turns of the {message['role']} in a row")
        said(message["content"], f"turn of the {message['role']}")
    changed = [_CUT_BEGINNING] * (first > start) + [_CUT_END] * (end < len(messages))
    return Talk([*_head(heads), *body], changed=changed)


def _head(texts: Sequence[str]) -> list[Message]:
    """What the system says as one turn, or none."""
    head = "\n\n".join(text for text in texts if text and not text.isspace())
    return [{"role": "system", "content": head}] if head else []
