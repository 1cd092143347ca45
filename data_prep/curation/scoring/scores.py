"""The rubric, and the scores that a reply holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from data_prep.instruct.llm.json_object import json_object

RUBRIC = {
    "accuracy": (3, "what it states is true and follows from what it was given; nothing is made up"),
    "completeness": (2, "every part of the request is answered, and nothing breaks off"),
    "coherence": (2, "it is in order, free of contradictions and in good language, that of the request"),
    "helpfulness": (3, "it does what the user wants, at the right depth, and can be used as it stands"),
}
"""Criterion -> the most points, and what earns them."""

_REASON = 300  # characters that are kept


@dataclass(frozen=True, slots=True)
class Scores:
    """Points by criterion, and why in a sentence."""

    accuracy: int
    completeness: int
    coherence: int
    helpfulness: int
    reason: str = ""

    @property
    def total(self) -> int:
        """1 to 10."""
        return max(1, self.accuracy + self.completeness + self.coherence + self.helpfulness)

    def to_json(self) -> dict[str, Any]:
        """All fields and the total."""
        return {**asdict(self), "total": self.total}


def parse_scores(text: str) -> Scores | None:
    """The scores that a reply holds; None where it is not the object asked for with whole numbers in range."""
    raw = json_object(text, (*RUBRIC, "reason"))
    if raw is None or not isinstance(reason := raw.pop("reason"), str):
        return None
    if any(type(points) is not int or not 0 <= points <= RUBRIC[name][0] for name, points in raw.items()):
        return None
    return Scores(**raw, reason=" ".join(reason.split())[:_REASON])
