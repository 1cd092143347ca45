"""The amounts of data that a recipe is planned with where there are none yet: those of our first users."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from recipes.registry import parameters

TOKENS = 446_470_190
SAMPLES = 150_000
_AMOUNTS = {"corpus": ("tokens", TOKENS), "dataset": ("samples", SAMPLES)}


def stand_in(function: Callable[..., Any], arguments: Sequence[str]) -> list[str]:
    """`tokens=...` or `samples=...` where a recipe's data are not there; nothing where they are, or where an amount
    or `max_steps` is given."""
    known = parameters(function)
    given = dict(argument.partition("=")[::2] for argument in arguments)
    for source, (amount, value) in _AMOUNTS.items():
        if source not in known or given.keys() & {amount, "max_steps"}:
            continue
        folder = Path(given.get(source, str(known[source].default)))
        if not any((folder / file).is_file() for file in ("manifest.json", "training.jsonl")):
            return [f"{amount}={value}"]
    return []
