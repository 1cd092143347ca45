"""Footnotes: numbers that the files do not print, references to notes, and the notes themselves.

Notes are counted through the whole act, annexes included, in the order in which they are first met:
1, 2, 3 ... for Arabic numbering, *1, *2 ... for stars, a, b ... for letters. The mark in the text is `[^1]`.
"""

from __future__ import annotations

_STARS = {"STAR"}
_LETTERS = {"ALPHA", "alpha"}


class NoteNumbers:
    """Numbers for NOTE.IDs. Identifiers are unique within a file only: call `new_file` between files."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def new_file(self) -> None:
        """Forget the identifiers, go on counting."""
        self._labels.clear()
        self._texts.clear()

    def label(self, identifier: str | None, numbering: str | None) -> str:
        """The number of a note, given at its first mention; a note without identifier always gets a new one."""
        if identifier is None:
            return self._next(numbering)
        if identifier not in self._labels:
            self._labels[identifier] = self._next(numbering)
        return self._labels[identifier]

    def _next(self, numbering: str | None) -> str:
        style = "*" if numbering in _STARS else "a" if numbering in _LETTERS else "1"
        count = self._counts.get(style, 0) + 1
        self._counts[style] = count
        return f"*{count}" if style == "*" else _letters(count) if style == "a" else str(count)

    def define(self, identifier: str | None, text: str) -> bool:
        """Whether this text still has to be written: False where the note has been given with the same text."""
        if identifier is None:
            return True
        if self._texts.get(identifier) == text:
            return False
        self._texts[identifier] = text
        return True


def _letters(number: int) -> str:
    """1 -> a, 26 -> z, 27 -> aa."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text
