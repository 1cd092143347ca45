"""Which language a text is really in, told from a few short pieces of its prose.

The detector is py3langid restricted to the 24 official languages of the Union. Held against lingua (restricted alike)
on real acts it was as often right (2,681 of 2,682 pieces of 120 characters), and it knows Maltese, which lingua does
not, starts in 0.1 s instead of 4 s, takes 30 MB a process instead of 580 MB, and is ten times as fast.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

EU_LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
MANY_LANGUAGES = (
    *EU_LANGUAGES, "ar", "ca", "fa", "he", "hi", "id", "ja", "ko", "no", "ru", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
"""Those of the Union and what else public instruction sets are in. On pieces of law in ten languages, 40 to 120
characters long, it is right as often as with the Union's alone (99.4 to 99.8 %); with all 97 languages it is right less
often (98.0 to 99.7 %), for Galician, Macedonian or Afrikaans are taken for their neighbours."""

_PIECE = 120  # characters: enough for 99.96 %
_SHORTEST_PIECE = 60  # characters: shorter blocks are names and numbers
_FIRST_PIECES = 3
_ALL_PIECES = 9


@dataclass(frozen=True)
class _Model:
    """The part of the detector's naive Bayes model that is about some languages.

    Attributes:
        features, priors: logarithms of probabilities, shapes (features, languages) and (languages,).
    """

    languages: tuple[str, ...]
    features: NDArray[np.float32]
    priors: NDArray[np.float32]


@cache
def _detector() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_pickled_model(MODEL_FILE)


@cache
def _model(languages: tuple[str, ...] | None) -> _Model:
    detector = _detector()
    known = list(detector.nb_classes)
    numbers = [known.index(language) for language in languages or known]
    features = np.ascontiguousarray(detector.nb_ptc[:, numbers])
    return _Model(tuple(known[number] for number in numbers), features, detector.nb_pc[numbers])


def language_of(text: str) -> str:
    """The EU language that a piece of text is most likely in."""
    return likeliest(text, EU_LANGUAGES)[0]


def likeliest(text: str, languages: tuple[str, ...] | None) -> tuple[str, float]:
    """The language that a text is most likely in, and how likely that is.

    The likelihood is near 1 for any sentence of 40 characters, right or wrong; less says that there is too little text.

    Args:
        languages: those that it may be in, as ISO 639-1; None for all 97 that the detector knows.
    """
    model = _model(languages)
    scores = model.features[_features(text)].sum(axis=0) + model.priors  # of the features that are there, not of all
    best = int(scores.argmax())
    return model.languages[best], float(1 / np.exp(scores - scores[best]).sum())


def _features(text: str) -> list[int]:
    """The features that stand in a text, each as often as it does."""
    detector = _detector()
    moves, outputs = detector.tk_nextmove, detector.tk_output
    state = 0
    found: list[int] = []
    for byte in text.encode("utf-8", "surrogatepass"):
        state = moves[(state << 8) + byte]
        if state in outputs:
            found += outputs[state]
    return found


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
