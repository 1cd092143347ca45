"""Single questions with an answer, under the names that sets give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data_prep.curation.record import Message
from data_prep.curation.sources.row import NoRecord, Row
from data_prep.curation.sources.shapes.conversations import system_of
from data_prep.curation.sources.shapes.shape import Shape
from data_prep.curation.sources.shapes.talk import Talk, arranged, said, said_if_any, turns

_NO_INPUT = frozenset({"<noinput>", "noinput", "<no input>"})


@dataclass(frozen=True)
class Pair:
    """Names of a pair.

    Attributes:
        question: of the key. answers: of keys, the first that a row has counts.
        context: of the key with what the question is about, put below it.
    """

    question: str
    answers: tuple[str, ...]
    context: str | None = None

    def answer_key(self, row: Row) -> str | None:
        """The key of the row's answer."""
        return next((key for key in self.answers if row.get(key) is not None), None)

    def fits(self, row: Row) -> bool:
        """Whether a row has both."""
        return row.get(self.question) is not None and self.answer_key(row) is not None

    def read(self, row: Row) -> list[Talk]:
        """The one conversation of a row."""
        key = self.answer_key(row)
        assert key is not None
        asked, answer = row[self.question], _first(row[key])
        if isinstance(asked, list) or isinstance(answer, list):
            return [arranged([*_turns(asked, "user"), *_turns(answer, "assistant")], system_of(row))]
        return [self._single(row, asked, said(answer, key))]

    def _single(self, row: Row, asked: Any, answer: str) -> Talk:
        context = said_if_any(row.get(self.context), self.context) if self.context else None
        if context and context.strip().lower() not in _NO_INPUT:
            asked = f"{asked}\n\n{context}" if said_if_any(asked, self.question) else context
        messages: list[Message] = [
            *_history(row.get("history")),
            {"role": "user", "content": said(asked, self.question)},
            {"role": "assistant", "content": answer},
        ]
        if len(messages) > 2:
            return arranged(messages, system_of(row))
        if system := system_of(row):
            messages.insert(0, {"role": "system", "content": system})
        return Talk(messages)


def _first(answer: Any) -> Any:
    """The first of several answers, in the forms that reading comprehension has for them."""
    if isinstance(answer, Mapping):
        answer = next((answer[key] for key in ("text", "value", "answer") if key in answer), None)
    if isinstance(answer, list) and all(isinstance(value, str) for value in answer):
        return answer[0] if answer else ""
    return answer


def _turns(value: Any, role: str) -> list[Message]:
    return turns([{"role": role, "content": value}] if isinstance(value, str) else value, f"{role}'s side")


def _history(history: Any) -> list[Message]:
    """Earlier pairs of question and answer."""
    if not history:
        return []
    if not isinstance(history, list) or any(not isinstance(pair, list) or len(pair) != 2 for pair in history):
        raise NoRecord("the history is not a list of pairs")
    return turns([text for pair in history for text in pair], "history")


def _own_fits(row: Row) -> bool:
    return isinstance(row.get("metadata"), dict) and _INSTRUCTION.fits(row)


_INSTRUCTION = Pair("instruction", ("response", "answer", "completion"), "context")
_QUERY = Pair("query", ("response", "answer"))


def _read_query(row: Row) -> list[Talk]:
    """MetaMath's types are named for the sets that its questions were made of."""
    [talk] = _QUERY.read(row)
    if str(row.get("type", "")).startswith(("MATH_", "GSM_")):
        talk.facts = {"domain": "mathematics"}
    return [talk]


OWN = Shape("own", _own_fits, _INSTRUCTION.read)
"""What `lexatron data qa` and `lexatron data instruct` write into `plain/`."""

QUERY = Shape("query", _QUERY.fits, _read_query)

_NAMED = {
    "alpaca": Pair("instruction", ("output",), "input"),
    "instruction": _INSTRUCTION,
    "prompt": Pair("prompt", ("response", "completion", "output", "answer")),
    "question": Pair("question", ("answer", "answers", "response", "output"), "context"),
    "problem": Pair("problem", ("solution", "generated_solution", "answer")),
    "input_output": Pair("input", ("output", "response")),
}
PAIRS = tuple(Shape(name, pair.fits, pair.read) for name, pair in _NAMED.items())
