"""The steps that every record goes through, one file each, and the order in which they run."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationInfo, field_validator

from data_prep.curation.options import Options
from data_prep.curation.steps.blocklist import Blocklist
from data_prep.curation.steps.boilerplate import Boilerplate
from data_prep.curation.steps.code import Code
from data_prep.curation.steps.control_characters import ControlCharacters
from data_prep.curation.steps.control_tokens import ControlTokens
from data_prep.curation.steps.encoding import Encoding
from data_prep.curation.steps.language import Language
from data_prep.curation.steps.length import Length
from data_prep.curation.steps.pii import Pii
from data_prep.curation.steps.refusals import Refusals
from data_prep.curation.steps.repetition import Repetition
from data_prep.curation.steps.step import Step
from data_prep.curation.steps.turns import Turns
from data_prep.curation.steps.urls import Urls

__all__ = ["Step", "Steps"]


class Steps(Options):
    """Which steps run, and with which options; they run in this order. `false` switches a step off, `true` on."""

    turns: Turns | None = Turns()
    """Roles in turn."""

    encoding: Encoding | None = Encoding()
    """Mojibake."""

    control_characters: ControlCharacters | None = ControlCharacters()
    """Unseen characters and blanks."""

    control_tokens: ControlTokens | None = ControlTokens()
    """Strings such as `<|eot_id|>`."""

    refusals: Refusals | None = Refusals()
    """Answers that refuse."""

    boilerplate: Boilerplate | None = Boilerplate()
    """Phrases around answers."""

    urls: Urls | None = Urls()
    """Addresses of the web."""

    code: Code | None = Code()
    """Share of code."""

    pii: Pii | None = Pii()
    """Personal data."""

    repetition: Repetition | None = Repetition()
    """Answers that repeat themselves."""

    blocklist: Blocklist | None = Blocklist()
    """Words and patterns of one's own."""

    language: Language | None = Language()
    """Languages to keep."""

    length: Length | None = Length()
    """Characters and tokens."""

    @field_validator("*", mode="before")
    @classmethod
    def _switched(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, bool) and info.field_name is not None:
            return cls.model_fields[info.field_name].default if value else None
        return value

    def active(self) -> list[tuple[str, Step]]:
        """The steps that run, with their names, in order."""
        return [(name, step) for name in type(self).model_fields if (step := getattr(self, name)) is not None]
