"""Which acts become training text: keep, or drop with a reason that is counted and listed in `dropped.jsonl`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

import orjson

from data_prep.formex.acts import Act

OTHER_LANGUAGE = "language not in --languages"
NO_TEXT = "no text"
DUPLICATE = "same text as an earlier act in its language"


@dataclass(frozen=True, slots=True)
class Document:
    """One act that is kept, as text."""

    work: str
    celex: str | None
    language: str
    text: str


@dataclass
class Counts:
    """What became of the acts; `read` is kept + dropped."""

    read: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)
    doc_types: Counter[str] = field(default_factory=Counter)


def admit(
    acts: Iterable[Act],
    render: Callable[[Act], str],
    languages: Container[str],
    counts: Counts,
    write_dropped: Callable[[bytes], object],
) -> Iterator[Document]:
    """The acts that are kept, in their order.

    Dropped are an act in another language, one whose units hold no text, and one with the very text of an
    earlier one of its language. Memory holds 16 bytes a text that is kept.

    Args:
        render: the reading text of an act.
        counts: counts every act as it passes.
        write_dropped: takes a JSON line, with its line feed, for every act that is dropped.
    """
    seen: set[bytes] = set()
    for act in acts:
        counts.read += 1
        reason = _unfit(act, languages)
        text = "" if reason else render(act)
        reason = reason or _repeated(act.language, text, seen)
        if reason is not None:
            counts.dropped[reason] += 1
            write_dropped(_dropped_line(act, reason))
            continue
        counts.kept += 1
        counts.characters[act.language] += len(text)
        counts.doc_types[act.doc_type] += 1
        yield Document(act.work, act.celex, act.language, text)


def _unfit(act: Act, languages: Container[str]) -> str | None:
    """Why an act is dropped whatever the others are, or None."""
    if act.language not in languages:
        return OTHER_LANGUAGE
    if not any(unit.text.strip() or unit.rows for unit in act.walk()):
        return NO_TEXT
    return None


def _repeated(language: str, text: str, seen: set[bytes]) -> str | None:
    """The reason to drop a text that was seen in its language before, or None; remembers it."""
    key = blake2b(f"{language}\n{text}".encode(), digest_size=16).digest()
    if key in seen:
        return DUPLICATE
    seen.add(key)
    return None


def _dropped_line(act: Act, reason: str) -> bytes:
    identity = {"work": act.work, "celex": act.celex, "language": act.language, "sources": act.sources}
    return orjson.dumps({"reason": reason, **identity}) + b"\n"
