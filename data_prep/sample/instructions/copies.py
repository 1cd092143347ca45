"""Copies of records: the same, nearly the same by true Jaccard similarity, and just not near enough."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from random import Random

from data_prep.curation.record import Message, Record
from data_prep.dedup import CHARACTERS, jaccard, shingles
from data_prep.sample.instructions.names import names, places
from data_prep.sample.instructions.words import BY_CODE

BANDS = {
    "near_duplicate_high": (0.95, 0.99),
    "near_duplicate": (0.8, 0.95),
    "near_miss": (0.6, 0.75),
    "contamination_near": (0.85, 0.95),
}
"""Kind of copy -> its similarity in character 3-grams of the whole conversation."""
LEAST = 1200  # characters of an original: of fewer, one word changes too much
_MARGIN = 0.008
_STEPS = 14


@dataclass(frozen=True)
class Copy:
    """The messages of a copy, and what is true of it."""

    messages: list[Message]
    jaccard: float
    how: str


def exact(original: Record, random: Random) -> Copy:
    """The same words: as they are, in capitals here and there, or with other white space."""
    how = random.choice(("same", "case", "space"))
    messages = copy.deepcopy(original.messages)
    for message in messages if how != "same" else []:
        if message["role"] != "system" and "```" not in message["content"]:
            message["content"] = _respelled(message["content"], how)
    return Copy(messages, 1.0, how)


def _respelled(text: str, how: str) -> str:
    if how == "case":
        return text[:80].upper() + text[80:]
    words = text.split()
    return "\n".join("  ".join(words[at : at + 9]) for at in range(0, len(words), 9))


def near(original: Record, random: Random, band: tuple[float, float]) -> Copy:
    """A copy with so many words replaced that its similarity lies in the band.

    Raises:
        ValueError: no number of words does.
    """
    low, high = band
    target = random.uniform(low + _MARGIN, high - _MARGIN)
    texts = [message["content"].split(" ") for message in original.messages]
    spots = [(m, w) for m, words in enumerate(texts) for w, word in enumerate(words) if _may_change(original, m, word)]
    random.shuffle(spots)
    changes = list(zip(spots, _fresh_words(original.language or "en", random, len(spots)), strict=True))
    wanted = shingles(original.text, CHARACTERS)
    best = Copy([], -1.0, "words replaced")
    least, most, number = 1, len(changes), max(1, round(len(changes) * (1 - target) / 3))
    for _ in range(_STEPS):
        messages = _replaced(original.messages, texts, dict(changes[:number]))
        similarity = jaccard(wanted, shingles(_text(messages), CHARACTERS))
        if abs(similarity - target) < abs(best.jaccard - target):
            best = Copy(messages, similarity, best.how)
        if abs(best.jaccard - target) < _MARGIN / 2:
            break
        least, most = (number + 1, most) if similarity > target else (least, number - 1)
        number = (least + most) // 2
        if least > most:
            break
    if not low < best.jaccard < high:
        raise ValueError(f"no copy of {original.id} is from {low} to {high} like it")
    return best


def _may_change(original: Record, message: int, word: str) -> bool:
    return original.messages[message]["role"] != "system" and "\n" not in word and "`" not in word and len(word) > 2


def _fresh_words(language: str, random: Random, count: int) -> list[str]:
    """Words that fit in: invented family names, towns and the language's own verbs."""
    words = (*BY_CODE[language].verbs, *places()[:400], *(name.partition(" ")[2] for name in names()[:400]))
    return random.choices(words, k=count)


def _replaced(messages: list[Message], texts: list[list[str]], changes: dict[tuple[int, int], str]) -> list[Message]:
    """Messages with some of their words replaced; the sign at a word's end stays."""
    found = []
    for m, (message, words) in enumerate(zip(messages, texts, strict=True)):
        changed = [_with_sign(changes[m, w], word) if (m, w) in changes else word for w, word in enumerate(words)]
        found.append(Message(role=message["role"], content=" ".join(changed)))
    return found


def _with_sign(new: str, old: str) -> str:
    return new + old[-1] if old[-1] in ".,:;?!" else new


def _text(messages: list[Message]) -> str:
    return "\n".join(message["content"] for message in messages if message["role"] != "system")
