"""Conversations that are too short to teach anything, or too long for the model's sequence."""

from __future__ import annotations

from typing import Self

from pydantic import NonNegativeInt, model_validator

from data_prep.curation.record import Record
from data_prep.curation.steps.step import Step


class Length(Step):
    """Bounds of a whole conversation, both ends included; the last step, for tokens are counted before it."""

    min_characters: NonNegativeInt | None = None
    """Characters of all messages together, at least."""

    max_characters: NonNegativeInt | None = None
    """Characters of all messages together, at most."""

    min_tokens: NonNegativeInt | None = 150
    """Tokens of all messages together, at least; needs a tokenizer."""

    max_tokens: NonNegativeInt | None = 2048
    """Tokens of all messages together, at most; needs a tokenizer."""

    min_answer_characters: NonNegativeInt = 1
    """Characters of every answer, at least, blanks around it left out; of the rejected one, too."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for what in ("characters", "tokens"):
            least, most = getattr(self, f"min_{what}"), getattr(self, f"max_{what}")
            if least is not None and most is not None and least > most:
                raise ValueError(f"min_{what} {least} is more than max_{what} {most}")
        return self

    def check(self, record: Record) -> str | None:
        """Whether it is too short or too long; tokens that nobody counted are not looked at."""
        for message in record.contents():
            if message["role"] == "assistant" and len(message["content"].strip()) < self.min_answer_characters:
                return "length: answer too short"
        characters = sum(len(message["content"]) for message in record.messages)
        if reason := _outside(characters, self.min_characters, self.max_characters, "characters"):
            return reason
        return _outside(record.tokens, self.min_tokens, self.max_tokens, "tokens")


def _outside(number: int | None, least: int | None, most: int | None, unit: str) -> str | None:
    if number is None:
        return None
    if least is not None and number < least:
        return f"length: too few {unit}"
    return f"length: too many {unit}" if most is not None and number > most else None
