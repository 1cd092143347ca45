"""Generated documents with planted near-duplicates, and what brute force says of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from data_prep.dedup import Shingling, jaccard, shingles

Hashes = npt.NDArray[np.uint64]
LETTERS = list("abcdefghijklmnopqrstuvwxyzéüñ")


@dataclass
class Planted:
    """Documents and their shingles; `pairs` are the planted ones with their true Jaccard similarity."""

    texts: list[str]
    sets: list[Hashes]
    pairs: list[tuple[int, int, float]]


def vocabulary(random: np.random.Generator, size: int = 3000) -> list[str]:
    """Random words of two to eleven letters."""
    return ["".join(random.choice(LETTERS, random.integers(2, 12))) for _ in range(size)]


def plant(originals: int, words: int, shingling: Shingling, seed: int) -> Planted:
    """Originals of about that many words; each but the first few has a copy with some of its words replaced."""
    random = np.random.default_rng(seed)
    words_of = vocabulary(random)
    texts = [
        " ".join(random.choice(words_of, random.integers(words * 3 // 4, words * 5 // 4))) for _ in range(originals)
    ]
    copies = []
    for number in range(originals // 10, originals):
        copy = texts[number].split()
        share = random.uniform(0, 0.4 / shingling.size)
        for at in np.flatnonzero(random.random(len(copy)) < share):
            copy[at] = str(random.choice(words_of))
        copies.append((number, " ".join(copy)))
    texts += [copy for _, copy in copies]
    sets = [shingles(text, shingling) for text in texts]
    pairs = [(k, originals + n, jaccard(sets[k], sets[originals + n])) for n, (k, _) in enumerate(copies)]
    return Planted(texts, sets, pairs)


def family(members: int, similarity: float, size: int, seed: int) -> list[Hashes]:
    """Shingle sets any two of which have that Jaccard similarity: a common form, filled in differently."""
    random = np.random.default_rng(seed)
    core = random.integers(0, 1 << 63, round(size * 2 * similarity / (1 + similarity)), dtype=np.uint64) * np.uint64(2)
    own = random.integers(0, 1 << 63, (members, size - len(core)), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    return [np.unique(np.concatenate([core, rest])) for rest in own]


def chain(links: int, seed: int, size: int = 400, step: int = 22) -> list[Hashes]:
    """Sets of which neighbours are near-duplicates (Jaccard 0.896), and those two steps apart are just so (0.802)."""
    pool = np.random.default_rng(seed).integers(0, 1 << 63, size + step * links, dtype=np.uint64)
    sets = [np.unique(pool[k * step : k * step + size]) for k in range(links)]
    assert all(jaccard(a, b) > 0.85 for a, b in pairwise(sets))
    return sets
