"""Programs in conversations: kept, left out, or all that is wanted."""

from __future__ import annotations

import re
from typing import Literal

from data_prep.curation.record import Record
from data_prep.curation.steps.contents import parts
from data_prep.curation.steps.step import Step
from data_prep.curation.steps.types import Share

_CODE_LINE = re.compile(
    r"[ \t]{0,80}(?:"
    r"(?:def|class|async def) \w+[(:]|(?:from [\w.]+ )?import [\w.*]+|#include\b|(?:const|let|var) \w+ ="
    r"|elif |else:|try:|finally:|except\b.{0,80}:|(?:return|print|printf|console\.\w+)\b.{0,200}[);]$"
    r"|(?:if|for|while|with|switch)\b(?!.{0,200}[a-z]{2} [a-z]{2,20} [a-z]{2,20} [a-z]{2}).{1,200}(?:\{|[\w)\]]:)$"
    r"|SELECT .{1,200}\bFROM\b|[{}()\[\]];?$"
    r"|[a-zA-Z_][\w.\[\]]{1,60} [-+*/|&]?= (?!.{0,200}[a-z]{2} [a-z]{2,20} [a-z]{2}).{0,200}[)\]}\"';]$"
    r"|[a-zA-Z_][\w.]{0,60}\(.{0,200}\);$|.{0,200}[\w)] \{$"
    r"|</?[a-z]\w{0,20}(?: [\w-]{1,30}=\"[^\"]{0,200}\"){0,10} ?/?>"
    r")"
)
"""What statements and blocks of common languages begin and end with; a line of law may well end in a semicolon."""


class Code(Step):
    """Keeps everything, or leaves out what is mostly code, or keeps that alone."""

    policy: Literal["keep", "drop", "only"] = "keep"
    """drop: records that are mostly code. only: all others are dropped."""

    max_share: Share = 0.5
    """A record is mostly code where a larger share of its characters stands in fenced blocks or lines of code."""

    def check(self, record: Record) -> str | None:
        """Whether there is too much code, or too little."""
        if self.policy == "keep":
            return None
        mostly = code_share(record.text) > self.max_share
        if self.policy == "drop":
            return "code" if mostly else None
        return None if mostly else "code: too little"


def code_share(text: str) -> float:
    """The share of a text's characters that stand in fenced code blocks, or in lines that look like code."""
    code = sum(len(piece) if fenced else _code_lines(piece) for piece, fenced in parts(text))
    return code / len(text) if text else 0.0


def _code_lines(prose: str) -> int:
    return sum(len(line) + 1 for line in prose.split("\n") if _CODE_LINE.match(line))
