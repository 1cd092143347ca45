"""A quality from 1 to 10 without a model, by the four parts of the rubric that a model is given.

Signs of a good answer, not its goodness. Nothing here knows whether an answer is true: accuracy is 2 of 3 for whatever
was said and 2.5 at most, less where the answer itself gives cause for doubt. Good enough to put the worst answers last,
not to choose between two good ones.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

from data_prep.curation.record import Record
from data_prep.curation.steps.refusals import refuses

_READ = 8000  # characters of an answer that are looked at, from its beginning
_ASKED = 4000  # characters of a question
_NO_LETTER = bytes({*range(0xC0), 0xC2, 0xE2} - set(string.ascii_letters.encode()))
_ENDS = tuple(".!?…:;)]}>\"'»”’`*_|$%。！？")
_ITEM = re.compile(r"[ \t]{0,40}(?:[-*•+]|\d{1,3}[.)]|\|)\s")
_SIGNS = ".,;:!?()[]\"'*`«»“”„¿¡"
_BRIEF = frozenset({
    "briefly", "short", "shortly", "only", "classify", "choose", "brièvement", "court", "courte", "kurz",
    "kurze", "kurzen", "brevemente", "corto", "corta", "curto", "curta",
})  # fmt: skip
_LONG = frozenset({
    "explain", "describe", "detail", "detailed", "details", "essay", "step", "steps", "list", "compare",
    "discuss", "write", "story", "why", "how", "expliquez", "explique", "décrivez", "décris", "détail",
    "détails", "étapes", "pourquoi", "comment", "erkläre", "erklären", "beschreibe", "beschreiben", "schritte",
    "warum", "wie", "explica", "pasos", "cómo", "descreva", "passos", "como",
})  # fmt: skip
_REASONS = frozenset({
    "because", "therefore", "thus", "since", "example", "according", "article", "parce", "donc", "exemple",
    "weil", "daher", "deshalb", "beispiel", "artikel", "porque", "ejemplo", "artículo", "portanto", "exemplo",
    "artigo",
})  # fmt: skip
_HEDGES = (
    *("i'm not sure", "i am not sure", "i'm not entirely sure", "i don't know", "je ne sais pas", "ich weiß nicht"),
    *("ich weiß es nicht", "no lo sé", "não sei"),
)
_HEDGED_WITHIN = 300  # characters
_BRIEF_WORDS, _PLAIN_WORDS, _LONG_WORDS = 1, 25, 70  # that an answer needs to what asks for a word, anything, much
_DEEP_WORDS = 120
_LONGEST_MEAN = 15  # characters a word, its blank among them, of a text that has blanks between words


@dataclass(frozen=True, slots=True)
class Scores:
    """The parts of the rubric: accuracy 0 to 3, completeness 0 to 2, coherence 0 to 2, helpfulness 0 to 3."""

    accuracy: float
    completeness: float
    coherence: float
    helpfulness: float

    @property
    def total(self) -> float:
        """From 1 to 10."""
        return max(1.0, self.accuracy + self.completeness + self.coherence + self.helpfulness)


@dataclass(frozen=True, slots=True)
class Signals:
    """What is measured of a last question and its answer; shares and degrees are between 0 and 1.

    Attributes:
        words: of the answer.
        length: the answer's words against those that the question asks for.
        depth: the answer's words against those of a thorough one, or the same as `length` where little is asked for.
        finished: it ends like a sentence, an item, a formula or a block of code.
        closed: every fenced block of code is closed.
        variety: different words against those that a text of this length has.
        letters: share among the characters that are not blank.
        overlap: the question's longer words that are in the answer, twice their share.
        structured: a long answer has paragraphs, items or code.
        refuses, hedges, reasons: it begins with a refusal, says that it does not know, gives reasons or sources.
        damaged: it holds U+FFFD. echo: it is the question once more.
    """

    words: int
    length: float
    depth: float
    finished: bool
    closed: bool
    variety: float
    letters: float
    overlap: float
    structured: bool
    refuses: bool
    hedges: bool
    reasons: bool
    damaged: bool
    echo: bool


def score(record: Record) -> Scores:
    """The scores of a record's last answer."""
    users = [message["content"] for message in record.messages if message["role"] == "user"]
    return scored(signals(users[-1] if users else "", record.answer))


