"""Cited questions and answers from acts: each kind of question finds facts in an act, wordings make pairs of them.

    for fact in facts_of(act):
        pair = make_pair(fact, Wording(0), max_answer_chars=400)

Questions are **short**, one sentence, or **long**: the same sentence in a frame that says what the act is about and
what the answer should give, or that shows the passage to answer from. `wordings(fact, heldout=False, long=True)`
lists the long ones, with and without passage.

To add a kind, write a generator `Reading -> facts` in a module of `kinds`, register it in `KINDS`, and give its forms
wordings in the five languages. The order of an answer is always citation first, text after: whoever asks sees at
once where it stands, and a small model can write the CELEX number while the act's label is near.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from zlib import crc32

from data_prep.formex.acts import Act
from data_prep.instruct.citation import Citation, cite, format_citation
from data_prep.instruct.facts import Cited, Fact, source_of
from data_prep.instruct.kinds import KIND_NAMES, KINDS, LONG_KINDS, Kind, Reading
from data_prep.instruct.kinds.cross_lingual import Shared, cross_lingual, shared_of, shared_passages
from data_prep.instruct.kinds.reading import LONG_TEXT
from data_prep.instruct.passages import shorten
from data_prep.instruct.wordings import FRAMES, WORDINGS, Form

__all__ = [
    "KINDS", "KIND_NAMES", "LONG_ANSWER_CHARS", "LONG_KINDS", "SHORT_ANSWER_CHARS", "Fact", "Kind", "Pair", "Shared",
    "Wording", "answer", "answer_chars", "cross_lingual", "facts_and_shared", "facts_of", "make_pair", "question",
    "shared_passages", "wordings",
]  # fmt: skip

SHORT_ANSWER_CHARS = 400
LONG_ANSWER_CHARS = 1200
ABOUT_LENGTH = 80  # characters of what an act is about that stand around a long question


@dataclass(frozen=True, order=True)
class Wording:
    """One of the wordings of a fact's form.

    Attributes:
        number: of the form's question. `heldout`: from those kept for the test set.
        with_passage: with the passage in the prompt. `long`: in a frame; with a passage it always is.
    """

    number: int
    heldout: bool = False
    with_passage: bool = False
    long: bool = False

    def __str__(self) -> str:
        """The name that choices by hash know it by: another spelling would choose other questions."""
        marks = "".join(f", {name}=True" for name in ("with_passage", "long") if getattr(self, name))
        return f"Wording(number={self.number}, heldout={self.heldout}{marks})"

    @property
    def code(self) -> str:
        """The end of a pair's id: `t0`, `h1`, `t3l` long, `t3lp` with the passage."""
        return f"{'h' if self.heldout else 't'}{self.number}{'l' * self.long}{'p' * self.with_passage}"


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
    """Every fact of an act, by every kind but cross_lingual; none where label or CELEX number is not known."""
    source = source_of(act)
    if source is not None:
        reading = Reading(act, source)
        for find in KINDS.values():
            yield from find(reading)


def facts_and_shared(act: Act) -> tuple[list[Fact], list[Shared]]:
    """The facts of an act and what it shares with its other languages, having read it once."""
    source = source_of(act)
    if source is None:
        return [], []
    reading = Reading(act, source)
    return [fact for find in KINDS.values() for fact in find(reading)], list(shared_of(reading))


def wordings(fact: Fact, *, heldout: bool, long: bool = False) -> list[Wording]:
    """The wordings that a fact can be asked in: the short ones, or the long ones with and without passage.

    A fact that says little for its kind is not asked about at length, and a form may need its passage: such lists
    are empty.
    """
    form = WORDINGS[fact.source.language][fact.form]
    numbers = range(len(form.heldout if heldout else form.training))
    if not long:
        return [Wording(number, heldout) for number in numbers] if form.short and not form.shown else []
    if not form.framed or (fact.kind in LONG_KINDS and _length(fact) < LONG_TEXT):
        return []
    plain = [] if form.shown else [Wording(number, heldout, False, True) for number in numbers]
    shown = [Wording(number, heldout, True, True) for number in numbers] if fact.passage else []
    return plain + shown


def _length(fact: Fact) -> int:
    return len(fact.text) + sum(len(cited.text) for cited in fact.also)


