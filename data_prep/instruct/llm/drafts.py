"""What a model is given and what it writes: a passage of law, and a draft of a question and its answer."""

from __future__ import annotations

from dataclasses import dataclass

from data_prep.instruct.citation import format_citation
from data_prep.instruct.facts import Source
from data_prep.instruct.llm.json_object import json_object


@dataclass(frozen=True)
class Passage:
    """A provision to be asked about.

    Attributes:
        unit: its key, `art_5.par_1`; None for an act as a whole.
        text: its words, on one line, as an answer may quote them.
        below: keys of units inside of it that an answer may cite as well.
    """

    source: Source
    unit: str | None
    text: str
    below: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """`32016R0679.en.llm.art_5.par_1`."""
        return ".".join(part for part in (self.source.work, self.source.language, "llm", self.unit) if part)

    @property
    def citation(self) -> str:
        """`Article 5(1), Regulation (EU) 2016/679 (CELEX: 32016R0679)`, in the passage's language."""
        return format_citation(self.source.label, self.source.work, self.unit, self.source.language)


@dataclass(frozen=True, slots=True)
class Draft:
    """A question and its answer as a model wrote them."""

    question: str
    answer: str


def parse_draft(text: str) -> Draft | None:
    """The draft that a reply holds; None where it is not the JSON object asked for."""
    raw = json_object(text, ("question", "answer"))
    if raw is None:
        return None
    question, answer = raw["question"], raw["answer"]
    if not isinstance(question, str) or not isinstance(answer, str):
        return None
    return Draft(_one_line(question), _one_line(answer))


def _one_line(text: str) -> str:
    return " ".join(text.split())
