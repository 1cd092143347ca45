"""The first token in which two ways to tokenise a conversation differ, with its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

BESIDE = 3
"""Tokens shown before and after the first that differs."""


class Decoder(Protocol):
    """What knows a token's text."""

    def decode_token(self, token: int, /) -> str: ...


@dataclass(frozen=True)
class Place:
    """The tokens of both at one index; None where one has ended."""

    index: int
    first: int | None
    first_text: str | None
    second: int | None
    second_text: str | None

    def to_json(self) -> dict[str, Any]:
        """As a line of `parity.json`."""
        return asdict(self)


def first_difference(first: npt.ArrayLike, second: npt.ArrayLike) -> int | None:
    """The index of the first token that differs, also where one ends before the other; None where all are the same."""
    mine, theirs = np.asarray(first), np.asarray(second)
    shorter = min(len(mine), len(theirs))
    differing = np.flatnonzero(mine[:shorter] != theirs[:shorter])
    if differing.size:
        return int(differing[0])
    return None if len(mine) == len(theirs) else shorter


def around(
    index: int, first: Sequence[int], first_decoder: Decoder, second: Sequence[int], second_decoder: Decoder
) -> list[Place]:
    """The tokens of both at an index, and up to three before and after it."""
    end = max(len(first), len(second))
    return [
        Place(at, *_token(first, at, first_decoder), *_token(second, at, second_decoder))
        for at in range(max(0, index - BESIDE), min(end, index + BESIDE + 1))
    ]


def _token(ids: Sequence[int], at: int, decoder: Decoder) -> tuple[int | None, str | None]:
    if at >= len(ids):
        return None, None
    token = int(ids[at])
    return token, decoder.decode_token(token)
