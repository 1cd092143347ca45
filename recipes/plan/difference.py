"""What to type so that a recipe becomes another one: overrides by dotted path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import nemo_run as run


def overrides(before: run.Partial, after: run.Partial) -> list[str]:
    """`path=value` for everything in which two recipes of the same shape differ, callbacks and data paths included."""
    return [f"{path}={_word(value)}" for path, value in _different(before, after, "")]


def _different(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(after, run.Config | run.Partial) or not _same_kind(before, after):
        if before != after:
            yield path, after
        return
    for name in sorted({*before.__arguments__, *after.__arguments__}):
        ours, theirs = getattr(before, name, None), getattr(after, name, None)
        yield from _different(ours, theirs, f"{path}.{name}" if path else name)


def _same_kind(before: Any, after: run.Config | run.Partial) -> bool:
    return isinstance(before, type(after)) and before.__fn_or_cls__ is after.__fn_or_cls__


def _word(value: Any) -> str:
    return str(value).replace(" ", "")
