"""ROUGE-L against the library itself and against known answers; what exact match ignores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import DefaultTokenizer

from evaluation.metrics import UnicodeWords, exact_match, rouge_l

ascii_text = st.text(st.characters(max_codepoint=127), max_size=60)


@given(ascii_text)
def test_words_are_the_library_s_own_on_ascii(text: str) -> None:
    assert UnicodeWords().tokenize(text) == DefaultTokenizer().tokenize(text)


@given(ascii_text, ascii_text)
def test_rouge_l_is_the_library_s_own_on_ascii(reference: str, answer: str) -> None:
    assert rouge_l(reference, answer) == RougeScorer(["rougeL"]).score(reference, answer)["rougeL"].fmeasure


def test_words_keep_letters_of_every_language() -> None:
    text = "Für die Verfügung, l'État, niño, não; Ελλάδα_2"
    assert UnicodeWords().tokenize(text) == [
        "für", "die", "verfügung", "l", "état", "niño", "não", "ελλάδα", "2",
    ]  # fmt: skip


def test_a_decomposed_letter_equals_a_composed_one() -> None:
    assert rouge_l("l'\u00e9tat", "l'e\u0301tat") == 1.0


def test_rouge_l_of_a_known_pair() -> None:
    # Longest common subsequence: der Verantwortliche die Daten, 4 of 5 and of 6 words.
    assert rouge_l("der Verantwortliche löscht die Daten", "der Verantwortliche muss nicht die Daten") == pytest.approx(
        2 * (4 / 6) * (4 / 5) / (4 / 6 + 4 / 5)
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_rouge_l_is_symmetric_and_bounded(reference: str, answer: str) -> None:
    assert 0.0 <= rouge_l(reference, answer) <= 1.0
    assert rouge_l(reference, answer) == pytest.approx(rouge_l(answer, reference))


@pytest.mark.parametrize(
    ("reference", "answer", "equal"),
    [
        ("Article 5(1)(b).", "  article 5(1)(b) ", True),
        ("«chaîne du froid»", "chaîne  du\nfroid", True),
        ("10 000 km", "10\u00a0000 km", True),
        ("Article 5(1)", "Article 51", False),
        ("Straße", "STRASSE", True),
        ("", "anything", False),
    ],
)
def test_exact_match(reference: str, answer: str, equal: bool) -> None:
    assert exact_match(reference, answer) is equal
