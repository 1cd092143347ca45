"""Each reason to drop a document, their order, the bad filters, and what the defaults do to real acts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from data_prep.choose import REASONS, Filters, reason_before_text, reason_to_drop, signals
from data_prep.choose.filters import year_of
from data_prep.formex import render
from data_prep.formex.acts import Act, Unit
from lexatron.errors import UserError
from tests.data_prep.choose.documents import PROSE, Document, act_of, body, paragraph

ALL = Filters(languages=("en", "fr", "de", "es", "pt", "bg", "el", "ga", "pl"), corrigenda=True)


def reason(act: Act, filters: Filters = ALL) -> str | None:
    text = render(act)
    return reason_to_drop(act, text, signals(act, text), filters)


def test_an_ordinary_act_stays() -> None:
    assert reason(act_of(body())) is None


def test_language() -> None:
    assert reason(act_of(body("de"), "de"), Filters(languages=("en", "fr"))) == "language not wanted"
    assert reason(act_of(body(), "und")) == "language not wanted"


def test_type() -> None:
    only = Filters(doc_types=("directive", "decision"))
    assert reason(act_of(body()), only) == "type not wanted"
    assert reason(act_of(body(), doc_type="directive"), only) is None


def test_corrigenda_follow_their_own_switch() -> None:
    corrigendum = act_of(body(), doc_type="corrigendum", celex=None)
    assert reason(corrigendum, Filters()) == "corrigendum"
    assert reason(corrigendum, Filters(corrigenda=True, doc_types=("directive",))) is None


def test_years_include_both_ends_and_no_unknown_year() -> None:
    def in_years(first: int, last: int, act: Act) -> str | None:
        return reason(act, Filters(years=(first, last)))

    act = act_of(body())
    assert [in_years(2016, 2016, act), in_years(2015, 2017, act)] == [None, None]
    assert [in_years(2017, 2020, act), in_years(2000, 2015, act)] == ["year not wanted"] * 2
    nameless = act_of(body(), date=None, celex=None, base_celex=None, oj="OJ L 1, 2.1.2016, p. 3")
    assert in_years(1950, 2100, nameless) == "year not wanted"


def test_the_year_is_that_of_adoption_else_that_of_the_number() -> None:
    assert year_of(act_of([], date="2015-12-30")) == 2015
    assert year_of(act_of([], date=None, celex="02016R0679-20240101")) == 2016


def test_family() -> None:
    nobody = act_of(body(), celex=None, base_celex=None)
    assert reason(nobody) == "family unknown"
    nobody.oj = "OJ L 127, 23.5.2018"  # an issue has many acts
    assert reason(nobody) == "family unknown"
    nobody.oj = "OJ L 127, 23.5.2018, p. 2"
    assert reason(nobody) is None


def test_length() -> None:
    act = act_of(body())
    length = len(render(act))
    assert reason(act, replace(ALL, min_characters=length)) is None
    assert reason(act, replace(ALL, min_characters=length + 1)) == "too short"


def table(cells: int) -> Unit:
    return Unit("table", "tbl_1", rows=[["Tomatoes", "100 kg net", f"{number},5 EUR"] for number in range(cells)])


def test_tables() -> None:
    act = act_of([*body(blocks=2), table(1000)])
    assert reason(act) == "mostly tables"
    assert reason(act, replace(ALL, max_table_share=1.0)) is None
    assert reason(act_of([*body(blocks=8), table(50)])) is None


def test_boilerplate() -> None:
    formal = [
        Unit("title", "ti", text="Commission Regulation on the import values of certain fruit " * 5),
        Unit("citation", "cit_1", text="Having regard to the Treaty on the Functioning of the European Union, " * 5),
        Unit("signature", "sig", text="For the Commission, On behalf of the President, " * 5),
    ]
    in_force = paragraph("This Regulation shall enter into force on the day of its publication.")
    assert reason(act_of([*formal, in_force])) == "boilerplate"
    assert reason(act_of([*formal, in_force, table(40)])) is None
    assert reason(act_of([*formal, *body(blocks=3)])) is None


def test_text_in_another_language() -> None:
    act = act_of(body("fr"), "en")
    assert reason(act) == "text is not in the stated language"
    assert reason(act, replace(ALL, check_language=False)) is None


def test_quality() -> None:
    codes = [paragraph(f"{number:04} {number * 7:06} 12.5 {number * 3:08}", f"art_{number}") for number in range(60)]
    assert reason(act_of(codes)) == "low quality"
    assert reason(act_of([paragraph(PROSE["en"], f"art_{number}") for number in range(60)])) == "low quality"
    assert reason(act_of(codes), replace(ALL, min_quality=0.0)) is None


def test_the_cheap_reasons_need_no_text() -> None:
    filters = Filters(languages=("en",), years=(2000, 2010))
    for act in (act_of([], "fr"), act_of([]), act_of([], celex=None, base_celex=None, date="2005-01-01")):
        assert reason_before_text(act, filters) == reason(act, filters)
        assert reason_before_text(act, filters) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"languages": ("en", "klingon")}, {"doc_types": ("law",)}, {"doc_types": ("corrigendum",)},
        {"years": (2020, 2010)}, {"min_characters": -1}, {"max_table_share": 1.5}, {"min_quality": float("nan")},
    ],
)  # fmt: skip
def test_filters_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(UserError):
        Filters(**wrong)  # type: ignore[arg-type]


def reasons_of(documents: list[Document], filters: Filters) -> Counter[str | None]:
    return Counter(reason_to_drop(act, text, signals(act, text), filters) for act, text in documents)


def test_the_defaults_keep_every_real_act(real_documents: list[Document]) -> None:
    assert reasons_of(real_documents, Filters()) == {None: 80, "language not wanted": 5, "corrigendum": 3}
    assert reasons_of(real_documents, replace(ALL, corrigenda=False)) == {None: 83, "corrigendum": 5}


def test_of_the_real_corrigenda_the_one_that_nothing_tells_goes(real_documents: list[Document]) -> None:
    dropped = [act for act, text in real_documents if reason_to_drop(act, text, signals(act, text), ALL)]
    assert [(act.doc_type, act.language, act.oj) for act in dropped] == [("corrigendum", "ga", None)]


def test_the_defaults_keep_every_sample_act(sample_documents: list[Document]) -> None:
    assert reasons_of(sample_documents, Filters()) == {None: 100}


def test_every_reason_is_listed_once() -> None:
    assert len(set(REASONS)) == len(REASONS) == 10
