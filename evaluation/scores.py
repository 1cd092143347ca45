"""From scored answers to figures: every metric overall, by language, and for seen and unseen acts.

A figure belongs to a group. Group names are `overall`, `seen`, `unseen`, a language (`en`), or a language
within one of the two (`seen.en`, `unseen.en`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from data_prep.instruct.citation import Citation, extract_citations
from evaluation.citations import CitationScore, pool, score_citations
from evaluation.generate import Answer
from evaluation.intervals import Interval, bootstrap_interval
from evaluation.metrics import exact_match, rouge_l
from evaluation.testset import Question

Groups = dict[str, float]


@dataclass(frozen=True)
class ScoredAnswer:
    """A model's answer to a question, what it cites, and how good it is."""

    question: Question
    answer: Answer
    citations: tuple[Citation, ...]
    citation: CitationScore
    rouge_l: float
    exact_match: bool

    def to_json(self) -> dict[str, Any]:
        """One line of `answers-MODEL.jsonl`."""
        question = self.question
        return {
            "id": question.id,
            "language": question.language,
            "kind": question.kind,
            "seen": question.seen,
            "question": question.prompt,
            "reference": question.reference,
            "answer": self.answer.text,
            "finish": self.answer.finish,
            "expected": [_citation_json(c) for c in question.citations],
            "citations": [_citation_json(c) for c in self.citations],
            "scores": {
                "citation": self.citation.celex_equal,
                "article": self.citation.article_equal,
                "rouge_l": round(self.rouge_l, 6),
                "exact_match": self.exact_match,
            },
        }


@dataclass(frozen=True)
class Summary:
    """Figures of one model: metric -> group -> value, and the intervals of those that are means over questions."""

    metrics: dict[str, Groups]
    intervals: dict[str, dict[str, Interval]]


def _citation_json(citation: Citation) -> dict[str, str | None]:
    return {"celex": citation.celex, "article": citation.article, "unit": citation.unit}


def score_answer(question: Question, answer: Answer, known: Set[str] | None) -> ScoredAnswer:
    """Score one answer; `known` holds the CELEX numbers of all known acts, or is None."""
    cited = tuple(extract_citations(answer.text))
    return ScoredAnswer(
        question=question,
        answer=answer,
        citations=cited,
        citation=score_citations(cited, question.citations, known),
        rouge_l=rouge_l(question.reference, answer.text),
        exact_match=exact_match(question.reference, answer.text),
    )


MEANS: dict[str, Callable[[ScoredAnswer], float | None]] = {
    "citation_accuracy": lambda scored: scored.citation.celex_equal,
    "article_accuracy": lambda scored: scored.citation.article_equal,
    "rouge_l": lambda scored: scored.rouge_l,
    "exact_match": lambda scored: scored.exact_match,
}


def group_names(question: Question) -> tuple[str, ...]:
    """The groups that a question counts in."""
    share = "seen" if question.seen else "unseen"
    return ("overall", share, question.language, f"{share}.{question.language}")


def by_group(scored: Iterable[ScoredAnswer]) -> dict[str, list[ScoredAnswer]]:
    """Answers by group name; `overall`, `seen` and `unseen` first, then the others by name."""
    groups: dict[str, list[ScoredAnswer]] = defaultdict(list)
    for answer in scored:
        for name in group_names(answer.question):
            groups[name].append(answer)
    first = ("overall", "seen", "unseen")
    return {name: groups[name] for name in (*first, *sorted(groups.keys() - set(first))) if name in groups}


def summarise(scored: Sequence[ScoredAnswer], seed: int) -> Summary:
    """Every metric of every group that has at least one question for it."""
    metrics: dict[str, Groups] = defaultdict(dict)
    intervals: dict[str, dict[str, Interval]] = defaultdict(dict)
    for group, answers in by_group(scored).items():
        for metric, read in MEANS.items():
            pairs = [(value, a.question.act) for a in answers if (value := read(a)) is not None]
            if not pairs:
                continue
            values, acts = [float(value) for value, _ in pairs], [act for _, act in pairs]
            metrics[metric][group] = sum(values) / len(values)
            if interval := bootstrap_interval(values, acts, seed):
                intervals[metric][group] = interval
        for metric, rate in _rates(answers).items():
            metrics[metric][group] = rate
    return Summary(dict(metrics), dict(intervals))


def _rates(answers: Iterable[ScoredAnswer]) -> Groups:
    rates = pool(answer.citation for answer in answers)
    named = {
        "citation_precision": rates.precision,
        "citation_recall": rates.recall,
        "hallucinated": rates.hallucinated,
    }
    return {name: rate for name, rate in named.items() if rate is not None}
