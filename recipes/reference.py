"""The amounts of data that a recipe is planned with where there are none yet: those of our first users."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from data_prep.packs.about import ABOUT
from recipes.registry import parameters

TOKENS = 446_470_190
CONVERSATIONS = 150_000
CONVERSATION_TOKENS = 310  # 92 of the question and 218 of the answer, the means of long questions over real acts


def stand_in(function: Callable[..., Any], arguments: Sequence[str]) -> list[str]:
    """`tokens=...` or `samples=...` where a recipe's data are not there; nothing where they are, or where an amount
    or `max_steps` is given."""
    defaults = {name: str(parameter.default) for name, parameter in parameters(function).items()}
    settings = defaults | dict(argument.partition("=")[::2] for argument in arguments)
    if settings["max_steps"] != "None":
        return []
    if "corpus" in settings:
        wanted, files, value = "tokens", [Path(settings["corpus"]) / "manifest.json"], TOKENS
    else:
        files = [Path(settings["dataset"]) / name for name in ("training.jsonl", ABOUT)]
        wanted, value = "samples", _sequences(settings)
    return [] if any(file.is_file() for file in files) or settings[wanted] != "None" else [f"{wanted}={value}"]


def _sequences(settings: dict[str, str]) -> int:
    if settings["packed"].lower() == "false":
        return CONVERSATIONS
    return math.ceil(CONVERSATIONS * CONVERSATION_TOKENS / int(settings["seq_length"]))


def in_words(amount: str) -> str:
    """`tokens=446470190` as people write it: 446,470,190 tokens."""
    name, _, value = amount.partition("=")
    return f"{int(value):,} {name}"
