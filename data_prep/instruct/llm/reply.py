"""What a chat server answers: one JSON body, or a stream of server-sent events put together again.

`transformers serve` streams whatever it is asked; most others send one body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Usage:
    """What requests cost, in the server's own tokens.

    Attributes:
        requests: answered ones. `unreported`: those of them whose server told no tokens.
    """

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    unreported: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.requests + other.requests,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.unreported + other.unreported,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """The assistant's message.

    Attributes:
        finish: why it ends: `stop`, `length` where it was cut off; None where the server does not say.
    """

    text: str
    finish: str | None = None
    usage: Usage = field(default_factory=lambda: Usage(requests=1, unreported=1))

    @property
    def cut_off(self) -> bool:
        """Whether the message ends because it may have no more tokens."""
        return self.finish == "length"


def read_reply(body: bytes, content_type: str) -> Reply:
    """The reply in the body of an answer to `/chat/completions`.

    Raises:
        ValueError: the body is not such an answer, or reports an error.
    """
    if content_type.startswith("text/event-stream"):
        return _streamed(body)
    raw = _object(body)
    choice = _choice(raw)
    return Reply(_text(choice.get("message")), _finish(choice), _usage(raw))


def _streamed(body: bytes) -> Reply:
    text, finish, usage = "", None, None
    for event in _events(body):
        raw = _object(event)
        usage = raw.get("usage") or usage
        if raw.get("choices"):
            choice = _choice(raw)
            text += _text(choice.get("delta"))
            finish = _finish(choice) or finish
    if finish is None:
        raise ValueError("the stream ends in the middle")
    return Reply(text, finish, _usage({"usage": usage}))


def _events(body: bytes) -> Iterator[bytes]:
    """The data of each event; chat servers put an event on one line."""
    for line in body.splitlines():
        if line.startswith(b"data:") and (data := line.removeprefix(b"data:").strip()) != b"[DONE]":
            yield data


def _object(data: bytes) -> dict[str, Any]:
    try:
        raw = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise ValueError("not JSON") from error
    if not isinstance(raw, dict):
        raise ValueError("not a JSON object")
    if raw.get("error"):
        raise ValueError(f"the server reports: {error_message(data)}")
    return raw


def _choice(raw: dict[str, Any]) -> dict[str, Any]:
    choices = raw.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise ValueError("no choices in it")
    return choices[0]


def _text(message: object) -> str:
    content = message.get("content") if isinstance(message, dict) else None
    return content if isinstance(content, str) else ""


def _finish(choice: dict[str, Any]) -> str | None:
    finish = choice.get("finish_reason")
    return finish if isinstance(finish, str) else None


def _usage(raw: dict[str, Any]) -> Usage:
    usage = raw.get("usage")
    if not isinstance(usage, dict):
        return Usage(requests=1, unreported=1)
    return Usage(1, _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")))


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def error_message(body: bytes, limit: int = 200) -> str:
    """What a server says is wrong, on one line of at most `limit` characters."""
    try:
        raw: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        raw = body.decode("utf-8", "replace")
    for name in ("error", "message", "detail"):
        if isinstance(raw, dict) and raw.get(name):
            raw = raw[name]
    text = raw if isinstance(raw, str) else orjson.dumps(raw).decode()
    return " ".join(text.split())[:limit]
