"""What the checks of written pairs found, and whether that is good enough.

A figure that misses its bound ends the stage, but for average lengths, which only warn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lexatron.errors import UserError

RESOLVE = "every citation names a unit that an act has"
AS_RECORDED = "every answer cites what its record says"
REPEATED = "no question stands twice"
LEAK = "no question from a test work in training"
SEEN = "every question says rightly whether its act was seen"
MUST_HOLD = (REPEATED, LEAK, SEEN, RESOLVE, AS_RECORDED)

MIN_CITING = 0.95
BIN = 20  # characters or tokens of a bar in the histograms
QUESTION_TOKENS, ANSWER_TOKENS = (50, 100), (150, 300)  # averages of the long kinds
EXAMPLES = 5  # of each failure
LONG = " long"  # behind a kind with long answers that was asked at length
WITH_PASSAGE = " with passage"  # behind a kind that was asked with the passage in the prompt


@dataclass
class Report:
    """Sums over pairs; those of several tasks add up.

    Attributes:
        counts: `answers`, `citing`, `as_recorded` (the answer cites what the record says), `citations`, `resolved`,
            `words`, `words_found` (in runs of the cited units' words), and more.
        failures: check -> examples for a person.
        lengths: kind, and how it was asked (`LONG`, `WITH_PASSAGE`) -> sums of pairs, question and answer lengths.
        histogram: `question` and `answer` -> length, rounded down to `BIN`, -> pairs.
    """

    counts: Counter[str] = field(default_factory=Counter)
    failures: dict[str, list[str]] = field(default_factory=dict)
    lengths: dict[str, list[int]] = field(default_factory=dict)
    histogram: dict[str, dict[str, int]] = field(default_factory=lambda: {"question": {}, "answer": {}})

    def fail(self, check: str, example: str) -> None:
        """Count a failure, and keep the first ones as examples."""
        self.counts[f"failed: {check}"] += 1
        examples = self.failures.setdefault(check, [])
        if len(examples) < EXAMPLES:
            examples.append(example)

    def measure(self, kind: str, question: int, answer: int) -> None:
        """Add the lengths of one pair."""
        sums = self.lengths.setdefault(kind, [0, 0, 0])
        for place, value in enumerate((1, question, answer)):
            sums[place] += value
        for name, length in (("question", question), ("answer", answer)):
            bucket = str(length // BIN * BIN)
            self.histogram[name][bucket] = self.histogram[name].get(bucket, 0) + 1

    def to_json(self) -> dict[str, Any]:
        """The fields, as plain data."""
        return {name: dict(value) for name, value in vars(self).items()}

    def add(self, other: Mapping[str, Any]) -> None:
        """Add the report of a task, given as `to_json` does."""
        self.counts.update(other["counts"])
        for check, examples in other["failures"].items():
            mine = self.failures.setdefault(check, [])
            mine.extend(examples[: EXAMPLES - len(mine)])
        for kind, sums in other["lengths"].items():
            self.lengths[kind] = [a + b for a, b in zip(self.lengths.get(kind, [0, 0, 0]), sums, strict=True)]
        for name, bars in other["histogram"].items():
            for bucket, number in bars.items():
                self.histogram[name][bucket] = self.histogram[name].get(bucket, 0) + number


def figures(report: Report) -> dict[str, Any]:
    """The figures of a report, for `stats.json`: shares, averages and failures."""
    counts = report.counts
    return {
        "answers": counts["answers"],
        "citing": _share(counts["citing"], counts["answers"]),
        "citations": counts["citations"],
        "citations_resolved": _share(counts["resolved"], counts["citations"]),
        "answer_words_in_cited_units": _share(counts["words_found"], counts["words"]),
        "quotations": counts["quotations"],
        "quotations_found": _share(counts["quotations_found"], counts["quotations"]),
        "failed": {check: counts[f"failed: {check}"] for check in MUST_HOLD},
        "lengths": {kind: _averages(*sums) for kind, sums in sorted(report.lengths.items())},
        "long_kinds": _averages(*_sum_of_long(report)),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _averages(pairs: int, question: int, answer: int) -> dict[str, float]:
    return {
        "pairs": pairs,
        "question": round(question / pairs, 1) if pairs else 0.0,
        "answer": round(answer / pairs, 1) if pairs else 0.0,
    }


def _sum_of_long(report: Report) -> tuple[int, int, int]:
    long = [sums for kind, sums in report.lengths.items() if kind.endswith(LONG)]
    pairs, question, answer = (sum(sums[place] for sums in long) for place in range(3))
    return pairs, question, answer


def insist(report: Report) -> None:
    """Accept the pairs.

    Raises:
        UserError: a check failed.
    """
    found = figures(report)
    failed = [
        f"{check}: {number:,} do not ({'; '.join(report.failures[check])})"
        for check, number in found["failed"].items()
        if number
    ]
    if found["citing"] is not None and found["citing"] < MIN_CITING:
        failed.append(f"{MIN_CITING:.0%} of answers must cite: {found['citing']:.1%} do")
    if report.counts["resolved"] + found["failed"][RESOLVE] != report.counts["citations"]:
        failed.append(f"{RESOLVE}: {report.counts['resolved']:,} of {report.counts['citations']:,} do")
    if failed:
        raise UserError(
            f"the pairs do not stand up to their checks: {'; '.join(failed)}",
            remedy="make the acts again, and report it if it stays: nothing was written",
        )


def length_warnings(found: Mapping[str, Any]) -> list[str]:
    """What to say where the long kinds are on average shorter or longer than they should be, in tokens."""
    long = found["long_kinds"]
    bounds = {"question": QUESTION_TOKENS, "answer": ANSWER_TOKENS}
    return [
        f"the {name} of the long kinds has {long[name]:g} tokens on average, not {low} to {high}"
        for name, (low, high) in bounds.items()
        if long["pairs"] and not low <= long[name] <= high
    ]
