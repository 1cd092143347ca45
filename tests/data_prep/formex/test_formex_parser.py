"""Real acts: identity, articles, recitals and keys, against what print says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data_prep.formex import Act, Reject, parse_paths
from data_prep.formex.parser import parse_act
from data_prep.formex.xml import Malformed

GDPR = ["bg", "de", "el", "en", "es", "fr", "pl", "pt"]


def parse_one(path: Path) -> Act:
    found = list(parse_paths([path]))
    assert len(found) == 1, found
    assert isinstance(found[0], Act)
    return found[0]


@pytest.fixture(scope="module")
def gdpr(formex_dir: Path) -> dict[str, Act]:
    found = list(parse_paths([formex_dir / "gdpr-xml/original"]))
    assert not [f for f in found if isinstance(f, Reject)]
    return {act.language: act for act in found if isinstance(act, Act)}


def test_gdpr_in_every_language(gdpr: dict[str, Act]) -> None:
    assert sorted(gdpr) == GDPR
    keys = {tuple(unit.key for unit in act.articles()) for act in gdpr.values()}
    assert keys == {tuple(f"art_{number}" for number in range(1, 100))}
    for act in gdpr.values():
        assert (act.celex, act.base_celex, act.doc_type) == ("32016R0679", "32016R0679", "regulation")
        assert (act.date, act.oj) == ("2016-04-27", "OJ L 119, 4.5.2016, p. 1")
        assert [u.key for u in act.walk() if u.kind == "recital"] == [f"rec_{number}" for number in range(1, 174)]
        assert not act.unknown_elements


def test_gdpr_keys_are_the_same_in_every_language(gdpr: dict[str, Act]) -> None:
    kinds = {"article", "paragraph", "subparagraph", "recital"}
    keys = {language: {u.key for u in act.walk() if u.kind in kinds} for language, act in gdpr.items()}
    assert all(found == keys["en"] for found in keys.values())
    for language in ("fr", "de", "es", "pt"):
        assert {u.key for u in gdpr[language].units} == {u.key for u in gdpr["en"].units}


def test_gdpr_text(gdpr: dict[str, Act]) -> None:
    act = gdpr["en"]
    assert act.label == "Regulation (EU) 2016/679"
    assert act.title.startswith(
        "REGULATION (EU) 2016/679 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL of 27 April 2016 on"
    )
    definition = act.find("art_4.pt_1")
    assert definition is not None
    assert definition.text.startswith("‘personal data’ means any information relating to an identified")
    fine = act.find("art_83.par_5")
    assert fine is not None
    assert "up to 20 000 000 EUR" in fine.text or "20 000 000 EUR" in " ".join(u.text for u in fine.walk())
    consent = act.find("art_6.par_1.pt_f")
    assert consent is not None
    assert consent.number == "(f)"
    assert gdpr["fr"].find("art_1").number == "Article premier"  # type: ignore[union-attr]


def test_ai_act_has_its_thirteen_annexes_in_order(formex_dir: Path) -> None:
    act = parse_one(formex_dir / "eur-lex-loader/32024R1689")
    assert act.celex == "32024R1689"
    assert act.oj == "OJ L, 2024/1689, 12.7.2024"
    assert act.eli == "http://data.europa.eu/eli/reg/2024/1689/oj"
    numerals = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII"]
    assert [unit.key for unit in act.units if unit.kind == "annex"] == [f"anx_{n}" for n in numerals]
    assert len(act.articles()) == 113
    assert act.find("anx_III.pt_1.pt_a") is not None
    assert act.find("art_103.quo_1") is not None


def test_nis2_zip_equals_its_folder(formex_dir: Path) -> None:
    folder = formex_dir / "eIDAS20/2022_2555_NIS2"
    zipped, plain = parse_one(folder / "32022L2555.fmx4.zip"), parse_one(folder / "formex")
    assert zipped.celex == "32022L2555"
    assert zipped.units == plain.units
    assert len(zipped.articles()) == 46
    table = zipped.find("anx_I.tbl_1")
    assert table is not None
    assert table.rows[0] == ["Sector", "Subsector", "Type of entity"]
    assert len({len(row) for row in table.rows}) == 1


def test_a_renamed_publication_is_put_together_by_its_numbers(formex_dir: Path) -> None:
    """DOC_1.xml is the manifest, DOC_2 the act, DOC_3 an annex that pulls in DOC_4."""
    act = parse_one(formex_dir / "tulit/5cca93ee-e193-46bf-8416-c2f57cbc34c9.0004.05")
    assert (act.celex, act.label) == ("32011R1319", "Implementing Regulation (EU) No 1319/2011")
    table = act.find("anx.quo_1.anx_I.tbl_1")
    assert table is not None
    assert table.quoted
    assert table.rows[1][0] == "0207 12 10"


@pytest.mark.parametrize(
    ("path", "celex", "base", "articles"),
    [
        ("gdpr-xml/consolidated/gdpr-consolidated-en.xml", "02016R0679-20160504", "32016R0679", 99),
        ("gdpr-xml/consolidated/gdpr-consolidated-es.xml", "02016R0679-20160504", "32016R0679", 99),
        ("eur-lex-loader/32006R1907", "02006R1907-20251023", "32006R1907", 141),
        ("lex-corpus-eu-eurlex/31977l0799/2004-12-24/en.fmx4", "01977L0799-20041224", "31977L0799", None),
        ("lex-corpus-eu-eurlex/31962r0141/2004-05-01/fr.fmx4", "01962R0141-20040501", "31962R0141", 4),
    ],
)
def test_consolidated(formex_dir: Path, path: str, celex: str, base: str, articles: int | None) -> None:
    act = parse_one(formex_dir / path)
    assert (act.celex, act.base_celex) == (celex, base)
    assert act.version_date == f"{celex[-8:-4]}-{celex[-4:-2]}-{celex[-2:]}"
    assert articles is None or len(act.articles()) == articles
    assert act.amendments


def test_language_pairs_share_their_article_keys(formex_dir: Path) -> None:
    versions = [p for p in (formex_dir / "lex-corpus-eu-eurlex").glob("*/*") if len(list(p.glob("*.fmx4"))) == 2]
    assert versions
    for version in versions:
        one, other = (parse_one(folder) for folder in sorted(version.glob("*.fmx4")))
        assert (one.celex, one.work) == (other.celex, other.work)
        assert [unit.key for unit in one.articles()] == [unit.key for unit in other.articles()], version.name


def test_keys_are_unique_and_complete(formex_dir: Path) -> None:
    for act in parse_paths([formex_dir]):
        assert isinstance(act, Act)
        keys = [unit.key for unit in act.walk()]
        assert all(keys)
        assert len(set(keys)) == len(keys), act.celex


def test_a_court_decision(formex_dir: Path) -> None:
    act = parse_one(formex_dir / "ris-backend-service/62023CJ0538.xml")
    assert (act.celex, act.ecli, act.language, act.doc_type) == ("62023CJ0538", "ECLI:EU:C:2025:367", "de", "judgment")
    assert act.date == "2025-05-22"
    assert act.find("par_90") is not None
    assert act.find("jur.pt_4") is not None


def test_a_corrigendum_belongs_to_its_act(formex_dir: Path) -> None:
    found = list(parse_paths([formex_dir / "gdpr-xml/corr-2018-original"]))
    acts = {act.language: act for act in found if isinstance(act, Act)}
    assert {language: act.base_celex for language, act in acts.items()} == {
        "de": "32016R0679", "en": "32016R0679", "pt": "32016R0679", "el": None, "ga": None,
    }  # fmt: skip
    assert all(act.celex is None and act.doc_type == "corrigendum" for act in acts.values())
    assert acts["en"].find("corr_1.quo_1") is not None


def test_an_act_without_manifest_is_identified_by_its_title_only_where_that_agrees(make: Any) -> None:
    assert parse_act(make.act(make.article("<ALINEA>x</ALINEA>"))).celex == "32020R0007"
    other = make.act(make.article("<ALINEA>x</ALINEA>"), title="Decision amending Regulation (EU) 2019/9")
    assert parse_act(other).celex is None
    assert parse_act(other, manifest=make.manifest("a.xml", legal_value="DEC")).celex == "32020D0007"
    assert parse_act(make.act("<P>x</P>"), manifest=make.manifest("a.xml", legal_value="DIR")).celex is None
    assert parse_act(make.act("<P>x</P>"), manifest=make.manifest("a.xml", number=8)).celex is None


def test_an_annex_without_its_act_is_an_act_of_type_annex(make: Any) -> None:
    act = parse_act(make.annex("<P>words</P>", "ANNEX II"))
    assert (act.celex, act.doc_type, act.title, act.language) == (None, "annex", "ANNEX II", "en")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<ACT><P>x</ACT>", "not well-formed"),
        (b"<ACT><P>x", "not well-formed"),
        (b"<ACT>&bad;</ACT>", "not well-formed"),
        (b"<ACT/>", "no text"),
        (b"\xff\xfe<\x00A", "not well-formed"),
        (b'<!DOCTYPE ACT [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ACT>&b;</ACT>', "DOCTYPE"),
        (b'<!DOCTYPE ACT [<!ENTITY x SYSTEM "file:///etc/passwd">]><ACT>&x;</ACT>', "DOCTYPE"),
        (b"<!--" + b" " * 5000 + b'--><!DOCTYPE ACT [<!ENTITY a "b">]><ACT>&a;</ACT>', "DOCTYPE"),
        (b"<ACT>" + b"<P>" * 300 + b"x" + b"</P>" * 300 + b"</ACT>", "not well-formed"),
        (b"<ACT>" + b"<GR.SEQ><TITLE><TI>t</TI></TITLE>" * 100 + b"</GR.SEQ>" * 100 + b"</ACT>", "nested deeper"),
    ],
)
def test_bad_input_is_malformed(data: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        parse_act(data)


def test_two_hundred_nested_elements_are_read() -> None:
    act = parse_act(b"<ACT>" + b"<P>" * 200 + b"deep" + b"</P>" * 200 + b"</ACT>")
    assert act.units[0].text == "deep"
