"""A section of `sources`: which files or which set of the Hugging Face hub, in which shape, and what is known of it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from data_prep.curation.options import Options
from data_prep.curation.record import Side

ShapeName = Literal[
    "auto", "own", "preference", "tree", "flat_tree", "conversation", "alpaca", "instruction", "query", "prompt",
    "question", "problem", "input_output",
]  # fmt: skip

_HUB_NAME = r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*"


class Source(Options):
    """One instruction set."""

    name: str = Field(pattern=r"^[a-z0-9_-]+$")
    """Stands beside every record."""
    path: str | tuple[str, ...] | None = None
    """Files, folders or patterns (`**` for folders below), relative to the YAML file's folder; or hub."""
    hub: str | None = Field(default=None, pattern=f"^{_HUB_NAME}$")
    """Name of a set on the Hugging Face hub, ORGANISATION/NAME; or path."""
    revision: str | None = None
    """Branch, tag or commit of the set on the hub."""
    config: str | None = None
    """Which of the set's configurations, where it has several."""
    split: str | None = None
    """Only files of this split (`train`, `test_sft`), as their names or the set's README tell."""
    shape: ShapeName = "auto"
    """How rows are laid out; auto looks at the keys of each row."""
    fields: dict[str, str] = Field(default_factory=dict)
    """Unusual names of keys: our key -> the row's key, with dots for objects in objects."""
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")
    """Of all rows, whatever they say; so are domain, difficulty and teacher."""
    domain: str | None = None
    difficulty: str | None = None
    teacher: str | None = None
    """The model or the people who wrote the answers."""
    license: str | None = None
    """For the card."""
    side: Side | None = None
    """Puts all rows on this side of the split."""
    keep_splits: bool = False
    """Rows of files named validation or test stay on that side."""
    paths: Literal["best", "all"] = "best"
    """Of trees of replies: only the best-ranked answer to each message, or all of them."""
    limit: int | None = Field(default=None, ge=1)
    """Only so many rows, from the first on."""

    @field_validator("fields")
    @classmethod
    def _named(cls, fields: dict[str, str]) -> dict[str, str]:
        if any(not ours or not all(theirs.split(".")) for ours, theirs in fields.items()):
            raise ValueError("write our key: the row's key, as in instruction: inputs.question")
        return fields

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (not self.path) == (self.hub is None):
            raise ValueError("give either path or hub")
        if self.hub is None and (self.revision or self.config):
            raise ValueError("revision and config go with hub")
        return self
