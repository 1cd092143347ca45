"""The section `balance` of an instruction set's YAML file."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field, field_validator

from data_prep.curation.options import Options

DIMENSIONS = ("domain", "language", "difficulty")


class Balance(Options):
    """Target shares by group, as parts of 1, or as per cent where one of a dimension is above 1.

    The groups that are not named share what is left to 1 or 100; shares that add up to more are taken as weights.
    """

    domain: dict[str, float] = Field(default_factory=dict)
    """As `{law: 50, general: 30}` or `{law: 0.5, general: 0.3}`; empty for no targets. The next two likewise."""
    language: dict[str, float] = Field(default_factory=dict)
    difficulty: dict[str, float] = Field(default_factory=dict)
    others: Literal["keep", "drop"] = "keep"
    """Groups that are not named beside some that are: share what is left in their own proportion, or are dropped."""
    by: Literal["records", "tokens"] = "records"
    """What the shares are of."""
    max_records: int | None = Field(default=None, ge=1)
    """Records that are kept at most."""
    max_per_source: dict[str, int] | int | None = None
    """Records that are kept of a source at most; by source, or the same for all."""
    at_least: float = Field(default=0.5, ge=0, le=1)
    """Part of the records (or of `max_records`, if that is fewer) that is kept even where a group then has too few for
    its share and the others have more than theirs. 0 meets every share that can be met, were it with a handful."""
    seed: int = 1234

    @field_validator(*DIMENSIONS)
    @classmethod
    def _are_shares(cls, shares: dict[str, float]) -> dict[str, float]:
        if not all(math.isfinite(share) and share >= 0 for share in shares.values()):
            raise ValueError("a share is a number that is not below 0")
        if shares and not sum(shares.values()):
            raise ValueError("all shares are 0")
        return shares

    @field_validator("max_per_source")
    @classmethod
    def _are_caps(cls, caps: dict[str, int] | int | None) -> dict[str, int] | int | None:
        if min(caps.values() if isinstance(caps, dict) else [caps or 0], default=0) < 0:
            raise ValueError("no fewer than 0 records can be kept of a source")
        return caps

    @property
    def targets(self) -> dict[str, dict[str, float]]:
        """The dimensions that have targets, with them as parts of 1."""
        every = {"domain": self.domain, "language": self.language, "difficulty": self.difficulty}
        return {dimension: _parts(shares) for dimension, shares in every.items() if shares}

    def cap(self, source: str) -> float:
        """Records that are kept of a source at most."""
        caps = self.max_per_source
        of_source = caps.get(source) if isinstance(caps, dict) else caps
        return math.inf if of_source is None else of_source


def _parts(shares: dict[str, float]) -> dict[str, float]:
    whole = 100.0 if max(shares.values()) > 1 else 1.0
    return {name: share / whole for name, share in shares.items()}
