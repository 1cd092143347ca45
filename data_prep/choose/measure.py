"""What can be measured of one document: how much of it is prose, tables and formalities, and in which language.

Fast enough to run on every document: no regular expression, one pass over the units, a few passes of C over the text.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from itertools import chain

from data_prep.choose.language import detect
from data_prep.formex.acts import Act

_FORMAL = frozenset({"title", "preamble", "citation", "signature", "footnote"})
_ANNEX_KEY = "anx"

# UTF-8 bytes that do not begin a letter: ASCII but for A-Z and a-z, continuation bytes, and the first bytes of
# U+0080..U+00BF (section sign, degree, guillemets) and of U+2000..U+2FFF (dashes, quotation marks, signs).
_NO_LETTER = bytes({*range(0xC0), 0xC2, 0xE2} - set(string.ascii_letters.encode()))

_WHOLE_BLOCK = 60  # characters: the mean block of running text is longer, that of a list of names shorter
_NO_WORDS, _ALL_WORDS = 0.3, 0.7  # letter shares of lists of numbers and of running text


@dataclass(frozen=True, slots=True)
class Signals:
    """What was measured of one document; shares are between 0 and 1.

    Attributes:
        characters: of the rendered text.
        words: stretches between blanks, the bars of tables among them.
        prose: characters in recitals, articles, their parts and annexes; not in tables, headings and formalities.
        prose_share, table_share, formal_share: of the characters of all units; they add up to 1. Formalities are
            title, citations, formulae of the preamble, signatures, footnotes and headings.
        mean_block: characters of prose in the average block that has any.
        letter_share: letters among the characters that are not blank.
        repeated_line_share: characters in lines that have stood in the text before.
        language: the one that most of the prose is in; None where that cannot be told.
        language_confidence: the share of the pieces looked at that are in it.
    """

    characters: int
    words: int
    prose: int
    prose_share: float
    table_share: float
    formal_share: float
    mean_block: float
    letter_share: float
    repeated_line_share: float
    language: str | None
    language_confidence: float

    @property
    def quality(self) -> float:
        """0 to 1: `(prose_share x block + table_share / 2) x words x (1 - repeated_line_share)`.

        `block` grows with the mean block up to 60 characters, `words` with the letter share from 0.3 to 0.7. So
        tables are worth half as much as prose, formalities nothing, and what is repeated or mere numbers less.
        """
        block = min(1.0, self.mean_block / _WHOLE_BLOCK)
        words = min(1.0, max(0.0, (self.letter_share - _NO_WORDS) / (_ALL_WORDS - _NO_WORDS)))
        return (self.prose_share * block + self.table_share / 2) * words * (1 - self.repeated_line_share)


@dataclass
class _Content:
    """Characters of an act's units by what they are, and its blocks of prose inside and outside annexes."""

    table: int = 0
    formal: int = 0
    body: list[str] = field(default_factory=list)
    annexes: list[str] = field(default_factory=list)


def signals(act: Act, text: str, *, check_language: bool = True) -> Signals:
    """Measure a document.

    Args:
        text: the act as rendered.
        check_language: look for the language; else it is None.
    """
    content = _content(act)
    prose = sum(map(len, content.body)) + sum(map(len, content.annexes))
    blocks = len(content.body) + len(content.annexes)
    total = max(1, prose + content.table + content.formal)
    # annexes hold forms and terms in other languages: they are asked only where there is nothing else
    language, confidence = detect(content.body or content.annexes, act.language) if check_language else (None, 0.0)
    breaks = text.count("\n")
    blanks = text.count(" ") + breaks
    return Signals(
        characters=len(text),
        words=blanks,
        prose=prose,
        prose_share=prose / total,
        table_share=content.table / total,
        formal_share=content.formal / total,
        mean_block=prose / max(1, blocks),
        letter_share=_letters(text) / max(1, len(text) - blanks),
        repeated_line_share=_repeated(text),
        language=language,
        language_confidence=confidence,
    )


def _content(act: Act) -> _Content:
    content = _Content()
    ahead = act.units[::-1]
    while ahead:
        unit = ahead.pop()
        if unit.children:
            ahead += unit.children[::-1]
        if unit.heading:
            content.formal += len(unit.heading)
        if unit.rows:
            content.table += sum(map(len, chain.from_iterable(unit.rows)))
        if not unit.text:
            continue
        if unit.kind in _FORMAL:
            content.formal += len(unit.text)
        else:
            (content.annexes if unit.key.startswith(_ANNEX_KEY) else content.body).append(unit.text)
    return content


def _letters(text: str) -> int:
    """Letters of a text, of any script: the bytes of its UTF-8 that begin one."""
    return len(text.encode(errors="replace").translate(None, _NO_LETTER))


def _repeated(text: str) -> float:
    """The share of a text's characters in lines that an earlier line was equal to."""
    lines = text.split("\n")
    total = len(text) - len(lines) + 1
    return 1 - sum(map(len, set(lines))) / total if total else 0.0
