"""A document as the global decisions see it: a few fields and no text, so that a million of them fit into memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

Rank: TypeAlias = tuple[float, int, int, str, str, str, bytes, int]


@dataclass(slots=True)
class Candidate:
    """One document that passed the filters.

    Attributes:
        number: of the document among all of a corpus, in the order of the acts on disk.
        family: the work's key (`families.family_of`), None while unknown.
        oj: OJ reference, `OJ L 119, 4.5.2016, p. 1`.
        celex: the document's own number; None of an annex or a corrigendum without one.
        date, version_date: ISO; of adoption, and of a consolidated text's state.
        quality: 0 to 1.
        characters: of the text.
        text_hash: `text_hash` of the text.
    """

    number: int
    family: str | None
    oj: str | None
    celex: str | None
    language: str
    doc_type: str
    date: str | None
    version_date: str | None
    quality: float
    characters: int
    text_hash: bytes


def text_hash(text: str) -> bytes:
    """16 bytes that equal texts share, and no others."""
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()


def rank_of(candidate: Candidate) -> Rank:
    """Sorts the best of several documents first: quality in tenths, then length, then the newest state.

    What follows only makes the order total: who the document is, its text, its number.
    """
    return (
        -round(candidate.quality, 1),
        -candidate.characters,
        -_day(candidate.version_date or candidate.date),
        candidate.celex or "",
        candidate.family or "",
        candidate.oj or "",
        candidate.text_hash,
        candidate.number,
    )


def _day(iso: str | None) -> int:
    """`2016-05-04` -> 20160504; 0 for an unknown day."""
    return int(iso.replace("-", "")) if iso else 0


def drop_exact_duplicates(candidates: Iterable[Candidate]) -> dict[int, int]:
    """Documents whose very text another of their language has: number -> the number of the one that is kept.

    The best by `rank_of` is kept, and never dropped itself.
    """
    best: dict[tuple[str, bytes], Candidate] = {}
    twins: list[Candidate] = []
    for candidate in candidates:
        key = candidate.language, candidate.text_hash
        other = best.setdefault(key, candidate)
        if other is candidate:
            continue
        if rank_of(candidate) < rank_of(other):
            best[key], candidate = candidate, other
        twins.append(candidate)
    return {twin.number: best[twin.language, twin.text_hash].number for twin in twins}
