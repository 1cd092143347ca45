"""Figures by group, from answers whose quality is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.generate import Answer
from evaluation.scores import ScoredAnswer, score_answer, summarise
from evaluation.testset import load_testset


@pytest.fixture(scope="module")
def scored(testset: Path) -> list[ScoredAnswer]:
    """Seen questions answered perfectly, except in German, where the act is right and the article is not."""
    answers = []
    for question in load_testset(testset):
        text = question.reference if question.seen else "No idea."
        if question.language == "de" and question.seen:
            text = text.replace("Artikel ", "Artikel 9")
        answers.append(score_answer(question, Answer(text, 20, "stop"), frozenset({"32031R0100"})))
    return answers


def test_every_group_has_its_own_figure(scored: list[ScoredAnswer]) -> None:
    metrics = summarise(scored, seed=0).metrics
    assert metrics["citation_accuracy"] == {
        "overall": 0.5, "seen": 1.0, "unseen": 0.0, "de": 0.5, "en": 0.5, "fr": 0.5, "seen.de": 1.0, "seen.en": 1.0,
        "seen.fr": 1.0, "unseen.de": 0.0, "unseen.en": 0.0, "unseen.fr": 0.0,
    }  # fmt: skip
    assert metrics["article_accuracy"]["seen"] == pytest.approx(2 / 3)
    assert metrics["article_accuracy"]["seen.de"] == 0.0
    assert metrics["exact_match"]["seen"] == pytest.approx(2 / 3)
    assert metrics["rouge_l"]["seen.en"] == 1.0
    assert metrics["citation_precision"]["overall"] == 1.0
    assert metrics["citation_recall"]["overall"] == 0.5
    assert metrics["hallucinated"]["seen"] == pytest.approx(5 / 6)
    assert "unseen" not in metrics["hallucinated"], "nothing was cited, so no share of it can be unknown"


def test_intervals_hold_their_figures(scored: list[ScoredAnswer]) -> None:
    summary = summarise(scored, seed=0)
    for metric, groups in summary.intervals.items():
        for group, interval in groups.items():
            assert interval.low <= summary.metrics[metric][group] <= interval.high


def test_an_answer_as_a_line(scored: list[ScoredAnswer]) -> None:
    line = scored[0].to_json()
    assert line["answer"] == line["reference"]
    assert line["citations"][0]["celex"] == line["expected"][0]["celex"] == "32031R0100"
    assert line["scores"] == {"citation": True, "article": True, "rouge_l": 1.0, "exact_match": True}
