"""Answers that refuse: a model that is trained on them refuses, too."""

from __future__ import annotations

from pydantic import PositiveInt

from data_prep.curation.record import Record
from data_prep.curation.steps.contents import answers
from data_prep.curation.steps.refusal_patterns import DECLINES, DISCLAIMS, TURNS_ROUND
from data_prep.curation.steps.step import Step

_TURN_WITHIN = 400  # characters after what the model says of itself


class Refusals(Step):
    """Drops conversations in which the assistant begins an answer by refusing, in English, French, German, Spanish or
    Portuguese. Answers about refusals, which do not begin with one, stay; rejected answers may refuse."""

    helps_after: PositiveInt = 300
    """An answer that says what the model is or lacks, and then turns round ("However, ...") and goes on for as many
    characters, is help and stays."""

    def check(self, record: Record) -> str | None:
        """Whether an answer refuses."""
        return "refusal" if any(refuses(answer, self.helps_after) for answer in answers(record)) else None


def refuses(answer: str, helps_after: int = 300) -> bool:
    """Whether an answer begins with a refusal.

    Args:
        helps_after: characters; see `Refusals`.
    """
    text = answer.lstrip("\n\t \"'*_“‘«").replace("’", "'") if "’" in answer[:300] else answer.lstrip("\n\t \"'*_“‘«")
    if DECLINES.match(text):
        return True
    found = DISCLAIMS.match(text)
    if found is None:
        return False
    turned = TURNS_ROUND.search(text, found.end(), found.end() + _TURN_WITHIN)
    return turned is None or len(text) - turned.start() < helps_after
