"""Questions with known answers: reads the test set that `lexatron data qa` writes.

A question is `seen` where its act was part of training and only its wording was held out; otherwise the
act itself was held out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from data_prep.instruct.citation import Citation
from lexatron.errors import UserError

Item = TypeVar("Item")


@dataclass(frozen=True)
class Question:
    """One line of the test set.

    Attributes:
        prompt: what the user asks. `reference`: the answer that the act gives, citation included.
        citations: what a correct answer cites.
    """

    id: str
    language: str
    kind: str
    seen: bool
    prompt: str
    reference: str
    citations: tuple[Citation, ...]

    @property
    def act(self) -> str:
        """CELEX number of the act that the question is about; questions about one act are not independent."""
        return self.citations[0].celex


def parse_question(raw: dict[str, Any]) -> Question:
    """The question of one decoded line.

    Raises:
        ValueError, KeyError, TypeError, IndexError: a field is missing or of the wrong shape.
    """
    user, assistant = raw["messages"][-2:]
    if (user["role"], assistant["role"]) != ("user", "assistant"):
        raise ValueError("the last two messages must be a user's question and an assistant's answer")
    citations = tuple(Citation(c["celex"], c.get("article"), c.get("unit")) for c in raw["citations"])
    if not citations:
        raise ValueError("no citation is expected, so there is nothing to score")
    return Question(
        id=str(raw["id"]),
        language=str(raw["language"]),
        kind=str(raw["kind"]),
        seen=bool(raw["seen"]),
        prompt=user["content"],
        reference=assistant["content"],
        citations=citations,
    )


def load_testset(path: str | Path) -> list[Question]:
    """Every question of a test set, in the file's order.

    Raises:
        UserError: the file is missing, empty, holds an id twice, or a line is not a question.
    """
    path = Path(path)
    remedy = "make it with `lexatron data qa`"
    if not path.is_file():
        raise UserError("no such test set", where=path, remedy=remedy)
    questions: dict[str, Question] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            question = parse_question(json.loads(line))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise UserError(f"not a test question ({error!r})", where=f"{path}:{number}", remedy=remedy) from error
        if question.id in questions:
            raise UserError(f"the id {question.id} stands twice", where=f"{path}:{number}", remedy=remedy)
        questions[question.id] = question
    if not questions:
        raise UserError("the test set is empty", where=path, remedy=remedy)
    return list(questions.values())


def spread(items: Sequence[Item], limit: int | None) -> list[Item]:
    """At most `limit` items, taken at even distances so that every language and kind stays represented."""
    if limit is None or limit >= len(items):
        return list(items)
    return [items[number * len(items) // limit] for number in range(limit)]
