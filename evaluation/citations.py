"""Does an answer cite what it should? Scores the citations found in an answer against those expected."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from data_prep.instruct.citation import Citation


@dataclass(frozen=True)
class CitationScore:
    """One answer's citations against those expected.

    Attributes:
        celex_equal: the set of CELEX numbers cited is the set expected, no more and no less.
        article_equal: the set of (CELEX, article) is the set expected; None where no article is expected.
        cited: distinct CELEX numbers in the answer. `expected`: those wanted. `correct`: in both.
        unknown: cited CELEX numbers that the index of known acts lacks; None where no index was given.
    """

    celex_equal: bool
    article_equal: bool | None
    cited: int
    expected: int
    correct: int
    unknown: int | None


@dataclass(frozen=True)
class CitationRates:
    """CELEX numbers pooled over many answers (micro-average); None where the denominator is zero.

    Attributes:
        precision: correct / cited. `recall`: correct / expected.
        hallucinated: unknown / cited, the share of cited CELEX numbers that no known act bears.
    """

    precision: float | None
    recall: float | None
    hallucinated: float | None


def _articles(citations: Iterable[Citation]) -> set[tuple[str, str]]:
    return {(citation.celex, citation.article) for citation in citations if citation.article}


def score_citations(
    cited: Iterable[Citation], expected: Iterable[Citation], known: Set[str] | None = None
) -> CitationScore:
    """Score what an answer cites.

    Args:
        cited: the citations found in the answer.
        expected: the citations of the reference.
        known: CELEX numbers of all known acts, or None where there is no such index.
    """
    cited, expected = list(cited), list(expected)
    found, wanted = {c.celex for c in cited}, {c.celex for c in expected}
    wanted_articles = _articles(expected)
    return CitationScore(
        celex_equal=found == wanted,
        article_equal=_articles(cited) == wanted_articles if wanted_articles else None,
        cited=len(found),
        expected=len(wanted),
        correct=len(found & wanted),
        unknown=None if known is None else len(found - known),
    )


def pool(scores: Iterable[CitationScore]) -> CitationRates:
    """Precision, recall and hallucination over many answers."""
    scores = list(scores)
    cited, correct = sum(s.cited for s in scores), sum(s.correct for s in scores)
    unknown = [s.unknown for s in scores if s.unknown is not None]
    return CitationRates(
        precision=_ratio(correct, cited),
        recall=_ratio(correct, sum(s.expected for s in scores)),
        hallucinated=_ratio(sum(unknown), cited) if len(unknown) == len(scores) else None,
    )


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
