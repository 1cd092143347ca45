"""The language of a conversation: told where nobody says it, checked where somebody does.

Told from a few pieces of 120 characters of prose, apart for what was asked and what was answered, by the detector of
`data_prep.choose.language` among the languages of the Union and fifteen others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from data_prep.choose.language import MANY_LANGUAGES, likeliest
from data_prep.curation.record import Record
from data_prep.curation.steps.contents import prose
from data_prep.curation.steps.step import Step
from data_prep.curation.steps.types import Share

_PIECE = 120  # characters
_SURE_LENGTH = 60  # characters: what is shorter may be a name, a number or a list
_SURE = 0.9
_PIECES = 4  # where the first one leaves a doubt
_LETTERS = 0.4  # share of letters in a piece; vowel signs of Indic scripts are none
_EXAMPLES = 20
_READ = 4000  # characters of a text that is looked at as a whole


@dataclass(frozen=True, slots=True)
class Told:
    """What language a text is in; `confidence`, 0 to 1, is the mean likelihood over its pieces. None: hardly a
    letter."""

    language: str | None
    confidence: float
    characters: int

    @property
    def sure(self) -> bool:
        """Whether it can be held against what is stated."""
        return self.confidence >= _SURE and self.characters >= _SURE_LENGTH


class Language(Step):
    """Fills in the language where none is stated, and drops conversations in others than those to be kept."""

    keep: tuple[str, ...] | None = None
    """Languages as ISO 639-1: `[en, fr]`. By default every language is kept, also one that cannot be told."""

    min_confidence: Share = 0.5
    """Where no language is stated, one that is told with less confidence is not believed."""

    verify: bool = True
    """Drop conversations that are clearly in another language than is stated. Else what is stated is believed."""

    multilingual: bool = True
    """Keep conversations whose answers are in another language than the questions: translations."""

    def check(self, record: Record) -> str | None:
        """Whether it is in no language to be kept; sets `record.language`."""
        unproved = record.language is None or (self.verify and record.language in MANY_LANGUAGES)
        if unproved and (reason := self._compare(record)):
            return reason
        if self.keep is None or record.language in self.keep:
            return None
        return "language: other" if record.language else "language: uncertain"

    def _compare(self, record: Record) -> str | None:
        """Hold what is stated, if anything, against what is told of answers, and of questions where that matters."""
        stated, answered = record.language, _told(record, "assistant")
        if self.multilingual and answered.sure and stated in (None, answered.language):
            record.language = answered.language
            return None
        asked = _told(record, "user")
        if asked.sure and answered.sure and asked.language != answered.language and not self.multilingual:
            return "language: question and answer differ"
        if stated is None:
            self._fill(record, asked, answered)
        elif (asked.sure or answered.sure) and stated not in (asked.language, answered.language):
            return "language: not the one stated"
        return None

    def _fill(self, record: Record, asked: Told, answered: Told) -> None:
        """The answer's language; where it is too short, the question's, or that of both together."""
        told = next((part for part in (answered, asked) if part.sure), None) or tell(prose(record.text))
        if told.confidence >= self.min_confidence:
            record.language = told.language


def tell(text: str, languages: tuple[str, ...] | None = MANY_LANGUAGES) -> Told:
    """The language of a text.

    One piece from its middle settles it where the detector is sure; else four from its whole length vote. Pieces that
    are mostly digits and signs have no vote: the detector is sure of any language in them.
    """
    stripped = text.strip()
    length = len(stripped)
    piece = _piece(stripped, max(0, (length - _PIECE) // 2))
    language, confidence = likeliest(piece, languages) if piece else (None, 0.0)
    if confidence >= _SURE or length <= _PIECE:
        return Told(language, confidence, length)
    step = (length - _PIECE) // (_PIECES - 1)
    votes = [likeliest(piece, languages) for n in range(_PIECES) if (piece := _piece(stripped, n * step))]
    sums: dict[str, float] = {}
    for voted, confidence in votes:
        sums[voted] = sums.get(voted, 0.0) + confidence
    best = min(sums, key=lambda each: (-sums[each], each), default=None)
    return Told(best, sums[best] / len(votes) if best else 0.0, length)


def _piece(text: str, start: int) -> str | None:
    """The piece of a text that begins there; None where it has too few letters."""
    piece = text[start : start + _PIECE]
    letters = sum(map(str.isalpha, piece))
    return piece if letters and letters >= _LETTERS * (len(piece) - piece.count(" ")) else None


def language_report(sample: Iterable[Record]) -> dict[str, Any]:
    """How often the languages of records are what the detector finds in their whole text, among all it knows.

    Args:
        sample: records, chosen at random by the caller, with their languages.

    Returns:
        `records`, `told` (where both sides have a language), `agree`, `agreement` (a share, None for none told),
        `table` (stated -> detected -> records) and `disagreements`, up to twenty of them.
    """
    records, table = 0, Counter[tuple[str, str]]()
    disagreements: list[dict[str, Any]] = []
    for record in sample:
        records += 1
        text = prose(record.text)[:_READ].strip()
        if record.language is None or not any(map(str.isalpha, text)):
            continue
        found, _ = likeliest(text, None)
        table[record.language, found] += 1
        if found != record.language and len(disagreements) < _EXAMPLES:
            where = {"id": record.id, "source": record.source, "place": record.place}
            disagreements.append({**where, "stated": record.language, "detected": found, "text": text[:200]})
    agree = sum(number for (stated, found), number in table.items() if stated == found)
    rows: dict[str, dict[str, int]] = {}
    for (stated, found), number in sorted(table.items()):
        rows.setdefault(stated, {})[found] = number
    told = table.total()
    return {
        "records": records,
        "told": told,
        "agree": agree,
        "agreement": agree / told if told else None,
        "table": rows,
        "disagreements": disagreements,
    }


def _told(record: Record, role: str) -> Told:
    return tell(prose("\n".join(message["content"] for message in record.messages if message["role"] == role)))
