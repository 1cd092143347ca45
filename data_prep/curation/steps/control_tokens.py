"""Strings that a tokenizer takes for control tokens: whoever writes `<|eot_id|>` speaks for somebody else."""

from __future__ import annotations

from typing import Literal

from data_prep.chat.control import find, neutralise
from data_prep.curation.record import Record
from data_prep.curation.steps.contents import rewrite
from data_prep.curation.steps.step import Step

_BEGINNINGS = ("<", "[")  # of all tokens that `data_prep.chat.control` knows


class ControlTokens(Step):
    """Looks for control tokens of well-known chat formats in what was said."""

    policy: Literal["neutralise", "drop", "keep"] = "neutralise"
    """neutralise: a space makes plain text of them. drop: records that hold one. keep: nothing is done."""

    tokens: tuple[str, ...] = ()
    """More of them, beside the well-known ones: those of your own tokenizer."""

    def check(self, record: Record) -> str | None:
        """Whether there is one, where the policy is to drop."""
        if self.policy == "keep":
            return None
        if self.policy == "drop":
            there = any(self._may_hold(m["content"]) and find(m["content"], self.tokens) for m in record.contents())
            return "control tokens" if there else None
        rewrite(record, self._neutralised, "control tokens neutralised")
        return None

    def _neutralised(self, text: str) -> str:
        return neutralise(text, self.tokens) if self._may_hold(text) else text

    def _may_hold(self, text: str) -> bool:
        return any(sign in text for sign in (*_BEGINNINGS, *self.tokens))
