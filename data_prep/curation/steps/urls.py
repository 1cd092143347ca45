"""Addresses of the web: links that a model learns by heart are made up or dead by the time it says them."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import NonNegativeInt

from data_prep.curation.record import Record
from data_prep.curation.steps.contents import rewrite
from data_prep.curation.steps.step import Step

PLACEHOLDER = "[URL]"

_URL = re.compile(r"(?:\bhttps?://|\bftp://|\bwww\.)[^\s<>\"'`\\^{}|\[\]()]+(?<![.,;:!?])", re.IGNORECASE)


class Urls(Step):
    """Keeps, masks or drops what holds addresses of the web."""

    policy: Literal["keep", "mask", "drop"] = "keep"
    """mask: `[URL]` stands for every address. drop: records that hold one."""

    max_urls: NonNegativeInt | None = None
    """Records with more of them are dropped, whatever the policy."""

    def check(self, record: Record) -> str | None:
        """Whether there are addresses, or too many."""
        if self.policy == "keep" and self.max_urls is None:
            return None
        number = sum(_count(message["content"]) for message in record.contents())
        if self.policy == "drop" and number:
            return "url"
        if self.max_urls is not None and number > self.max_urls:
            return "urls: too many"
        if self.policy == "mask" and number:
            rewrite(record, masked, "url masked")
        return None


def masked(text: str) -> str:
    """The text with `[URL]` for every address of the web."""
    return _URL.sub(PLACEHOLDER, text)


def _count(text: str) -> int:
    if "://" not in text and "www." not in text.lower():
        return 0
    return sum(1 for _ in _URL.finditer(text))
