"""Words and patterns of one's own that no record may hold."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pydantic import field_validator

from data_prep.curation.record import Record
from data_prep.curation.steps.step import Step
from lexatron.errors import UserError

_WORD = re.compile(r"\w+")
_FEW = 64


class Blocklist(Step):
    """Drops records that hold a listed word or match a listed pattern; nothing is listed by default."""

    words: tuple[str, ...] = ()
    """Whole words or phrases; case makes no difference."""

    regexes: tuple[str, ...] = ()
    """Regular expressions of Python, looked for anywhere; case matters unless they begin with `(?i)`."""

    word_files: tuple[Path, ...] = ()
    """Files with one word or phrase a line."""

    regex_files: tuple[Path, ...] = ()
    """Files with one regular expression a line."""

    @field_validator("regexes")
    @classmethod
    def _must_compile(cls, regexes: tuple[str, ...]) -> tuple[str, ...]:
        for regex in regexes:
            try:
                re.compile(regex)
            except re.error as error:
                raise ValueError(f"{regex} is no regular expression: {error}") from None
        return regexes

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that are read."""
        return self.word_files + self.regex_files

    def check(self, record: Record) -> str | None:
        """Whether something listed is there.

        Raises:
            UserError: a file cannot be read, or a line of one is no regular expression.
        """
        if not (self.words or self.regexes or self.files):
            return None
        words, phrases = _words(self.words, self.word_files)
        patterns = _patterns(self.regexes, self.regex_files)
        for message in record.contents():
            content = message["content"]
            if any(pattern.search(content) for pattern in patterns):
                return "blocklist"
            folded = content.casefold() if words or phrases else ""
            if words and _may_hold(folded, words) and not words.isdisjoint(_WORD.findall(folded)):
                return "blocklist"
            if phrases is not None and phrases.search(folded):
                return "blocklist"
        return None


def _may_hold(text: str, words: frozenset[str]) -> bool:
    """Whether one of a few words may be there: to look for them as they are is faster than to split the text."""
    return len(words) > _FEW or any(word in text for word in words)


@cache
def _words(words: tuple[str, ...], files: tuple[Path, ...]) -> tuple[frozenset[str], re.Pattern[str] | None]:
    """Single words, and one pattern of everything else: phrases, and words with signs in them."""
    listed = {word.strip().casefold() for word in words}
    listed.update(line.casefold() for file in files for _, line in _lines(file))
    single = frozenset(word for word in listed if _WORD.fullmatch(word))
    other = sorted(listed - single - {""})
    forms = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in other)
    return single, re.compile(rf"(?<!\w)(?:{forms})(?!\w)") if other else None


@cache
def _patterns(regexes: tuple[str, ...], files: tuple[Path, ...]) -> list[re.Pattern[str]]:
    patterns = [re.compile(regex) for regex in regexes]
    for file in files:
        for number, line in _lines(file):
            try:
                patterns.append(re.compile(line))
            except re.error as error:
                what = f"{line} is no regular expression: {error}"
                raise UserError(what, where=f"{file}:{number}", remedy="correct the line") from None
    return patterns


def _lines(file: Path) -> list[tuple[int, str]]:
    """The lines of a list that are not empty, with their numbers."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = f"the list cannot be read: {error}"
        raise UserError(what, where=str(file), remedy="give a file of text in UTF-8 with one entry a line") from None
    return [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
