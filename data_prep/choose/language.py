"""Which language a text is really in, told from a few short pieces of its prose.

The detector is py3langid restricted to the 24 official languages of the Union. Held against lingua (restricted alike)
on real acts it was as often right (2,681 of 2,682 pieces of 120 characters), and it knows Maltese, which lingua does
not, starts in 0.1 s instead of 4 s, takes 30 MB a process instead of 580 MB, and is ten times as fast.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

EU_LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip

_PIECE = 120  # characters: enough for 99.96 %
_SHORTEST_PIECE = 60  # characters: shorter blocks are names and numbers
_FIRST_PIECES = 3
_ALL_PIECES = 9


@cache
def _detector() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    detector = LanguageIdentifier.from_pickled_model(MODEL_FILE)
    detector.set_languages(list(EU_LANGUAGES))
    return detector


def language_of(text: str) -> str:
    """The EU language that a piece of text is most likely in."""
    detector = _detector()
    counts = detector.instance2fv(text)
    there = counts.nonzero()[0]  # some fifty of 7,480 features: all of them would keep every core's BLAS busy
    scores = counts[there] @ detector.nb_ptc[there] + detector.nb_pc
    return str(detector.nb_classes[scores.argmax()])


def detect(blocks: Sequence[str], stated: str) -> tuple[str | None, float]:
    """The language of most pieces of a document's prose, and the share of the pieces that are in it.

    Three pieces from the whole length of the document are enough where all of them are in the stated language;
    else there are up to nine, and the majority decides, so that one foreign passage does not.

    Args:
        blocks: the document's prose, one block of text an item.
        stated: the language that the document says it is in; wins a tie.

    Returns:
        None and 0 where the prose is too little to tell, or `stated` is no official language of the Union.
    """
    usable = [block for block in blocks if len(block) >= _SHORTEST_PIECE] if stated in EU_LANGUAGES else []
    if not usable:
        return None, 0.0
    found = _votes(_spread(usable, _FIRST_PIECES))
    if len(found) > 1 or stated not in found:
        found = _votes(_spread(usable, _ALL_PIECES))
    winner = min(found, key=lambda language: (-found[language], language != stated, language))
    return winner, found[winner] / found.total()


def _votes(blocks: Sequence[str]) -> Counter[str]:
    return Counter(language_of(block[:_PIECE]) for block in blocks)


def _spread(blocks: Sequence[str], number: int) -> list[str]:
    """The blocks at `number` places at equal distances of characters, or all of them where there are no more."""
    if len(blocks) <= number:
        return list(blocks)
    ends = list(accumulate(map(len, blocks)))
    return [blocks[bisect_left(ends, (place + 0.5) * ends[-1] / number)] for place in range(number)]
