"""Example answers, side by side: chosen by their place in the test set and never by how good they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evaluation.report.run_folder import Json
from evaluation.report.tables import in_order, language_name, model_name

Mark = Literal["", "right", "wrong"]
RULE = (
    "Chosen by place in the test set, not by result: for each language the first question about a seen and "
    "about an unseen act, of another kind in each language."
)


@dataclass(frozen=True)
class Segment:
    """A piece of an answer; a cited CELEX number is marked right or wrong."""

    text: str
    mark: Mark = ""


@dataclass(frozen=True)
class ExampleAnswer:
    """What one model answered. `article` is None where none was expected."""

    model: str
    segments: list[Segment]
    citation: bool
    article: bool | None


@dataclass(frozen=True)
class Example:
    """One question with the reference and every model's answer."""

    language: str
    kind: str
    seen: bool
    question: str
    reference: str
    answers: list[ExampleAnswer]


def examples(answers: Mapping[str, Sequence[Json]], models: Sequence[str]) -> list[Example]:
    """Examples by the rule above, from the answers of `models` (those that left none are passed over)."""
    names = [name for name in models if answers.get(name)]
    if not names:
        return []
    rows = {name: {row["id"]: row for row in answers[name]} for name in names}
    shared = [row for row in answers[names[0]] if all(row["id"] in rows[name] for name in names)]
    return [_example(row, {name: rows[name][row["id"]] for name in names}) for row in _chosen(shared)]


def _chosen(rows: Sequence[Json]) -> Iterator[Json]:
    kinds = sorted({row["kind"] for row in rows})
    for place, language in enumerate(in_order({row["language"] for row in rows})):
        rotated = kinds[place % len(kinds) :] + kinds[: place % len(kinds)]
        for seen in (True, False):
            candidates = [row for row in rows if row["language"] == language and row["seen"] is seen]
            if candidates:
                yield min(candidates, key=lambda row: rotated.index(row["kind"]))


def _example(row: Json, by_model: Mapping[str, Json]) -> Example:
    return Example(
        language=language_name(row["language"]),
        kind=row["kind"].replace("_", " "),
        seen=row["seen"],
        question=row["question"],
        reference=row["reference"],
        answers=[_answer(name, answer) for name, answer in by_model.items()],
    )


def _answer(name: str, row: Json) -> ExampleAnswer:
    scores: dict[str, Any] = row["scores"]
    expected = {citation["celex"] for citation in row["expected"]}
    cited = {citation["celex"] for citation in row["citations"]}
    return ExampleAnswer(
        model_name(name), segments(row["answer"], cited, expected), scores["citation"], scores["article"]
    )


def segments(text: str, cited: set[str], expected: set[str]) -> list[Segment]:
    """Cut a text at the CELEX numbers that it cites."""
    if not cited:
        return [Segment(text)] if text else []
    pattern = "(" + "|".join(re.escape(celex) for celex in sorted(cited, key=len, reverse=True)) + ")"
    pieces = [piece for piece in re.split(pattern, text) if piece]
    return [Segment(piece, _mark(piece, cited, expected)) for piece in pieces]


def _mark(piece: str, cited: set[str], expected: set[str]) -> Mark:
    if piece not in cited:
        return ""
    return "right" if piece in expected else "wrong"
