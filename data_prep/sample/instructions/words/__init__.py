"""The phrases of the invented instructions in five languages."""

from __future__ import annotations

from data_prep.sample.instructions.words import de, en, es, fr, pt
from data_prep.sample.instructions.words.base import DOMAINS, Words

BY_CODE: dict[str, Words] = {module.WORDS.code: module.WORDS for module in (en, fr, de, es, pt)}

__all__ = ["BY_CODE", "DOMAINS", "Words"]
