"""The JSON object that a reply holds, and nothing else: what some models put around it is taken off."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson

_FENCE, _THOUGHT = "```", "</think>"


def json_object(text: str, keys: Collection[str]) -> dict[str, Any] | None:
    """The object with exactly these keys; None where the reply is anything else.

    Thoughts up to `</think>`, whose beginning some servers swallow, and the fence of a code block are no part of it.
    """
    try:
        raw = orjson.loads(_unfenced(_without_thoughts(text.strip())))
    except orjson.JSONDecodeError:
        return None
    return raw if isinstance(raw, dict) and set(raw) == set(keys) else None


def _without_thoughts(text: str) -> str:
    if text.startswith(("{", _FENCE)):
        return text
    return text.partition(_THOUGHT)[2].strip()


def _unfenced(text: str) -> str:
    opening, _, rest = text.partition("\n")
    if opening.rstrip() in (_FENCE, f"{_FENCE}json") and rest.endswith(_FENCE):
        return rest.removesuffix(_FENCE)
    return text
