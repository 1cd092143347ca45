"""Cited questions and answers from acts: each kind of question finds facts in an act, wordings make pairs of them.

    for fact in facts_of(act):
        pair = make_pair(fact, Wording(0), max_answer_chars=400)

To add a kind, write a generator `(act, source) -> facts` in `kinds`, register it in `KINDS`, and give its forms
wordings in the five languages. The order of an answer is always citation first, text after: whoever asks sees at
once where it stands, and a small model can write the CELEX number while the act's label is near.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from data_prep.formex.acts import Act
from data_prep.instruct import kinds
from data_prep.instruct.citation import Citation, cite, format_citation
from data_prep.instruct.facts import Fact, Source, source_of
from data_prep.instruct.passages import shorten
from data_prep.instruct.wordings import WORDINGS

Kind = Callable[[Act, Source], Iterator[Fact]]

KINDS: dict[str, Kind] = {
    "definition": kinds.definitions,
    "obligation": kinds.obligations,
    "scope": kinds.scope,
    "which_act": kinds.which_act,
    "which_article": kinds.which_article,
}


@dataclass(frozen=True, order=True)
class Wording:
    """One of the wordings of a fact's form."""

    number: int
    heldout: bool = False


@dataclass(frozen=True)
class Pair:
    """A question and its cited answer; `seen` where the act is one that training asks about."""

    id: str
    language: str
    kind: str
    seen: bool
    question: str
    answer: str
    citations: tuple[Citation, ...]

    def to_json(self) -> dict[str, Any]:
        """The line of a chat data set."""
        messages = [{"role": "user", "content": self.question}, {"role": "assistant", "content": self.answer}]
        return {
            "id": self.id,
            "language": self.language,
            "kind": self.kind,
            "seen": self.seen,
            "messages": messages,
            "citations": [asdict(citation) for citation in self.citations],
        }


def facts_of(act: Act) -> Iterator[Fact]:
    """Every fact of an act, by every kind; none where the act cannot be cited by label and CELEX number."""
    source = source_of(act)
    if source is not None:
        for find in KINDS.values():
            yield from find(act, source)


def wordings(fact: Fact, *, heldout: bool) -> list[Wording]:
    """The wordings that a fact can be asked in."""
    form = WORDINGS[fact.source.language][fact.form]
    return [Wording(number, heldout) for number in range(len(form.heldout if heldout else form.training))]


def question(fact: Fact, wording: Wording) -> str:
    """The question about a fact in one wording."""
    form = WORDINGS[fact.source.language][fact.form]
    template = (form.heldout if wording.heldout else form.training)[wording.number]
    name = fact.source.name
    names = {"act": name.subject, "of": name.of, "within": name.within, "label": fact.source.label}
    return _capitalised(template.format(**names, **fact.slots))


def answer(fact: Fact, max_chars: int) -> str:
    """The answer to a fact's questions: its canonical citation, and as much of its text as fits into `max_chars`."""
    form, source = WORDINGS[fact.source.language][fact.form], fact.source
    citation = format_citation(source.label, source.work, fact.unit, source.language)
    room = max_chars - len(form.answer.format(citation=citation, text="."))
    text = shorten(fact.text, room).rstrip(" ;,:")
    said = form.answer.format(citation=citation, text=text) if text.strip("… ") else f"{citation}."
    return _finished(_capitalised(said))


def make_pair(fact: Fact, wording: Wording, *, seen: bool = True, max_answer_chars: int) -> Pair:
    """The question about a fact in one wording, with its answer."""
    return Pair(
        id=f"{fact.id}.{'h' if wording.heldout else 't'}{wording.number}",
        language=fact.source.language,
        kind=fact.kind,
        seen=seen,
        question=question(fact, wording),
        answer=answer(fact, max_answer_chars),
        citations=(cite(fact.source.work, fact.unit),),
    )


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finished(text: str) -> str:
    """The text with a full stop, unless it ends with one or with an ellipsis."""
    text = text.replace("….", "…")
    return text if text.endswith((".", "…", "!", "?")) else f"{text}."