def scored(signs: Signals) -> Scores:
    """The scores that signals stand for."""
    if not signs.words or signs.echo:
        return Scores(0.0, 0.0, 0.0, 0.0)
    accuracy = 2.0 + 0.5 * signs.reasons - 1.0 * signs.hedges - 1.0 * signs.damaged - 1.0 * signs.refuses
    completeness = 1.0 * signs.finished * signs.closed + signs.length
    clean = min(1.0, signs.letters / 0.6) if signs.closed else 0.5
    coherence = 2 * signs.variety * clean
    helpfulness = 0.75 * signs.overlap + 1.5 * signs.depth + 0.75 * signs.structured
    if signs.refuses:
        completeness, helpfulness = completeness / 2, 0.0
    return Scores(max(0.0, accuracy), completeness, coherence, helpfulness * signs.variety)


def signals(question: str, answer: str) -> Signals:
    """Measure a question and its answer."""
    asked = {word.strip(_SIGNS) for word in _words(question[:_ASKED].casefold())}
    cut = answer[:_READ]
    folded = cut.casefold()
    words = _words(folded)
    number, different = len(words), set(words)
    wanted = _wanted(asked)
    length = min(1.0, number / wanted)
    fenced = "```" in answer
    return Signals(
        words=number,
        length=length,
        depth=length if wanted == _BRIEF_WORDS else min(1.0, number / _DEEP_WORDS),
        finished=_finished(answer, number),
        closed=not fenced or answer.count("```") % 2 == 0,
        variety=_variety(number, len(different)),
        letters=1.0 if fenced else _letter_share(cut, number),
        overlap=_overlap(asked, folded),
        structured=number < _DEEP_WORDS or fenced or "\n" in cut.strip(),
        refuses=refuses(answer),
        hedges=any(hedge in folded[:_HEDGED_WITHIN] for hedge in _HEDGES),
        reasons=not _REASONS.isdisjoint(different),
        damaged="\ufffd" in answer,
        echo=bool(asked) and words == _words(question.casefold()),
    )


def _words(text: str) -> list[str]:
    """What stands between blanks; of a text without them, Chinese or Japanese, pairs of characters."""
    words = text.split()
    if len(words) * _LONGEST_MEAN >= len(text):
        return words
    return [text[place : place + 2] for place in range(0, len(text), 2)]


def _wanted(asked: set[str]) -> int:
    """Words that an answer needs."""
    if not _BRIEF.isdisjoint(asked):
        return _BRIEF_WORDS
    return _PLAIN_WORDS if _LONG.isdisjoint(asked) else _LONG_WORDS


def _finished(answer: str, words: int) -> bool:
    """A word or two need no full stop, nor does an item of a list."""
    end = answer.rstrip()
    return end.endswith(_ENDS) or words < 8 or _ITEM.match(end[end.rfind("\n") + 1 :][:60]) is not None


def _variety(words: int, different: int) -> float:
    """Different words by Heaps' law: a text of n words has 3 n^0.7 of them, and 80 % of that is enough."""
    return min(1.0, different / (0.8 * min(words, 3 * words**0.7))) if words else 0.0


def _letter_share(text: str, words: int) -> float:
    letters = len(text.encode("utf-8", "replace").translate(None, _NO_LETTER))
    return min(1.0, letters / max(1, len(text) - words + 1))


def _overlap(asked: set[str], answer: str) -> float:
    longer = [word for word in asked if len(word) > 4]
    return min(1.0, 2 * sum(word in answer for word in longer) / len(longer)) if longer else 1.0
