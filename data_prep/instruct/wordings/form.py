"""What a language says for one form of question, and what it puts around questions that are long or shown a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """The wordings of one form of question in one language; first letters are made capital where they are used.

    Placeholders: `{act}` the act as subject (`le règlement ...`), `{of}` and `{within}` the act after these
    prepositions, `{label}` its bare label, and the slots of the form (`{term}`, `{place}`, `{at}`, `{celex}`,
    `{subject}`, `{heading}`, `{quote}`, `{introduction}`, `{limit}`, `{change}`,
    `{passive}`, `{done}`, `{by}`, `{places}`, `{article}`, `{last}`, `{shown}`).

    Attributes:
        training: questions for training and validation. `heldout`: questions for the test set alone.
        answer: with `{citation}` and `{text}`; where there is no text, the answer is the citation alone. `{others}`
            is where the further citations stand, if they do not follow.
        further: what follows for each further place, with its `{citation}` and `{text}`.
        short: whether it may be asked in one sentence: its answer must not need much room.
        framed: whether it may stand in a frame, which names the act.
        shown: whether it is asked with a passage only.
        without_text: whether the answer says something even where there is no text.
    """

    training: tuple[str, ...]
    heldout: tuple[str, ...]
    answer: str
    further: str = ""
    short: bool = True
    framed: bool = True
    shown: bool = False
    without_text: bool = False


@dataclass(frozen=True)
class Frames:
    """What stands around the `{question}` of a long question: what it is about and what the answer should give.

    Placeholders beside `{question}`: `{act}`, `{of}`, `{within}` and `{label}`, and `{about}`, which follows an act: a
    blank and what its title says it is about, or nothing. In `passage` frames also the `{passage}`.

    Attributes:
        training, heldout: without a passage. `passage`, `passage_heldout`: with one.
    """

    training: tuple[str, ...]
    heldout: tuple[str, ...]
    passage: tuple[str, ...]
    passage_heldout: tuple[str, ...]
