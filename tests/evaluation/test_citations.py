"""Scores of citations against answers whose score is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from data_prep.instruct.citation import Citation
from evaluation.citations import pool, score_citations

GDPR, NIS2, AI_ACT = "32016R0679", "32022L2555", "32024R1689"

citations = st.lists(
    st.builds(Citation, st.sampled_from([GDPR, NIS2, AI_ACT]), st.sampled_from([None, "5", "6"]), st.none()), max_size=6
)


def test_right_act_and_right_article() -> None:
    score = score_citations([Citation(GDPR, "5", None)], [Citation(GDPR, "5", "art_5.par_1")], {GDPR})
    assert (score.celex_equal, score.article_equal, score.unknown) == (True, True, 0)


def test_right_act_and_wrong_article() -> None:
    score = score_citations([Citation(GDPR, "6", None)], [Citation(GDPR, "5", None)])
    assert (score.celex_equal, score.article_equal) == (True, False)


def test_the_same_article_of_another_act_is_wrong() -> None:
    score = score_citations([Citation(NIS2, "5", None)], [Citation(GDPR, "5", None)])
    assert (score.celex_equal, score.article_equal) == (False, False)


def test_one_act_too_many_is_wrong_but_counts_for_precision() -> None:
    score = score_citations([Citation(GDPR, "5", None), Citation(NIS2, None, None)], [Citation(GDPR, "5", None)])
    assert not score.celex_equal
    assert score.article_equal
    assert (score.cited, score.expected, score.correct) == (2, 1, 1)


def test_no_article_expected_leaves_article_accuracy_undefined() -> None:
    assert score_citations([Citation(GDPR, "5", None)], [Citation(GDPR, None, None)]).article_equal is None


def test_silence_is_wrong() -> None:
    score = score_citations([], [Citation(GDPR, "5", None)], {GDPR})
    assert (score.celex_equal, score.article_equal, score.cited, score.unknown) == (False, False, 0, 0)


def test_pooled_rates() -> None:
    expected = [Citation(GDPR, None, None)]
    scores = [
        score_citations([Citation(GDPR, None, None)], expected, {GDPR, NIS2}),
        score_citations([Citation(NIS2, None, None), Citation("39999R0001", None, None)], expected, {GDPR, NIS2}),
        score_citations([], expected, {GDPR, NIS2}),
    ]
    rates = pool(scores)
    assert (rates.precision, rates.recall, rates.hallucinated) == (1 / 3, 1 / 3, 1 / 3)


def test_rates_without_a_denominator_are_unknown() -> None:
    rates = pool([score_citations([], [Citation(GDPR, None, None)])])
    assert (rates.precision, rates.recall, rates.hallucinated) == (None, 0.0, None)


@given(citations, citations.filter(len))
def test_order_and_repetition_do_not_matter(cited: list[Citation], expected: list[Citation]) -> None:
    assert score_citations(cited, expected, {GDPR}) == score_citations(cited[::-1] * 2, expected[::-1] * 2, {GDPR})


@given(citations.filter(len))
def test_citing_what_is_expected_is_right(expected: list[Citation]) -> None:
    score = score_citations(expected, expected, {c.celex for c in expected})
    assert score.celex_equal
    assert score.article_equal in (True, None)
    assert (score.correct, score.unknown) == (score.cited, 0)
