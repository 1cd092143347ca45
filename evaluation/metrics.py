"""How close is an answer to the reference? ROUGE-L and exact match, in every language of the Union."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

WORD = re.compile(r"[^\W_]+")
EDGE_PUNCTUATION = " \t\n.,;:!?\"'«»“”„‘’‹›"


class UnicodeWords:
    """Tokenizer for rouge-score that keeps letters of every alphabet.

    The library's own keeps `a-z0-9` alone and so breaks `Verfügung` into two words. On ASCII text both
    give the same words.
    """

    def tokenize(self, text: str) -> list[str]:
        """Lower-cased words: runs of letters and digits, without underscores."""
        return WORD.findall(unicodedata.normalize("NFC", text).lower())


@cache
def _scorer() -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rougeL"], tokenizer=UnicodeWords())


def rouge_l(reference: str, answer: str) -> float:
    """F-measure of the longest common subsequence of words (ROUGE-L, Lin 2004), 0 to 1, no stemming."""
    return float(_scorer().score(reference, answer)["rougeL"].fmeasure)


def normalise(text: str) -> str:
    """What exact match ignores: compatibility forms (NFKC), case, runs of blanks, and punctuation at either end.

    Punctuation within stays, since `5(1)` and `51` are different citations.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.split()).strip(EDGE_PUNCTUATION)


def exact_match(reference: str, answer: str) -> bool:
    """Whether an answer is the reference, apart from what `normalise` ignores."""
    return normalise(reference) == normalise(answer)
