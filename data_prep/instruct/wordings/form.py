"""What a language says for one form of question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """The wordings of one form of question in one language; first letters are made capital where they are used.

    Placeholders: `{act}` the act as subject (`le règlement ...`), `{of}` and `{within}` the act after these
    prepositions, `{label}` its bare label, and the slots of the form (`{term}`, `{place}`, `{at}`, `{celex}`,
    `{subject}`, `{heading}`, `{quote}`).

    Attributes:
        training: questions for training and validation. `heldout`: questions for the test set alone.
        answer: with `{citation}` and `{text}`; where there is no text, the answer is the citation alone.
    """

    training: tuple[str, ...]
    heldout: tuple[str, ...]
    answer: str
