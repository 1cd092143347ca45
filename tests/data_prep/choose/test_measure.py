"""Signals of documents whose make-up is known, and the directions in which quality goes."""

from __future__ import annotations

import math
from dataclasses import replace
from operator import itemgetter

from hypothesis import given
from hypothesis import strategies as st

from data_prep.choose import Signals, signals
from data_prep.formex.acts import Unit
from tests.data_prep.choose.documents import PROSE, Document, act_of, paragraph

GOOD = Signals(5000, 800, 4000, 0.6, 0.2, 0.2, 50.0, 0.6, 0.1, "en", 1.0)
share = st.floats(0, 1)


def test_shares_of_prose_tables_and_formalities() -> None:
    units = [
        Unit("title", "ti", text="t" * 10, children=[Unit("footnote", "fn_1", number="1", text="f" * 5)]),
        Unit("article", "art_1", heading="h" * 5, children=[paragraph("p" * 40), paragraph("q" * 20)]),
        Unit("table", "tbl_1", rows=[["a" * 5, "b" * 5], ["c" * 5, "d" * 5]]),
    ]
    found = signals(act_of(units), "any text")
    assert (found.prose, found.prose_share, found.table_share, found.formal_share) == (60, 0.6, 0.2, 0.2)
    assert found.mean_block == 30


def test_letters_of_every_script_count_and_nothing_else_does() -> None:
    text = "Ärger — 12 §§ «Ж» “λ” Ћ ế 3.5 € °C\n"
    letters = sum(character.isalpha() for character in text)
    found = signals(act_of([]), text)
    assert found.letter_share == letters / sum(not character.isspace() for character in text)


def test_letter_share_of_real_texts_is_that_of_unicode(real_documents: list[Document]) -> None:
    for act, text in real_documents[:20]:
        start = text[:20_000]
        letters = sum(character.isalpha() for character in start)
        expected = letters / sum(not character.isspace() for character in start)
        assert math.isclose(signals(act, start, check_language=False).letter_share, expected, abs_tol=0.005)


def test_repeated_lines() -> None:
    assert math.isclose(signals(act_of([]), "aaaa\nbb\naaaa\ncc").repeated_line_share, 4 / 12)
    assert signals(act_of([]), "aaaa\nbb\ncc").repeated_line_share == 0


def test_nothing_is_nothing() -> None:
    found = signals(act_of([]), "")
    assert (found.characters, found.words, found.prose, found.quality) == (0, 0, 0, 0.0)


def test_language_is_not_looked_for_unless_asked() -> None:
    act = act_of([paragraph(PROSE["en"])])
    assert signals(act, "", check_language=False).language is None
    assert signals(act, "").language == "en"


def test_quality_of_a_known_document() -> None:
    found = replace(GOOD, mean_block=30, letter_share=0.5, repeated_line_share=0.5)
    assert math.isclose(found.quality, (0.6 * 0.5 + 0.1) * 0.5 * 0.5)


@given(share, share, st.floats(0, 1000), share, share)
def test_quality_is_a_share(prose: float, table: float, block: float, letters: float, repeated: float) -> None:
    scale = max(1.0, prose + table)
    found = Signals(9, 9, 9, prose / scale, table / scale, 0, block, letters, repeated, None, 0)
    assert 0 <= found.quality <= 1 + 1e-9


@given(share, st.floats(0.01, 0.2))
def test_quality_rises_with_prose_letters_and_blocks_and_falls_with_repetition(base: float, more: float) -> None:
    def pair(name: str, low: float, scale: float = 1) -> tuple[float, float]:
        changed = [replace(GOOD, **{name: value * scale}) for value in (low, low + more)]  # type: ignore[arg-type]
        return changed[0].quality, changed[1].quality

    for name, scale in (("prose_share", 1.0), ("table_share", 1.0), ("letter_share", 1.0), ("mean_block", 100.0)):
        low, high = pair(name, base * 0.5, scale)
        assert low <= high, name
    low, high = pair("repeated_line_share", base * 0.5)
    assert low > high


def test_prose_in_place_of_tables_raises_quality() -> None:
    assert replace(GOOD, prose_share=0.7, table_share=0.1, mean_block=60).quality > replace(GOOD, mean_block=60).quality


def test_the_worst_real_acts_are_those_of_tables(real_documents: list[Document]) -> None:
    """What a person found on reading them: tables and forms with little law around them, yet nothing to drop."""
    measured = sorted(((signals(act, text).quality, act.base_celex) for act, text in real_documents), key=itemgetter(0))
    worst = {celex for _, celex in measured[:9]}
    assert worst == {"32017R2417", "32011R1319", "32014R0650", "32017R0583", "32024R2956", "32014R0926"}
    assert measured[0][0] > 0.4
