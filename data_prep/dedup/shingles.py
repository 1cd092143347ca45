"""Texts to sets of hashed shingles: word n-grams for long documents, character n-grams for short ones.

What a text's shingles are, exactly (all arithmetic modulo 2**64):

- The text is case-folded and split at Unicode white space into words.
- `words`: the hash of a word is `mix(sum((byte[j] + 1) * BASE**j))` over its UTF-8 bytes; a shingle is
  `mix(sum(word[k] * BASE**k))` over `size` consecutive words.
- `characters`: the words are joined by single blanks; a shingle is `mix(sum((code[k] + 1) * BASE**k))` over the
  code points of `size` consecutive characters.
- A text shorter than one shingle is one shingle of all that it has; so is the empty text.

`mix` is the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), a bijection, so that the hashes are uniform
and can be used as they are by MinHash, by bit tables and by sampling. They do not depend on the process or machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

BASE = 0x9E3779B97F4A7C15 | 1
INVERSE = pow(BASE, -1, 1 << 64)
WORDS_AT_ONCE = 16_384  # about 100 KB of text: its arrays stay in the second-level cache
THINNING_BITS = 14  # a table of 128 KB
SMALLEST_TABLE = 17  # binary logarithm of the length of the shortest table of powers


@dataclass(frozen=True)
class Shingling:
    """What a shingle is.

    Attributes:
        unit: words, or characters (Unicode code points).
        size: how many of them, at least 1.
    """

    unit: Literal["words", "characters"]
    size: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"a shingle has at least one of its {self.unit}, not {self.size}")


WORDS = Shingling("words", 5)
CHARACTERS = Shingling("characters", 3)


def shingles(text: str, shingling: Shingling) -> Hashes:
    """The distinct shingles of a text.

    Args:
        text: any text; case and the kind and amount of white space make no difference.
        shingling: what a shingle is.

    Returns:
        Sorted distinct hashes, at least one.
    """
    hashes = shingle_sequence(text, shingling)
    return distinct(_thin(hashes) if shingling.unit == "characters" else hashes)


def shingle_sequence(text: str, shingling: Shingling) -> Hashes:
    """The shingles of a text in the order in which they stand in it, repetitions included; at least one."""
    words = text.casefold().split()
    values = _word_hashes(words) if shingling.unit == "words" else _codes(" ".join(words))
    return mix(_windows(values, shingling.size))


def distinct(hashes: Hashes) -> Hashes:
    """Hashes sorted, each once."""
    ordered = np.sort(hashes)
    new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]


def _thin(hashes: Hashes) -> Hashes:
    """Most repetitions taken out without sorting, which is slow on values that repeat as character n-grams do.

    Each value is looked up in a table by its top bits and dropped where the last value of that slot equals it.
    """
    slots = (hashes >> np.uint64(64 - THINNING_BITS)).astype(np.intp)
    positions = np.arange(len(hashes))
    last = np.empty(1 << THINNING_BITS, dtype=np.intp)
    last[slots] = positions
    found = last[slots]
    return hashes[(found == positions) | (hashes[found] != hashes)]


def mix(values: Hashes) -> Hashes:
    """The finaliser of SplitMix64 applied to each value, in place; the same array."""
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values


def _codes(text: str) -> Hashes:
    """Code points plus one."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64) + np.uint64(1)


def _windows(values: Hashes, size: int) -> Hashes:
    """Polynomial of every `size` consecutive values, or the one of all values where there are fewer."""
    size = min(size, len(values))
    if size == 0:
        return np.zeros(1, dtype=np.uint64)
    windows = values[: len(values) - size + 1].copy()
    scaled = np.empty_like(windows)
    for k in range(1, size):
        np.multiply(values[k : k + len(windows)], np.uint64(pow(BASE, k, 1 << 64)), out=scaled)
        windows += scaled
    return windows


def _word_hashes(words: list[str]) -> Hashes:
    """One hash a word; the bytes of many words are hashed at once, in pieces that bound the memory."""
    pieces = [_hash_piece(words[at : at + WORDS_AT_ONCE]) for at in range(0, len(words), WORDS_AT_ONCE)]
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.uint64)


def _hash_piece(words: list[str]) -> Hashes:
    """Polynomial of each word's bytes: summed with powers counted from the piece's start, then divided by the first."""
    data = np.frombuffer(" ".join(words).encode("utf-8", "surrogatepass"), dtype=np.uint8)
    blanks = np.flatnonzero(data == ord(" "))
    starts = np.concatenate([np.zeros(1, dtype=np.intp), blanks + 1])
    terms = data.astype(np.uint64)
    terms += np.uint64(1)
    terms[blanks] = 0
    exponent = max(SMALLEST_TABLE, len(data).bit_length())
    terms *= _powers(BASE, exponent)[: len(data)]
    return mix(np.add.reduceat(terms, starts) * _powers(INVERSE, exponent)[starts])


@lru_cache(maxsize=4)
def _powers(base: int, exponent: int) -> Hashes:
    """`base**0, base**1, ...` modulo 2**64, as many as 2**exponent."""
    powers = np.full(1 << exponent, base, dtype=np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)
