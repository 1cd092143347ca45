"""What each kind of question finds in small acts whose answers are known, and what it leaves alone."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import orjson
import pytest

from data_prep.formex.acts import Act, Amendment, Unit, UnitKind
from data_prep.instruct.citation import Citation, extract_citations
from data_prep.instruct.eurlex_qa import (
    LONG_ANSWER_CHARS,
    Fact,
    Pair,
    Wording,
    cross_lingual,
    facts_and_shared,
    facts_of,
    make_pair,
    shared_passages,
    wordings,
)
from data_prep.instruct.facts import source_of, with_labels
from data_prep.instruct.kinds import KIND_NAMES

LABELS = {
    "en": "Regulation (EU) 2031/123",
    "fr": "Règlement (UE) 2031/123",
    "de": "Verordnung (EU) 2031/123",
    "es": "Reglamento (UE) 2031/123",
    "pt": "Regulamento (UE) 2031/123",
}
CELEX = "32031R0123"
LONG = "Every operator shall keep the drone, its papers and its spare parts in a dry place that nobody else may enter. "


def unit(kind: UnitKind, key: str, text: str = "", *children: Unit, number: str | None = None) -> Unit:
    return Unit(kind, key, number, text=text, children=list(children))


def article(number: str, text: str = "", *children: Unit, heading: str | None = None) -> Unit:
    return Unit("article", f"art_{number}", f"Article {number}", heading, text, list(children))


def act(*units: Unit, language: str = "en", amendments: tuple[Amendment, ...] = ()) -> Act:
    title = "Regulation (EU) 2031/123 of 3 May 2031 on drones"
    made = Act(CELEX, CELEX, language, "regulation", title, list(units), label=LABELS[language])
    made.amendments = list(amendments)
    return made


def facts(kind: str, made: Act) -> list[Fact]:
    return [fact for fact in facts_of(made) if fact.kind == kind]


def first_pair(fact: Fact, *, long: bool = False, shown: bool = False) -> Pair:
    wording = next(w for w in wordings(fact, heldout=False, long=long) if w.with_passage == shown)
    return make_pair(fact, wording, max_answer_chars=LONG_ANSWER_CHARS)


def points(path: str, *texts: str) -> list[Unit]:
    return [unit("point", f"{path}.pt_{c}", text, number=f"({c})") for c, text in zip("abcdefgh", texts, strict=False)]


CITED = "Regulation (EU) 2031/123 (CELEX: 32031R0123)"


# -- lists


def test_a_list_after_a_command_is_a_requirement() -> None:
    made = act(article("3", "The notification shall contain:", *points("art_3", "the name;", "the address.")))
    [fact] = facts("requirement", made)
    assert first_pair(fact).question == "What are the requirements that Article 3 of Regulation (EU) 2031/123 lists?"
    listed = "The notification shall contain:\n(a) the name;\n(b) the address."
    assert first_pair(fact).answer == f"Under Article 3, {CITED}: {listed}"
    assert facts("condition", made) == []


def test_a_list_after_a_condition_is_no_requirement() -> None:
    opening = "Operators shall fly at night only if one of the following conditions is met:"
    made = act(article("3", opening, *points("art_3", "it is urgent;", "it is allowed.")))
    [fact] = facts("condition", made)
    assert facts("requirement", made) == []
    assert fact.slots["introduction"] == opening.rstrip(":")


@pytest.mark.parametrize(
    "opening",
    [
        "Member States may require:",  # a permission
        "The data subject shall have the right to obtain:",  # a right
        "The value shall be calculated as V = a + b, where:",  # symbols
    ],
)
def test_other_lists_are_neither(opening: str) -> None:
    made = act(article("3", opening, *points("art_3", "the one thing;", "the other thing.")))
    assert facts("requirement", made) == facts("condition", made) == []


def test_a_list_keeps_as_many_points_as_fit() -> None:
    made = act(article("3", "The notification shall contain:", *points("art_3", *[f"{LONG}" for _ in range(8)])))
    [fact] = facts("requirement", made)
    answer = make_pair(fact, Wording(0), max_answer_chars=400).answer
    assert len(answer) <= 400
    assert answer.splitlines()[1].startswith("(a) Every operator shall keep")
    assert answer.endswith("…")


# -- scope, exceptions, times, penalties


def test_an_exception_begins_where_the_text_derogates() -> None:
    text = "Operators shall register. By way of derogation from Article 2, kites shall be exempt from registration."
    [fact] = facts("exception", act(article("3", text)))
    assert fact.text == "By way of derogation from Article 2, kites shall be exempt from registration."


def test_an_exception_in_a_late_point_is_not_that_of_the_provision() -> None:
    text = LONG.strip()[:-1] * 4 + ", and this does not apply to kites."
    assert facts("exception", act(article("3", text))) == []


@pytest.mark.parametrize(
    ("language", "sentence", "form", "limit"),
    [
        ("en", "The operator shall notify the accident not later than 72 hours after it.", "deadline_period",
         "not later than 72 hours"),
        ("en", "Member States shall report to the Commission by 31 December 2035.", "deadline_date",
         "by 31 December 2035"),
        ("fr", "L’exploitant notifie l’accident dans un délai de 72 heures.", "deadline_period",
         "dans un délai de 72 heures"),
        ("fr", "Les États membres informent la Commission au plus tard le 1er mai 2035.", "deadline_date",
         "au plus tard le 1er mai 2035"),
        ("de", "Der Betreiber meldet den Unfall binnen 72 Stunden.", "deadline_period", "binnen 72 Stunden"),
        ("de", "Die Mitgliedstaaten teilen dies der Kommission bis zum 1. Mai 2035 mit.", "deadline_date",
         "bis zum 1. Mai 2035"),
        ("es", "El operador notificará el accidente en un plazo de 72 horas.", "deadline_period",
         "en un plazo de 72 horas"),
        ("es", "Los Estados miembros informarán a la Comisión a más tardar el 1 de mayo de 2035.", "deadline_date",
         "a más tardar el 1 de mayo de 2035"),
        ("pt", "O operador notifica o acidente no prazo de 72 horas.", "deadline_period", "no prazo de 72 horas"),
        ("pt", "Os Estados-Membros informam a Comissão até 1 de maio de 2035.", "deadline_date",
         "até 1 de maio de 2035"),
    ],
)  # fmt: skip
def test_time_limits_in_five_languages(language: str, sentence: str, form: str, limit: str) -> None:
    [fact] = facts("deadline", act(article("3", sentence), language=language))
    assert (fact.form, fact.slots["limit"]) == (form, limit)
    assert limit in first_pair(fact).answer
    assert fact.text == sentence


@pytest.mark.parametrize(
    "text",
    [
        "Operators shall report within 3 days and answer within 5 days.",  # which of the two?
        "Drones registered within 3 days are new.",  # commands nothing
    ],
)
def test_what_sets_no_single_time_limit_is_not_asked_about(text: str) -> None:
    assert facts("deadline", act(article("3", text))) == []


@pytest.mark.parametrize(
    ("language", "force", "applies"),
    [
        ("en", "This Regulation shall enter into force on 1 June 2031.", "It shall apply from 1 January 2032."),
        ("fr", "Le présent règlement entre en vigueur le 1er juin 2031.",
         "Il est applicable à partir du 1er mai 2032."),
        ("de", "Diese Verordnung tritt am 1. Juni 2031 in Kraft.", "Sie gilt ab dem 1. Januar 2032."),
        ("es", "El presente Reglamento entrará en vigor el 1 de junio de 2031.",
         "Será aplicable a partir del 1 de enero de 2032."),
        ("pt", "O presente regulamento entra em vigor em 1 de junho de 2031.",
         "É aplicável a partir de 1 de janeiro de 2032."),
    ],
)  # fmt: skip
def test_entry_into_force_and_application(language: str, force: str, applies: str) -> None:
    subs = [unit("subparagraph", "art_9.sub_1", force), unit("subparagraph", "art_9.sub_2", applies)]
    found = facts("date", act(article("9", "", *subs), language=language))
    assert [(fact.form, fact.unit, fact.text) for fact in found] == [
        ("entry_into_force", "art_9.sub_1", force),
        ("application_date", "art_9.sub_2", applies),
    ]


def test_an_application_date_is_told_with_its_exceptions() -> None:
    texts = ("It shall apply from 1 January 2032.", "However, Article 3 shall apply from 1 June 2031.")
    subs = [unit("subparagraph", f"art_9.sub_{n}", text) for n, text in enumerate(texts, start=1)]
    [fact] = facts("date", act(article("9", "", *subs)))
    assert (fact.unit, fact.text) == ("art_9", " ".join(texts))


def test_penalties_need_an_amount_or_a_heading() -> None:
    fine = "Member States shall impose a fine of not more than EUR 10 000."
    report = "The Commission shall report on the sanctions that were imposed."
    assert [f.text for f in facts("penalty", act(article("7", fine), article("8", report)))] == [fine]
    assert len(facts("penalty", act(article("8", report, heading="Penalties")))) == 1


# -- other places


def test_a_cross_reference_quotes_and_cites_both() -> None:
    made = act(
        article("2", LONG * 3),
        article("5", LONG + "They shall also comply with Article 2."),
    )
    [fact] = facts("cross_reference", made)
    assert wordings(fact, heldout=False) == []  # two texts need room
    pair = first_pair(fact, long=True)
    assert pair.citations == (Citation(CELEX, "5", "art_5"), Citation(CELEX, "2", "art_2"))
    assert extract_citations(pair.answer) == list(pair.citations)
    assert "They shall also comply with Article 2." in pair.answer
    assert pair.answer.count("Every operator shall keep") >= 2


@pytest.mark.parametrize(
    "reference",
    [
        "Article 2 of Regulation (EU) 2016/679",
        "Articles 2 and 4",
        "Article 9",  # is not there
        "Article 2 of the Treaty",
        "Article 2 and with Article 4",
        "Article 2 or 4",
        "Article 2(1) and (2)",
    ],
)
def test_references_that_lead_elsewhere_or_to_several_places_are_left_alone(reference: str) -> None:
    made = act(
        article("2", LONG * 3), article("4", LONG * 3), article("5", f"{LONG}They shall comply with {reference}.")
    )
    assert facts("cross_reference", made) == []


def test_amendments_name_the_amending_articles() -> None:
    marks = (
        Amendment("inserted", "32033R0007", "AR:2;PT:3"),
        Amendment("inserted", "32033R0007", "AR:2;PT:4"),
        Amendment("inserted", "32034L0008", "AR:11"),
        Amendment("replaced", "12003T", "AX:II"),  # an accession treaty is no act with articles
    )
    [fact] = facts("amendment", act(article("1", LONG), amendments=marks))
    assert fact.needs == ("32033R0007", "32034L0008")
    pair = first_pair(with_labels(fact, {"32033R0007": "Regulation (EU) 2033/7"}))
    assert pair.question == "Which provision of which act inserted text into Regulation (EU) 2031/123?"
    assert pair.answer == (
        "Article 2, Regulation (EU) 2033/7 (CELEX: 32033R0007); Article 11 (CELEX: 32034L0008): "
        "amendment of Regulation (EU) 2031/123 (CELEX: 32031R0123)."
    )
    assert extract_citations(pair.answer) == list(pair.citations)


def amended(*marks: Amendment, language: str = "en") -> dict[str, Fact]:
    """Facts about changes of an act of several articles: `form unit variant` -> fact."""
    paragraphs = [unit("paragraph", f"art_2.par_{n}", f"Rule number {n}.", number=f"{n}.") for n in (1, 2)]
    chapter = unit("chapter", "ch_I", "", article("1", LONG), article("2", "", *paragraphs))
    table = unit("table", "anx_I.tbl_1")
    annex = Unit("annex", "anx_I", "ANNEX I", "List of drones", children=[table])
    found = facts("amendment", act(chapter, article("3a", "New rule."), annex, language=language, amendments=marks))
    return {" ".join(filter(None, (fact.form, fact.unit, fact.variant))): fact for fact in found}


def test_the_act_that_inserted_a_place_is_named_and_both_are_cited() -> None:
    found = amended(Amendment("inserted", "32033R0007", "AR:2;PT:3", "art_3a", whole=True))
    assert list(found) == ["amended_unit art_3a inserted", "amended_by 32033R0007"]
    fact = with_labels(found["amended_unit art_3a inserted"], {"32033R0007": "Regulation (EU) 2033/7"})
    assert fact.needs == ("32033R0007",)
    pair = first_pair(fact)
    assert pair.question == "Which act inserted Article 3a into Regulation (EU) 2031/123?"
    assert pair.answer == (
        "Article 3a, Regulation (EU) 2031/123 (CELEX: 32031R0123), was inserted by "
        "Article 2, Regulation (EU) 2033/7 (CELEX: 32033R0007). It reads: New rule."
    )
    assert pair.citations == (Citation(CELEX, "3a", "art_3a"), Citation("32033R0007", "2", "art_2"))
    assert extract_citations(pair.answer) == list(pair.citations)
    other = make_pair(fact, Wording(1), max_answer_chars=400)
    assert other.question == "By which act was Article 3a inserted into Regulation (EU) 2031/123?"


def test_a_part_of_a_place_is_not_said_to_be_the_whole() -> None:
    found = amended(
        Amendment("replaced", "32033R0007", "AR:2", "art_2.par_1"),
        Amendment("replaced", "32033R0008", "AR:1", "anx_I.tbl_1", whole=True),  # cited by its annex
    )
    pair = first_pair(found["amended_unit_unquoted art_2.par_1 replaced_in_part"])
    assert pair.question == "Which act replaced part of the text of Article 2(1) of Regulation (EU) 2031/123?"
    assert pair.answer == (
        "Article 2(1), Regulation (EU) 2031/123 (CELEX: 32031R0123), was reworded in part by "
        "Article 2 (CELEX: 32033R0007)."
    )
    pair = first_pair(found["amended_unit_unquoted anx_I replaced_in_part"])
    assert pair.question == "Which act replaced part of the text of Annex I of Regulation (EU) 2031/123?"


def test_a_deleted_chapter_is_its_articles_and_quotes_nothing() -> None:
    found = amended(Amendment("deleted", "32033R0007", "AR:2", "ch_I", whole=True))
    assert list(found) == [
        "amended_unit_unquoted art_1 deleted", "amended_unit_unquoted art_2 deleted", "amended_by 32033R0007",
    ]  # fmt: skip
    assert "Every operator" not in first_pair(found["amended_unit_unquoted art_1 deleted"]).answer


def test_words_of_one_act_are_not_quoted_as_those_of_another() -> None:
    whole = Amendment("replaced", "32033R0007", "AR:2", "art_2", whole=True)
    assert "amended_unit art_2 replaced" in amended(whole)
    assert "amended_unit_unquoted art_2 replaced" in amended(
        whole, Amendment("replaced", "32034R0008", "AR:1", "art_2.par_2")
    )
    assert "amended_unit_unquoted art_2 replaced" in amended(
        whole, Amendment("replaced", "32031R0123R(01)", "LI:0", "art_2.par_2")
    )


def test_what_an_act_changed_is_told_where_all_of_it_is_known() -> None:
    marks = (
        Amendment("inserted", "32033R0007", "AR:2;PT:1", "art_2.par_2", whole=True),
        Amendment("replaced", "32033R0007", "AR:2;PT:1", "art_2.par_2"),  # the same place
        Amendment("inserted", "32033R0007", "AR:2;PT:2", "art_3a", whole=True),
    )
    pair = first_pair(amended(*marks)["amended_by 32033R0007"])
    assert pair.question == (
        "What did the act with the CELEX number 32033R0007 change in Regulation (EU) 2031/123, "
        "as the consolidated text shows?"
    )
    assert pair.answer == (
        "Article 2(2); Article 3a, Regulation (EU) 2031/123 (CELEX: 32031R0123): "
        "changed by Article 2 (CELEX: 32033R0007)."
    )
    assert extract_citations(pair.answer) == list(pair.citations)
    elsewhere = Amendment("replaced", "32033R0007", "AR:2;PT:3", "title", whole=True)
    assert "amended_by 32033R0007" not in amended(*marks, elsewhere)


def test_corrigenda_and_treaties_are_not_amending_acts() -> None:
    assert amended(Amendment("replaced", "32031R0123R(02)", "LI:0;PT:1", "art_1", whole=True)) == {}
    by_treaty = Amendment("replaced", "12003T", "AX:II", "art_1", whole=True)
    by_act = Amendment("replaced", "32033R0007", "AR:2", "art_1", whole=True)
    assert list(amended(by_treaty, by_act)) == ["amended_by 32033R0007"]  # both replaced it: one cannot be cited


@pytest.mark.parametrize(
    ("language", "unit_key", "question", "answer"),
    [
        ("fr", "anx_I", "Par quel acte l’annexe I du règlement (UE) 2031/123 a-t-elle été remplacée?",
         "L’annexe I du règlement (UE) 2031/123 (CELEX: 32031R0123) a été reformulée par l’article 2"),
        ("fr", "art_2.par_1",
         "Par quel acte l’article 2, paragraphe 1, du règlement (UE) 2031/123 a-t-il été remplacé?",
         "L’article 2, paragraphe 1, du règlement (UE) 2031/123 (CELEX: 32031R0123) a été reformulé par l’article 2"),
        ("de", "art_2.par_1", "Durch welchen Rechtsakt wurde Artikel 2 Absatz 1 der Verordnung (EU) 2031/123 ersetzt?",
         "Artikel 2 Absatz 1 der Verordnung (EU) 2031/123 (CELEX: 32031R0123) wurde durch Artikel 2 (CELEX:"),
        ("es", "art_2.par_1",
         "¿Por qué acto ha sido sustituido el artículo 2, apartado 1, del Reglamento (UE) 2031/123?",
         "El artículo 2, apartado 1, del Reglamento (UE) 2031/123 (CELEX: 32031R0123) ha sido reformulado por el"),
        ("pt", "art_2.par_1", "Por que ato foi substituído o artigo 2.º, n.º 1, do Regulamento (UE) 2031/123?",
         "O artigo 2.º, n.º 1, do Regulamento (UE) 2031/123 (CELEX: 32031R0123) foi reformulado pelo artigo 2.º"),
    ],
)  # fmt: skip
def test_amendments_in_other_languages(language: str, unit_key: str, question: str, answer: str) -> None:
    mark = Amendment("replaced", "32033R0007", "AR:2", unit_key, whole=True)
    pair = make_pair(
        amended(mark, language=language)[f"amended_unit {unit_key} replaced"], Wording(1), max_answer_chars=400
    )
    assert pair.question == question
    assert pair.answer.startswith(answer)


# -- no answer


def test_a_missing_article_is_denied() -> None:
    made = act(*[article(str(n), LONG) for n in range(1, 5)])
    [fact] = [fact for fact in facts("unanswerable", made) if fact.form == "unanswerable_article"]
    number = int(fact.variant.removeprefix("art_"))
    assert number > 4
    pair = first_pair(fact)
    assert pair.question == f"What does Article {number} of Regulation (EU) 2031/123 require?"
    assert pair.answer == f"{CITED} has no Article {number}; its last article is Article 4."
    assert pair.citations == (Citation(CELEX),)
    assert extract_citations(pair.answer) == [Citation(CELEX)]


def test_only_terms_that_the_act_does_not_define_are_called_undefined() -> None:
    definition = unit("point", "art_2.pt_1", "‘drone’ means an aircraft that has no pilot on board;", number="(1)")
    made = act(
        article("2", "For the purposes of this Regulation:", definition, heading="Definitions"),
        article("3", LONG, heading="Drone register"),
        article("4", LONG, heading="Supervision"),
        article("5", LONG, heading="Rights and duties of the operators of drones"),
    )
    found = [fact for fact in facts("unanswerable", made) if fact.form == "unanswerable_term"]
    assert [fact.slots["term"] for fact in found] == ["supervision"]
    assert first_pair(found[0]).answer == (
        f"Article 2, {CITED}, where the terms are defined, gives no definition of ‘supervision’."
    )


def test_passages_are_called_silent_only_about_what_they_do_not_mention() -> None:
    made = act(
        article("3", "Operators shall report every accident without delay."),
        article("4", "Operators shall pay a fine."),
        article("5", "Operators shall mark drones."),
    )
    found = {(f.form, f.unit) for f in facts("unanswerable", made) if f.passage}
    assert found == {
        ("unanswerable_time", "art_4"), ("unanswerable_time", "art_5"),
        ("unanswerable_fine", "art_3"), ("unanswerable_fine", "art_5"),
    }  # fmt: skip
    fact = next(f for f in facts("unanswerable", made) if f.form == "unanswerable_time" and f.unit == "art_5")
    assert wordings(fact, heldout=False) == []
    pair = first_pair(fact, long=True, shown=True)
    assert f"Article 5, {CITED}\nOperators shall mark drones." in pair.question
    assert pair.answer == f"Article 5, {CITED} sets no time limit. It reads: Operators shall mark drones."


# -- languages


def test_a_provision_is_shown_in_one_language_and_answered_in_another() -> None:
    texts = {"en": LONG * 5, "de": "Der Betreiber bewahrt die Drohne und ihre Papiere an einem trockenen Ort auf. " * 7}
    acts = {code: act(*[article(str(n), text) for n in range(1, 9)], language=code) for code, text in texts.items()}
    shared = {}
    for code, made in acts.items():
        source = source_of(made)
        assert source is not None
        shared[code] = list(shared_passages(made, source))
        assert facts_and_shared(made)[1] == shared[code]
    assert [s.key for s in shared["en"]] == [s.key for s in shared["de"]]
    assert len(shared["en"]) == 3
    fact = cross_lingual(asked=shared["en"][0], shown=shared["de"][0])
    pair = first_pair(fact, long=True, shown=True)
    assert "Der Betreiber bewahrt die Drohne" in pair.question
    assert "German" in pair.question
    assert pair.answer.startswith(f"Article {shared['en'][0].key[4:]}, {CITED}: Every operator shall keep")
    with pytest.raises(ValueError, match="not one provision"):
        cross_lingual(shared["en"][0], shared["de"][1])


def test_facts_survive_json() -> None:
    marks = (Amendment("inserted", "32033R0007", "AR:2"),)
    made = act(article("2", LONG * 3), article("5", LONG + "They shall comply with Article 2."), amendments=marks)
    for fact in facts_of(made):
        again = Fact.from_json(orjson.loads(orjson.dumps(asdict(fact))))
        assert again == fact
        assert again.id == fact.id


def test_the_document_names_every_kind() -> None:
    document = (Path(__file__).parents[3] / "docs" / "questions.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", document, re.MULTILINE)) == set(KIND_NAMES)
