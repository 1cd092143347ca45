"""Answers that go round in circles, by the rules of Gopher (Rae et al., arXiv 2112.11446, table A1).

Word n-grams are compared by 64-bit hashes in numpy, and measured in bytes of UTF-8. What repeats 6 words repeats 5, so
that the search for duplicates of 5 to 10 words ends where no threshold can be reached any more: at 5 words for nearly
every text.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from pydantic import NonNegativeInt

from data_prep.curation.record import Record
from data_prep.curation.steps.contents import answers, prose
from data_prep.curation.steps.step import Step
from data_prep.curation.steps.types import Share

_TOP = (2, 3, 4)
_DUPLICATE = (5, 6, 7, 8, 9, 10)
_Hashes = NDArray[np.uint64]
_BASE = 0xD6E8FEB86659FD93
_READ, _SPACE = 1 << 20, 32
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


class Repetition(Step):
    """Drops conversations with an answer that repeats itself; code blocks are not looked at, nor is a rejected answer.

    All thresholds are shares; where one is exceeded, the record is dropped. Defaults are twice the paper's, which were
    made for pages of the web: of 3,187 conversations of seven public sets, those dropped 2.7 %, mostly good answers
    that quote the question or list things of one kind, and these 0.5 %.
    """

    min_words: NonNegativeInt = 50
    """Answers with fewer words repeat themselves by chance, and are not looked at; nor are those without blanks."""

    duplicate_lines: Share = 0.60
    """Lines that an earlier line is equal to, of all that are not empty."""

    duplicate_line_characters: Share = 0.40
    """Characters in such lines."""

    top_ngrams: tuple[Share, Share, Share] = (0.40, 0.36, 0.32)
    """Letters in all occurrences of the most frequent n-gram of 2, 3 and 4 words."""

    duplicate_ngrams: tuple[Share, Share, Share, Share, Share, Share] = (0.30, 0.28, 0.26, 0.24, 0.22, 0.20)
    """Letters in n-grams of 5, 6, 7, 8, 9 and 10 words that have stood before; overlapping ones count once."""

    def check(self, record: Record) -> str | None:
        """Whether an answer repeats itself."""
        for answer in answers(record):
            if reason := self._repeats(prose(answer)):
                return reason
        return None

    def _repeats(self, text: str) -> str | None:
        ngrams = Ngrams(text)
        if ngrams.words < max(2, self.min_words):
            return None
        lines, characters = duplicate_lines(text)
        if lines > self.duplicate_lines or characters > self.duplicate_line_characters:
            return "repetition: lines"
        if any(ngrams.top_share(n, most) > most for n, most in zip(_TOP, self.top_ngrams, strict=True)):
            return "repetition: one phrase"
        least = min(self.duplicate_ngrams)
        for n, most in zip(_DUPLICATE, self.duplicate_ngrams, strict=True):
            share = ngrams.duplicate_share(n, least)
            if share > most:
                return "repetition: phrases"
            if share <= least:
                return None
        return None


def duplicate_lines(text: str) -> tuple[float, float]:
    """Of lines that are not empty: the share that an earlier one is equal to, and that of their characters."""
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    unique = set(lines)
    if len(unique) == len(lines):
        return 0.0, 0.0
    total = sum(map(len, lines))
    return 1 - len(unique) / len(lines), 1 - sum(map(len, unique)) / total


class Ngrams:
    """The word n-grams of one text, of at most its first million bytes; shares are of the bytes of all words.

    A word's hash is the polynomial of its bytes modulo 2^64, the difference of two prefixes of the text's polynomial.
    """

    def __init__(self, text: str) -> None:
        data = np.frombuffer(text[:_READ].encode("utf-8", "surrogatepass")[:_READ], np.uint8)
        blank = np.ones(data.size + 2, bool)
        np.less_equal(data, _SPACE, out=blank[1:-1])
        edges = np.flatnonzero(blank[1:] != blank[:-1])
        starts, ends = edges[::2], edges[1::2]
        powers, inverses = _powers(max(1, data.size).bit_length())
        prefixes = np.zeros(data.size + 1, np.uint64)
        np.cumsum(data * powers[: data.size], out=prefixes[1:])
        self.words = starts.size
        self._ends = np.zeros(starts.size + 1, np.int64)
        np.cumsum(ends - starts, out=self._ends[1:])
        self._total = int(self._ends[-1])
        self._hashes: dict[int, _Hashes] = {1: (prefixes[ends] - prefixes[starts]) * inverses[starts]}
        self._ordered: dict[int, _Hashes] = {}

    def top_share(self, n: int, matters: float = 0.0) -> float:
        """Bytes in all occurrences of the most frequent n-gram; 0 where none is there twice.

        Of equally frequent ones the longest counts. Overlaps count twice, and more than all is 1.

        Args:
            matters: 0 may be the answer where the share is no greater than this, which is found out faster.
        """
        lengths = self._lengths(n)
        if not lengths.size:
            return 0.0
        needed = max(2, int(matters * self._total / int(lengths.max())))
        if not self._occurs(min(n, 2), needed) or not self._occurs(n, needed):  # not even its first two words do
            return 0.0
        hashes = self._of(n)
        found, counts = np.unique(hashes, return_counts=True)
        most = int(counts.max())
        frequent = np.isin(hashes, found[counts == most])
        return min(1.0, most * int(lengths[frequent].max()) / self._total)

    def duplicate_share(self, n: int, matters: float = 0.0) -> float:
        """Bytes in n-grams that have stood before in the text; every byte counts once.

        It is never less than that of longer n-grams. `matters` is as for `top_share`.
        """
        lengths, ordered = self._lengths(n), self._in_order(n)
        number = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
        if not number or number * int(lengths.max()) <= matters * self._total:
            return 0.0
        hashes = self._of(n)
        _, first = np.unique(hashes, return_index=True)
        again = np.ones(hashes.size, bool)
        again[first] = False
        covered = np.zeros(self.words, bool)
        for place in range(n):
            covered[place : place + hashes.size] |= again
        return int(np.diff(self._ends)[covered].sum()) / self._total

    def _occurs(self, n: int, times: int) -> bool:
        """Whether some n-gram is there so many times, at least 2."""
        ordered = self._in_order(n)
        return bool((ordered[times - 1 :] == ordered[: max(0, ordered.size - times + 1)]).any())

    def _lengths(self, n: int) -> NDArray[np.int64]:
        return self._ends[n:] - self._ends[:-n]

    def _in_order(self, n: int) -> _Hashes:
        if n not in self._ordered:
            self._ordered[n] = np.sort(self._of(n))
        return self._ordered[n]

    def _of(self, n: int) -> _Hashes:
        """The hashes of all n-grams, in order of place."""
        if n not in self._hashes:
            shorter = self._of(n - 1)
            self._hashes[n] = shorter[:-1] * _FACTOR + self._hashes[1][n - 1 :]
        return self._hashes[n]


@cache
def _powers(bits: int) -> tuple[_Hashes, _Hashes]:
    """Powers of the hash's base and of its inverse modulo 2^64, from 0 to 2^bits."""
    powers, inverses = np.ones((2, (1 << bits) + 1), np.uint64)
    powers[1:], inverses[1:] = _BASE, pow(_BASE, -1, 1 << 64)
    return np.multiply.accumulate(powers), np.multiply.accumulate(inverses)