def answer_chars(fact: Fact, wording: Wording) -> int:
    """How long an answer may be by default: long for a long question of a long kind."""
    return LONG_ANSWER_CHARS if wording.long and fact.kind in LONG_KINDS else SHORT_ANSWER_CHARS


def question(fact: Fact, wording: Wording) -> str:
    """The question about a fact in one wording."""
    form, name = WORDINGS[fact.source.language][fact.form], fact.source.name
    template = (form.heldout if wording.heldout else form.training)[wording.number]
    names = {"act": name.subject, "of": name.of, "within": name.within, "label": fact.source.label}
    asked = _capitalised(template.format(**{**names, **fact.slots}))
    return _framed(fact, wording, asked, names) if wording.long else asked


def _framed(fact: Fact, wording: Wording, asked: str, names: dict[str, str]) -> str:
    """The question with what stands around it; which frame that is varies from fact to fact."""
    frames = FRAMES[fact.source.language]
    if wording.with_passage:
        offered = frames.passage_heldout if wording.heldout else frames.passage
    else:
        offered = frames.heldout if wording.heldout else frames.training
    frame = offered[(crc32(fact.id.encode()) + wording.number) % len(offered)]
    about = f" {shorten(fact.source.subject, ABOUT_LENGTH)}" if fact.source.subject else ""
    framed = frame.format(**names, about=about, question=asked, passage=fact.passage)
    return _capitalised(framed.replace("….", "…").replace("…,", "…"))


def answer(fact: Fact, max_chars: int) -> str:
    """The answer to a fact's questions: its canonical citation, and as much of its text as fits into `max_chars`."""
    form = WORDINGS[fact.source.language][fact.form]
    said = _main_part(fact, form, max_chars if not form.further else max_chars * 3 // 5)
    for cited in fact.also if form.further else ():
        said = f"{said} {_further_part(fact, cited, form, max_chars - len(said) - 1)}"
    return said


def _main_part(fact: Fact, form: Form, max_chars: int) -> str:
    source = fact.source
    citation = format_citation(source.label, source.work, fact.unit, source.language)
    names = {"of": source.name.of, "act": source.name.subject, "label": source.label, "others": _others(fact)}
    filled = {**names, **fact.slots, "citation": citation}
    room = max_chars - len(form.answer.format(**filled, text="."))
    text = shorten(fact.text, room).rstrip(" ;,:")
    if not text.strip("… ") and not form.without_text:
        return _finished(_capitalised(f"{citation}."))
    return _finished(_capitalised(form.answer.format(**filled, text=text)))


def _further_part(fact: Fact, cited: Cited, form: Form, max_chars: int) -> str:
    citation = format_citation(cited.label or None, cited.work, cited.unit, fact.source.language)
    text = shorten(cited.text, max_chars - len(form.further.format(citation=citation, text="."))).rstrip(" ;,:")
    return _finished(_capitalised(form.further.format(citation=citation, text=text)))


def _others(fact: Fact) -> str:
    """The citations of other acts; places in the act itself are named by the slots of their form."""
    language, others = fact.source.language, [each for each in fact.also if each.work != fact.source.work]
    return "; ".join(format_citation(each.label or None, each.work, each.unit, language) for each in others)


def citations_of(fact: Fact) -> tuple[Citation, ...]:
    """The citations of an answer in its order, each once; an act as a whole only where no place in it is cited."""
    form = WORDINGS[fact.source.language][fact.form]
    main, others = cite(fact.source.work, fact.unit), [cite(each.work, each.unit) for each in fact.also]
    others_first = "{others}" in form.answer.partition("{citation}")[0]
    found = dict.fromkeys([*others, main] if others_first else [main, *others])
    with_place = {citation.celex for citation in found if citation.unit}
    return tuple(citation for citation in found if citation.unit or citation.celex not in with_place)


def make_pair(fact: Fact, wording: Wording, *, seen: bool = True, max_answer_chars: int) -> Pair:
    """The question about a fact in one wording, with its answer."""
    return Pair(
        id=f"{fact.id}.{wording.code}",
        language=fact.source.language,
        kind=fact.kind,
        seen=seen,
        question=question(fact, wording),
        answer=answer(fact, max_answer_chars),
        citations=citations_of(fact),
    )


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finished(text: str) -> str:
    """The text with a full stop, unless it ends with one or with an ellipsis."""
    text = text.replace("….", "…")
    return text if text.endswith((".", "…", "!", "?")) else f"{text}."
