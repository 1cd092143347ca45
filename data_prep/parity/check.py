"""What a check says, and the four things it can say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["ok", "warning", "breach", "not known"]


@dataclass(frozen=True)
class Check:
    """One line of the list.

    Attributes:
        name: what was looked at, in a few words.
        status: `breach` where the sides differ, or a test stands in training; `warning` where they will if one thing is
            done in the usual wrong way; `not known` where a side does not say.
        detail: what was found, as a sentence without a full stop.
        shown: figures and examples for programs, and for the tables below the list.
    """

    name: str
    status: Status
    detail: str
    shown: dict[str, Any] = field(default_factory=dict)
