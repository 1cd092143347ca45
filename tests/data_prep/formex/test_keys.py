"""Key parts: known answers, and no dependence on the language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.formex import keys


@pytest.mark.parametrize(
    ("identifier", "printed", "expected"),
    [
        ("008A", "Article 8 bis", "art_8a"),
        ("099", "", "art_99"),
        ("428AZ", "", "art_428az"),
        (None, "Article 12", "art_12"),
        (None, "Article premier", "art_1"),
        ("", "Article unique", "art_1"),
    ],
)
def test_article_part(identifier: str | None, printed: str, expected: str) -> None:
    assert keys.article_part(identifier, printed, 1) == expected


def test_paragraph_part_comes_from_the_identifier_then_from_print_then_from_position() -> None:
    assert keys.paragraph_part("008A.002", "2.", 9) == "par_2"
    assert keys.paragraph_part("008A.001A", "1 bis.", 9) == "par_1a"
    assert keys.paragraph_part(None, "‘3.", 9) == "par_3"
    assert keys.paragraph_part(None, "", 9) == "par_9"


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("ANNEX IV", "anx_IV"),
        ("ANNEX\u00a0\u00a0X", "anx_X"),
        ("ANNEXE IV bis", "anx_IVa"),
        ("ANEXO IV-A", "anx_IVa"),
        ("Anhang IVa", "anx_IVa"),
        ("ANNEX", "anx"),
        ("ANNEX to the Commission Regulation", "anx"),
        ("Appendix 6", "app_6"),
        ("Anlage A", "app_A"),
        ("‘ANNEX I", "anx_I"),
    ],
)
def test_annex_part(heading: str, part: str) -> None:
    assert keys.annex_part(heading) == part


@pytest.mark.parametrize(
    ("headings", "kind", "part"),
    [
        (["CHAPTER II", "CHAPITRE II", "KAPITEL II", "CAPÍTULO II"], "chapter", "ch_II"),
        (["TITLE I", "TITRE PREMIER", "TITEL I", "TÍTULO PRIMERO", "TÍTULO I"], "title_division", "ti_I"),
        (["Section 2A", "Abschnitt 2a", "Sección 2 bis", "SECÇÃO 2-A"], "section", "sec_2a"),
        (["PART 1", "PARTIE 1", "TEIL 1", "PARTE 1"], "part", "prt_1"),
        (["Whatever", ""], "division", "div_7"),
        (["CHAPITRE V EXERCICE DU DROIT D'ÊTRE ENTENDU"], "chapter", "ch_V"),
    ],
)
def test_divisions_have_the_same_key_in_every_language(headings: list[str], kind: str, part: str) -> None:
    assert {keys.division(heading, 7) for heading in headings} == {keys.Division(kind, part)}  # type: ignore[arg-type]


def test_point_part_drops_punctuation_and_counts_foreign_letters() -> None:
    assert keys.point_part("(b)", "alpha", 2) == keys.point_part("‘b)", "alpha", 2) == "pt_b"
    assert keys.point_part("б)", "alpha", 2) == "pt_b"
    assert keys.point_part("1.2.", None, 1) == "pt_1-2"
    assert keys.point_part("", "ARAB", 3) == "pt_3"


@given(st.text(max_size=30), st.sampled_from([None, "alpha", "roman", "DASH"]), st.integers(1, 200))
def test_a_point_part_never_breaks_the_path(number: str, kind: str | None, position: int) -> None:
    part = keys.point_part(number, kind, position)
    assert part.startswith("pt_")
    assert "." not in part
    assert part.isascii()
    assert len(part) > 3
