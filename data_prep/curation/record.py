"""The one form that every instruction set is turned into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal, TypedDict

Role = Literal["system", "user", "assistant"]
Side = Literal["train", "validation", "test"]


class Message(TypedDict):
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(slots=True)
class Record:
    """A conversation with what is known of it.

    Attributes:
        id: unique within its source: the row's own, else its place.
        messages: the turns, the last one the assistant's; of a preference set the preferred answer.
        source: name of the source in the configuration.
        place: where it was read, `FILE:LINE`.
        rejected: of a preference set, what takes the place of the last turn; else None.
        group: what must stay on one side of a split beside records with the same prompt: the id of an OASST tree.
        side: the side that its source or its row gives it; None lets the split decide.
        language: ISO 639-1. domain, difficulty, teacher: as the row or the configuration says; None where unknown.
        quality: 1 to 10, as the row or the scoring says. tokens: of all contents together.
        changed: what steps changed, one entry for each kind of change: `email masked`.
    """

    id: str
    messages: list[Message]
    source: str
    place: str = ""
    rejected: Message | None = None
    group: str | None = None
    side: Side | None = None
    language: str | None = None
    domain: str | None = None
    difficulty: str | None = None
    teacher: str | None = None
    quality: float | None = None
    tokens: int | None = None
    changed: list[str] = field(default_factory=list)

    @property
    def prompt(self) -> list[Message]:
        """The turns before the last answer."""
        return self.messages[:-1]

    @property
    def answer(self) -> str:
        """The last answer."""
        return self.messages[-1]["content"]

    @property
    def text(self) -> str:
        """What users and assistants say, one turn below the other; the system's words, which sets share, left out."""
        return "\n".join(message["content"] for message in self.messages if message["role"] != "system")

    def contents(self) -> Iterable[Message]:
        """Every message that a step may change: the turns, and the rejected answer."""
        yield from self.messages
        if self.rejected is not None:
            yield self.rejected

    def prompt_key(self) -> bytes:
        """Eight bytes that two records share where the turns before the answer are the same but for space and case."""
        return text_key(message["content"] for message in self.prompt if message["role"] != "system")[:8]

    def key(self) -> bytes:
        """Sixteen bytes that two records share where all their turns are the same but for space and case."""
        return text_key(message["content"] for message in self.messages if message["role"] != "system")


def text_key(texts: Iterable[str]) -> bytes:
    """Sixteen bytes of BLAKE2b over case-folded words."""
    words = "\x1f".join(" ".join(text.casefold().split()) for text in texts)
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).digest()
