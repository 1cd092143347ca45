"""Cited questions and answers: known answers from built acts, real acts in five languages, the choice of questions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.formex.acts import LANGUAGES, Act, Unit
from data_prep.formex.parser import parse_paths
from data_prep.instruct.act_names import act_name
from data_prep.instruct.citation import Citation, extract_citations
from data_prep.instruct.eurlex_qa import Pair, Wording, facts_of, make_pair, wordings
from data_prep.instruct.facts import subject_of
from data_prep.instruct.passages import clean, sentences, shorten


def article(number: str, heading: str | None, text: str = "", children: list[Unit] | None = None) -> Unit:
    return Unit("article", f"art_{number}", f"Article {number}", heading, text, children or [])


def act(celex: str = "32031R0123", language: str = "en", units: list[Unit] | None = None) -> Act:
    label = {"en": "Regulation (EU)", "de": "Verordnung (EU)"}[language] + f" {celex[1:5]}/{int(celex[6:])}"
    title = f"{label.upper()} of 3 May 2031 on the registration of drones (Text with EEA relevance)"
    return Act(celex, celex, language, "regulation", title, units or UNITS, label=label)


UNITS = [
    article("1", "Subject matter and scope", "This Regulation applies to drones. It does not apply to kites."),
    article("2", "Definitions", "For the purposes of this Regulation:", [
        Unit("point", "art_2.pt_1", "(1)", text="‘drone’ means an aircraft[^1] without a pilot;"),
        Unit("point", "art_2.pt_2", "(2)", text="‘operator’ means:", children=[
            Unit("point", "art_2.pt_2.pt_a", "(a)", text="‘owner’ of a drone; or"),
            Unit("point", "art_2.pt_2.pt_b", "(b)", text="whoever flies it."),
        ]),
        Unit("footnote", "fn_1", "1", text="‘Note’ means nothing to anybody at all."),
    ]),
    article("3", "Registration", children=[
        Unit("paragraph", "art_3.par_1", text="Drones may fly. Operators shall register every drone within 30 days."),
        Unit("paragraph", "art_3.par_2", text="The register shall be public."),
    ]),
    article("4", None, "Operators must not fly at night."),
    article("5", "Entry into force", "This Regulation shall enter into force on 1 June 2031."),
]  # fmt: skip


def pairs_of(source: Act, form: str, max_chars: int = 400) -> list[Pair]:
    return [make_pair(f, Wording(0), max_answer_chars=max_chars) for f in facts_of(source) if f.form == form]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("definition", [
            ("What does ‘drone’ mean in Regulation (EU) 2031/123?",
             "Under Article 2, point (1), Regulation (EU) 2031/123 (CELEX: 32031R0123), "
             "‘drone’ means an aircraft without a pilot."),
            ("What does ‘operator’ mean in Regulation (EU) 2031/123?",
             "Under Article 2, point (2), Regulation (EU) 2031/123 (CELEX: 32031R0123), "
             "‘operator’ means: (a) ‘owner’ of a drone; or (b) whoever flies it."),
        ]),
        ("obligation", [
            ("What does the article “Registration” of Regulation (EU) 2031/123 require?",
             "Under Article 3(1), Regulation (EU) 2031/123 (CELEX: 32031R0123): "
             "Operators shall register every drone within 30 days."),
            ("What does Article 3(2) of Regulation (EU) 2031/123 require?",
             "Under Article 3(2), Regulation (EU) 2031/123 (CELEX: 32031R0123): The register shall be public."),
            ("What does Article 4 of Regulation (EU) 2031/123 require?",
             "Under Article 4, Regulation (EU) 2031/123 (CELEX: 32031R0123): Operators must not fly at night."),
        ]),
        ("scope", [
            ("What is the scope of Regulation (EU) 2031/123?",
             "Under Article 1, Regulation (EU) 2031/123 (CELEX: 32031R0123): "
             "This Regulation applies to drones. It does not apply to kites."),
        ]),
        ("which_act_by_celex", [
            ("Which act has the CELEX number 32031R0123?",
             "Regulation (EU) 2031/123 (CELEX: 32031R0123), on the registration of drones."),
        ]),
        ("which_act_by_subject", [
            ("What is the CELEX number of the act “on the registration of drones”?",
             "Regulation (EU) 2031/123 (CELEX: 32031R0123), on the registration of drones."),
        ]),
    ],
)  # fmt: skip
def test_known_answers(form: str, expected: list[tuple[str, str]]) -> None:
    assert [(pair.question, pair.answer) for pair in pairs_of(act(), form)] == expected


def test_articles_are_asked_about_by_heading_and_by_what_they_say() -> None:
    by_heading = pairs_of(act(), "which_article_by_heading")
    assert by_heading[2].answer == "Article 3, Regulation (EU) 2031/123 (CELEX: 32031R0123): “Registration”."
    unheaded = pairs_of(act(), "which_article_by_quote")[2]
    assert unheaded.question == "Which article of Regulation (EU) 2031/123 says: “Operators must not fly at night.”?"
    assert unheaded.answer == "Article 4, Regulation (EU) 2031/123 (CELEX: 32031R0123)."
    assert unheaded.citations == (Citation("32031R0123", "4", "art_4"),)


def test_a_heading_that_two_articles_bear_is_not_asked_about() -> None:
    twice = act(
        units=[
            article("1", "Rules", "Owners shall pay the yearly fee."),
            article("2", "Rules", "Pilots shall train once a year."),
        ]
    )
    assert pairs_of(twice, "which_article_by_heading") == []
    assert {pair.question for pair in pairs_of(twice, "obligation")} == {
        "What does Article 1 of Regulation (EU) 2031/123 require?",
        "What does Article 2 of Regulation (EU) 2031/123 require?",
    }


def test_an_act_that_cannot_be_cited_gives_no_questions() -> None:
    nameless = act()
    nameless.label = None
    assert list(facts_of(nameless)) == []


def test_law_that_is_quoted_is_not_asked_about() -> None:
    quoted = Unit(
        "quoted", "art_1.quo_1", children=[article("9", "Inserted", "Owners shall insure their drones.")], quoted=True
    )
    quoted.children[0].quoted = True
    amending = act(units=[article("1", "Amendments", "Article 9 is replaced by the following:", [quoted])])
    assert {fact.unit for fact in facts_of(amending)} == {None, "art_1"}


@pytest.mark.parametrize("limit", [200, 260, 400])
def test_answers_are_capped_and_keep_their_citation(limit: int) -> None:
    long = act(units=[article("7", "Long", "Operators shall " + "register, mark and insure " * 60 + "everything.")])
    (pair,) = pairs_of(long, "obligation", limit)
    assert len(pair.answer) <= limit
    assert pair.answer.endswith("…")
    assert extract_citations(pair.answer) == list(pair.citations)


@pytest.mark.parametrize(
    ("label", "language", "forms"),
    [
        ("Règlement d’exécution (UE) 2031/1", "fr",
         ("le règlement d’exécution (UE) 2031/1", "du règlement d’exécution (UE) 2031/1",
          "dans le règlement d’exécution (UE) 2031/1")),
        ("Directive 95/46/CE", "fr",
         ("la directive 95/46/CE", "de la directive 95/46/CE", "dans la directive 95/46/CE")),
        ("Durchführungsbeschluss (EU) 2031/1", "de",
         ("der Durchführungsbeschluss (EU) 2031/1", "des Durchführungsbeschlusses (EU) 2031/1",
          "im Durchführungsbeschluss (EU) 2031/1")),
        ("Delegierte Verordnung (EU) 2031/1", "de",
         ("die Delegierte Verordnung (EU) 2031/1", "der Delegierten Verordnung (EU) 2031/1",
          "in der Delegierten Verordnung (EU) 2031/1")),
        ("Delegierter Beschluss (EU) 2031/1", "de",
         ("der Delegierte Beschluss (EU) 2031/1", "des Delegierten Beschlusses (EU) 2031/1",
          "im Delegierten Beschluss (EU) 2031/1")),
        ("Reglamento (UE) 2031/1", "es",
         ("el Reglamento (UE) 2031/1", "del Reglamento (UE) 2031/1", "en el Reglamento (UE) 2031/1")),
        ("Decisão (UE) 2031/1", "pt", ("a Decisão (UE) 2031/1", "da Decisão (UE) 2031/1", "na Decisão (UE) 2031/1")),
    ],
)  # fmt: skip
def test_an_act_is_named_with_its_article_and_case(label: str, language: str, forms: tuple[str, str, str]) -> None:
    name = act_name(label, language)
    assert (name.subject, name.of, name.within) == forms


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("REGULATION (EU) 2031/1 of 1 May 2031 on drones (Drones Act) (Text with EEA relevance)", "on drones"),
        ("RÈGLEMENT (UE) 2031/1 DE LA COMMISSION du 1er mai 2031 relatif aux drones", "relatif aux drones"),
        ("VERORDNUNG (EU) 2031/1 DER KOMMISSION vom 1. Mai 2031 über Drohnen", "über Drohnen"),
        ("REGLAMENTO (UE) 2031/1 de 1 de mayo de 2031 relativo a los drones", "relativo a los drones"),
        ("REGULAMENTO (UE) 2031/1, de 1 de maio de 2031, relativo aos drones", "relativo aos drones"),
        ("COUNCIL DIRECTIVE of 19 December 1977 concerning assistance (77/799/EEC)", "concerning assistance"),
        ("REGULATION No 141 exempting transport", ""),
    ],
)
def test_the_subject_is_what_follows_the_date(title: str, subject: str) -> None:
    assert subject_of(title) == subject


def test_sentences_end_at_full_stops_but_not_at_abbreviations() -> None:
    text = "Nach Art. 5 gilt dies bis 27. April. Verordnung Nr. 3 bleibt. Shall it? See No. 7."
    assert sentences(text) == [
        "Nach Art. 5 gilt dies bis 27. April.",
        "Verordnung Nr. 3 bleibt.",
        "Shall it?",
        "See No. 7.",
    ]


@given(st.text(), st.integers(3, 60))
def test_shortened_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = shorten(clean(text), limit)
    assert len(short) <= limit
    assert clean(text).startswith(short.removesuffix(" …").strip())


# -- real acts


@pytest.fixture(scope="session")
def gdpr(formex_dir: Path) -> dict[str, Act]:
    folder = formex_dir / "gdpr-xml" / "original"
    paths = [p for p in sorted(folder.glob("*.xml")) if p.name[9:11].lower() in LANGUAGES]
    acts = [found for found in parse_paths(paths) if isinstance(found, Act)]
    return {found.language: found for found in acts}


REAL_DEFINITIONS = {
    "en": ("What does ‘profiling’ mean in Regulation (EU) 2016/679?",
           "‘profiling’ means any form of automated processing"),
    "fr": ("Que signifie «profilage» dans le règlement (UE) 2016/679?", "on entend par «profilage», toute forme"),
    "de": ("Was bedeutet „Profiling“ in der Verordnung (EU) 2016/679?", "bezeichnet der Ausdruck „Profiling“ jede Art"),
    "es": ("¿Qué significa «elaboración de perfiles» en el Reglamento (UE) 2016/679?",
           "se entenderá por «elaboración de perfiles»: toda forma"),
    "pt": ("O que significa «Definição de perfis» no Regulamento (UE) 2016/679?",
           "entende-se por «Definição de perfis», qualquer forma"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gdpr_in_five_languages(gdpr: dict[str, Act], language: str) -> None:
    facts = list(facts_of(gdpr[language]))
    by_kind = Counter(fact.kind for fact in facts)
    assert by_kind["definition"] == 26
    assert by_kind["scope"] == 1
    assert by_kind["which_act"] == 3
    assert by_kind["which_article"] > 180
    assert by_kind["obligation"] > 60
    profiling = next(fact for fact in facts if fact.unit == "art_4.pt_4")
    pair = make_pair(profiling, Wording(0), max_answer_chars=400)
    assert pair.question == REAL_DEFINITIONS[language][0]
    assert REAL_DEFINITIONS[language][1] in pair.answer
    assert pair.citations == (Citation("32016R0679", "4", "art_4.pt_4"),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_about_a_real_act_cites_a_unit_that_is_there(gdpr: dict[str, Act], language: str) -> None:
    keys = {unit.key for unit in gdpr[language].walk()}
    for fact in facts_of(gdpr[language]):
        for wording in (*wordings(fact, heldout=False), *wordings(fact, heldout=True)):
            pair = make_pair(fact, wording, max_answer_chars=400)
            assert extract_citations(pair.answer) == list(pair.citations), pair.answer
            assert len(pair.answer) <= 400
            assert pair.citations[0].unit in keys | {None}


def test_other_real_acts(formex_dir: Path) -> None:
    folders = [formex_dir / "eur-lex-loader" / name for name in ("32024R1689", "32011L0083", "32006R1907")]
    acts = {found.base_celex: found for found in parse_paths(folders) if isinstance(found, Act)}
    counts = {celex: Counter(fact.kind for fact in facts_of(found)) for celex, found in acts.items()}
    assert counts["32024R1689"]["definition"] == 68
    consolidated = list(facts_of(acts["32011L0083"]))
    assert next(f for f in consolidated if f.kind == "scope").unit == "art_3.par_1"
    assert {f.source.work for f in consolidated} == {"32011L0083"}  # cited as the act that it is a version of
    terms = [f.slots["term"] for f in facts_of(acts["32006R1907"]) if f.kind == "definition"]
    assert terms[:3] == ["substance", "mixture", "article"]  # REACH prints its terms without quotation marks
