"""How long a prompt and an answer of a task may be, as a dataset's manifest says, for training and evaluation alike.

"tasks": {"default": {"max_input_tokens": 2048, "max_output_tokens": 512}}
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lexatron.errors import UserError

MANIFEST = "manifest.json"
DEFAULT = "default"
"""The task that stands for every one without limits of its own."""

PERCENTILE = 99.9
MULTIPLE = 64


class Limits(BaseModel):
    """Tokens of a prompt, with the chat template around it, and of an answer, its end included."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    max_input_tokens: int = Field(ge=1)
    max_output_tokens: int = Field(ge=1)


def read_limits(folder_or_file: str | Path) -> dict[str, Limits]:
    """Task -> limits, of the manifest of a dataset folder or of the folder that a test file is in.

    Empty where there is no manifest, or no `tasks` in it.

    Raises:
        UserError: the manifest is damaged, or its limits are not whole numbers of at least 1.
    """
    given = Path(folder_or_file)
    path = (given if given.is_dir() else given.parent) / MANIFEST
    if not path.is_file():
        return {}
    try:
        raw = json.loads(path.read_bytes())
    except ValueError as error:
        raise UserError(f"not JSON ({error})", where=path, remedy="make the dataset again") from error
    tasks = raw.get("tasks") if isinstance(raw, dict) else None
    if tasks is None:
        return {}
    if not isinstance(tasks, dict):
        raise UserError("tasks is not an object", where=path, remedy='write it as {"default": {...}}')
    return {name: _limits(value, f"{path}: tasks.{name}") for name, value in tasks.items()}


def _limits(value: Any, where: str) -> Limits:
    try:
        return Limits.model_validate(value, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        remedy = "give max_input_tokens and max_output_tokens as whole numbers of at least 1"
        raise UserError(f"{field}: {first['msg']}".removeprefix(": "), where=where, remedy=remedy) from error


def suggest_limits(prompt_lengths: npt.ArrayLike, answer_lengths: npt.ArrayLike, seq_length: int) -> Limits:
    """Limits that 999 of 1,000 prompts and answers keep, as multiples of 64 where both fit into a sequence.

    Where they do not, one that needs less than half of the sequence gets what it needs and the other the rest; else
    each gets a half.

    Args:
        prompt_lengths, answer_lengths: tokens, shape [number].
        seq_length: tokens of both together, at least 2.
    """
    assert seq_length >= 2
    prompt, answer = _wanted(prompt_lengths), _wanted(answer_lengths)
    half = seq_length // 2
    answer = min(answer, max(half, seq_length - prompt))
    return Limits(max_input_tokens=min(prompt, seq_length - answer), max_output_tokens=answer)


def _wanted(lengths: npt.ArrayLike) -> int:
    found = np.asarray(lengths)
    longest = float(np.percentile(found, PERCENTILE)) if found.size else 0.0
    return max(1, -int(-longest // MULTIPLE)) * MULTIPLE
