"""Citations: how each language prints them, the way back, and what models make of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.formex.acts import LANGUAGES
from data_prep.formex.labels import Designation, label
from data_prep.instruct.citation import Citation, cite, extract_citations, format_citation
from data_prep.instruct.reference import article_of, citable, format_reference

GDPR = "32016R0679"
LABELS = {
    "en": "Regulation (EU) 2016/679",
    "fr": "Règlement (UE) 2016/679",
    "de": "Verordnung (EU) 2016/679",
    "es": "Reglamento (UE) 2016/679",
    "pt": "Regulamento (UE) 2016/679",
}
POINT_B = Citation(GDPR, "5", "art_5.par_1.pt_b")


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("en", "Article 5(1)(b), Regulation (EU) 2016/679 (CELEX: 32016R0679)"),
        ("fr", "article 5, paragraphe 1, point b), du règlement (UE) 2016/679 (CELEX: 32016R0679)"),
        ("de", "Artikel 5 Absatz 1 Buchstabe b der Verordnung (EU) 2016/679 (CELEX: 32016R0679)"),
        ("es", "artículo 5, apartado 1, letra b), del Reglamento (UE) 2016/679 (CELEX: 32016R0679)"),
        ("pt", "artigo 5.º, n.º 1, alínea b), do Regulamento (UE) 2016/679 (CELEX: 32016R0679)"),
    ],
)
def test_each_language_has_its_form(language: str, printed: str) -> None:
    assert format_citation(LABELS[language], GDPR, "art_5.par_1.pt_b", language) == printed
    assert extract_citations(printed) == [POINT_B]


@pytest.mark.parametrize(
    ("key", "language", "printed"),
    [
        ("art_4.pt_1", "en", "Article 4, point (1)"),
        ("art_4.pt_1", "de", "Artikel 4 Nummer 1"),
        ("art_1", "fr", "article 1er"),
        ("art_8a.par_1a", "fr", "article 8 bis, paragraphe 1 bis"),
        ("art_325bf", "fr", "article 325bf"),
        ("art_8a.par_1a", "pt", "artigo 8.º-A, n.º 1-A"),
        ("art_6.par_1.pt_b.pt_ii", "es", "artículo 6, apartado 1, letra b), inciso ii)"),
        ("art_6.par_1.sub_2", "en", "Article 6(1), second subparagraph"),
        ("art_6.sub_2", "en", "Article 6, second paragraph"),
        ("art_6.par_1.sub_2", "de", "Artikel 6 Absatz 1 Unterabsatz 2"),
        ("art_3.ind_1", "fr", "article 3, premier tiret"),
        ("rec_26", "de", "Erwägungsgrund 26"),
        ("anx_IIIa.pt_1-2", "en", "Annex IIIa, point (1.2)"),
        ("art_2.par_1.tbl_1", "en", "Article 2(1)"),
        ("art_2.par_1.quo_1.art_9", "en", "Article 2(1)"),
        ("art_2~2.par_1", "en", "Article 2(1)"),
        ("pbl", "en", ""),
        (None, "en", ""),
    ],
)
def test_places_are_printed_as_the_official_journal_prints_them(key: str | None, language: str, printed: str) -> None:
    assert format_reference(key, language) == printed


def test_german_declines_the_name_of_the_act() -> None:
    cited = format_citation("Delegierter Beschluss (EU) 2031/7", "32031D0007", "art_1", "de")
    assert cited == "Artikel 1 des Delegierten Beschlusses (EU) 2031/7 (CELEX: 32031D0007)"


NUMBERS = st.builds(
    lambda n, s: f"{n}{s}", st.integers(1, 9999), st.sampled_from(["", "", "a", "b", "i", "z", "az", "bf"])
)
ORDINALS = st.integers(1, 10)
ROMAN = st.sampled_from(["i", "ii", "iii", "iv", "v", "viii", "xiv", "III", "X"])
POINTS = st.one_of(
    st.characters(codec="ascii", categories=["L"]),
    st.integers(1, 999).map(str),
    st.sampled_from(["aa", "bb", "1-2", "10-3-1", "12a"]),
    ROMAN,
)
TAILS = st.lists(
    st.one_of(
        NUMBERS.map("par_{}".format), ORDINALS.map("sub_{}".format), POINTS.map("pt_{}".format),
        ORDINALS.map("ind_{}".format), st.sampled_from(["tbl_1", "fn_2", "quo_1", "txt_1", "art_3", "ch_II", "pt_-"]),
    ),
    max_size=5,
)  # fmt: skip
STARTS = st.one_of(
    NUMBERS.map("art_{}".format),
    NUMBERS.map("rec_{}".format),
    st.sampled_from(["anx", "app", "anx_I", "anx_IVa", "anx_3", "anx_B", "app_XIIb", "anx_C"]),
)
KEYS = st.builds(lambda start, tail: ".".join([start, *tail]), STARTS, TAILS)
DESIGNATIONS = st.builds(
    Designation, st.sampled_from("RLD"), st.integers(1980, 2039), st.integers(1, 9999), st.booleans(),
    st.sampled_from(["EU", "EC", "EEC"]), st.integers(0, 2),
)  # fmt: skip


@given(KEYS, DESIGNATIONS, st.sampled_from(LANGUAGES))
def test_what_is_formatted_is_found_again(key: str, act: Designation, language: str) -> None:
    celex = f"3{act.year}{act.letter}{act.number:04}"
    printed = format_citation(label(celex, language, act), celex, key, language)
    assert extract_citations(printed) == [cite(celex, key)]


@given(KEYS, DESIGNATIONS, st.sampled_from(LANGUAGES))
def test_within_a_sentence_and_in_either_case(key: str, act: Designation, language: str) -> None:
    celex = f"3{act.year}{act.letter}{act.number:04}"
    printed = format_citation(label(celex, language, act), celex, key, language)
    text = f"Article 99 says nothing. Under {printed}, Article 7(2) applies.".lower()
    found = extract_citations(text)
    assert [(c.celex, c.article) for c in found] == [(celex, article_of(key))]


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert all(citation.unit == citable(citation.unit) for citation in extract_citations(text))


@given(st.text(max_size=5), st.integers(0, 80))
def test_a_truncated_citation_invents_no_act(noise: str, length: int) -> None:
    printed = format_citation(LABELS["en"], GDPR, "art_5.par_1.pt_b", "en")
    assert {c.celex for c in extract_citations(printed[:length])} <= {GDPR}


@pytest.mark.parametrize(
    "text",
    [
        "article 5 (1) (b) regulation (eu) 2016/679 (celex: 32016r0679)",
        "Article 5(1)(b, Regulation (EU) 2016/679 (CELEX: 32016R0679",
        "Article 5(1), point (b), of Regulation (EU) 2016/679 (CELEX 32016R0679)",
        "Article 5 paragraph 1 point b of the GDPR, CELEX 3 2016 R 0679",
        "CELEX: 32016R0679, Article 5(1)(b)",
        "Regulation (EU) 2016/679 (CELEX:32016R0679): article 5, paragraphe 1, point b)",
        "Art. 5 Abs. 1 lit. b DSGVO (32016R0679)",
        "Art. 5 Abs. 1 Buchst. b der Verordnung (32016R0679)",
        "articulo 5, apartado 1, letra b, del Reglamento (UE) 2016/679 (CELEX: 32016R0679)",
        "artigo 5.o, n.o 1, alinea b), do regulamento (UE) 2016/679 (CELEX: 32016R0679)",
        "Artigo 5º, nº 1, alínea b) do Regulamento (UE) 2016/679 (CELEX: 32016R0679). O artigo 9.º não se aplica.",
    ],
)
def test_what_models_write_is_understood(text: str) -> None:
    assert extract_citations(text) == [POINT_B]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Article 5(1)(b), Regulation (EU) 2016/679", []),
        ("Article 5(1)(b), Regulation (EU) 2016/679 (CELEX: 32016R06", []),
        ("Article 5. It is 32016R0679.", [Citation(GDPR)]),
        ("See Article 9. Under Article 5, Regulation X (CELEX: 32016R0679), Article 7 applies.", [cite(GDPR, "art_5")]),
        ("Articles 5, 6(1) and 7 of the act (32016R0679)", [cite(GDPR, k) for k in ("art_5", "art_6.par_1", "art_7")]),
        ("Article 5 and Article 6, X (CELEX: 32016R0679)", [cite(GDPR, "art_5"), cite(GDPR, "art_6")]),
        ("Article 5, Regulation (EC) No 1907/2006 (CELEX: 32006R1907)", [cite("32006R1907", "art_5")]),
        ("Article 5 of A (CELEX: 32016R0679) and Article 6 of B (CELEX: 32031R0007)",
         [cite(GDPR, "art_5"), cite("32031R0007", "art_6")]),
        ("32016R0679, again 32016R0679, and Article 5 (32016R0679)", [cite(GDPR, "art_5")]),
        ("Annex I, Regulation X (CELEX: 32016R0679)", [Citation(GDPR, None, "anx_I")]),
        ("l’anexo a la Decisión (CELEX: 32031D0007)", [Citation("32031D0007", None, "anx")]),
        ("the article 29 party, judgment 62019CJ0311", [Citation("62019CJ0311", "29", "art_29")]),
        ("consolidated: 02016R0679-20160504", [Citation("02016R0679-20160504")]),
        ("a number such as 120160679 or 32016R0679abc", []),
    ],
)  # fmt: skip
def test_known_texts(text: str, found: list[Citation]) -> None:
    assert extract_citations(text) == found
