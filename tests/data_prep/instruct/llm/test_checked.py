"""A pair is kept only without a reason against it; each reason has a pair that earns it, and it alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from data_prep.formex.acts import LANGUAGES, Act
from data_prep.formex.parser import parse_paths
from data_prep.instruct.citation import Citation
from data_prep.instruct.facts import Source, source_of
from data_prep.instruct.llm.checked import check, checked_pair, names_act
from data_prep.instruct.llm.drafts import Draft, Passage
from data_prep.instruct.passages import unit_text

GDPR = Source("32016R0679", "en", "Regulation (EU) 2016/679", "on the protection of natural persons")
PASSAGE = Passage(
    GDPR,
    "art_33.par_1",
    "In the case of a personal data breach, the controller shall without undue delay and, where feasible, not later "
    "than 72 hours after having become aware of it, notify the personal data breach to the supervisory authority.",
    below=("art_33.par_1.pt_a",),
)
QUESTION = (
    "Within which time must a controller notify a breach under Regulation (EU) 2016/679, and where is it laid down?"
)
QUOTED = "The controller must do so “not later than 72 hours after having become aware of it”."
ANSWER = f"{QUOTED} Article 33(1), Regulation (EU) 2016/679 (CELEX: 32016R0679)."
OTHER = "Regulation (EU) 2024/1689 (CELEX: 32024R1689)"


def reasons(question: str = QUESTION, answer: str = ANSWER, passage: Passage = PASSAGE) -> list[str]:
    return check(Draft(question, answer), passage)


def test_a_good_pair() -> None:
    assert reasons() == []
    pair = checked_pair(Draft(QUESTION, ANSWER), PASSAGE)
    assert (pair.id, pair.kind, pair.language) == ("32016R0679.en.llm.art_33.par_1", "llm", "en")
    assert pair.citations == (Citation("32016R0679", "33", "art_33.par_1"),)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "the question is empty"),
        ("2016/679?", "the question is too short"),
        (QUESTION + " Please be exact." * 40, "the question is too long"),
        ("Dans quel délai le responsable doit-il notifier selon 2016/679 ?", "the question is in another language"),
        ("Within which time must a controller notify a personal data breach?", "the question does not name the act"),
        (f"{QUESTION} And under {OTHER}?", "the question names another CELEX number"),
        (f"{QUESTION} Answer from the following passage.", "the question points to a text that is not shown"),
    ],
)
def test_questions(question: str, reason: str) -> None:
    assert reasons(question=question) == [reason]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "the answer is empty"),
        ("“not later than 72 hours” (CELEX 32016R0679, Article 33(1))", "the answer is too short"),
        (ANSWER + " It must." * 400, "the answer is too long"),
        (
            f"Le responsable doit le faire dans un délai de 72 heures, et c’est la règle : {ANSWER}",
            "the answer is in another language",
        ),
        (QUOTED, "the answer cites nothing"),
        (f"{QUOTED} Article 33(1) of the Regulation.", "the answer cites nothing"),
        (f"{ANSWER} See also Article 5, {OTHER}.", "the answer cites another act"),
        (ANSWER.replace("33(1)", "33(2)"), "the answer cites another place"),
        (ANSWER.replace("33(1)", "3"), "the answer cites another place"),
        (ANSWER.replace("33(1)", "33(1)(b)"), "the answer cites another place"),
        (f"{QUOTED} Regulation (EU) 2016/679 (CELEX: 32016R0679).", "the answer cites the act without a place"),
        (ANSWER.replace("“", "").replace("”", ""), "the answer quotes nothing"),
        (ANSWER.replace("not later than 72 hours after having become aware of it", "72 hours"),
         "the answer quotes nothing"),
        (ANSWER.replace("72", "24"), "the quoted words do not stand in the passage"),
        (ANSWER.replace("”", ""), "the quoted words do not stand in the passage"),
        (f"„It shall pay a fine“, and {ANSWER}", "the quoted words do not stand in the passage"),
    ],
)  # fmt: skip
def test_answers(answer: str, reason: str) -> None:
    assert reasons(answer=answer) == [reason]


@pytest.mark.parametrize("place", ["33(1)", "33", "33(1)(a)"])
def test_the_place_itself_what_holds_it_and_what_is_known_below_it(place: str) -> None:
    assert reasons(answer=ANSWER.replace("33(1)", place)) == []


def test_an_act_as_a_whole_is_cited_without_a_place() -> None:
    whole = replace(PASSAGE, unit=None, below=())
    assert reasons(answer=f"{QUOTED} {whole.citation}.", passage=whole) == []
    assert reasons(passage=whole) == ["the answer cites another place"]


def test_several_reasons_are_all_given() -> None:
    assert len(reasons("Why?", "No.")) == 5


LABELS = {
    "en": "Regulation (EU) 2016/679",
    "fr": "Règlement (UE) 2016/679",
    "de": "Verordnung (EU) 2016/679",
    "es": "Reglamento (UE) 2016/679",
    "pt": "Regulamento (UE) 2016/679",
}
# (passage, question, what the answer says with its quotation)
NATIVE = {
    "en": ("The authority shall inform the person.", "What must the authority do under {label}?",
           "It must act: “The authority shall inform the person.”"),
    "fr": ("L’autorité informe la personne concernée.", "Que doit faire l’autorité selon le {label} ?",
           "Elle doit agir : « L'autorité informe la personne concernée »,"),
    "de": ("Die Behörde unterrichtet die betroffene Person.", "Was muss die Behörde nach der {label} tun?",
           "Sie muss handeln: „Die Behörde unterrichtet die betroffene Person“,"),
    "es": ("La autoridad informará al interesado.", "¿Qué debe hacer la autoridad según el {label}?",
           "Debe actuar: «La autoridad informará al interesado»,"),
    "pt": ("A autoridade informa o titular dos dados.", "O que deve fazer a autoridade segundo o {label}?",
           "Deve agir: «A autoridade informa o titular dos dados»,"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", ["art_1", "art_5.par_1.pt_b", "art_8a.sub_2", "rec_26", "anx_I.pt_3"])
def test_the_canonical_citation_of_every_language_and_kind_of_place_passes(language: str, unit: str) -> None:
    text, question, says = NATIVE[language]
    passage = Passage(Source("32016R0679", language, LABELS[language]), unit, text)
    draft = Draft(question.format(label=LABELS[language]), f"{says} {passage.citation}.")
    assert check(draft, passage) == []
    elsewhere = replace(passage, unit="art_99")
    assert "the answer cites another place" in check(draft, elsewhere)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What does Regulation (EU) 2016/679 say?", True),
        ("What does REGULATION (EU)  2016/679 say?", True),
        ("What does the GDPR, 2016/679, say?", True),
        ("What does CELEX 32016R0679 say?", True),
        ("What does Regulation (EU) 2016/6790 say?", False),
        ("What does Directive 12016/679 say?", False),
        ("What does the Regulation say?", False),
    ],
)
def test_names(question: str, named: bool) -> None:
    assert names_act(question, GDPR) is named


MOCK = {
    "en": ("Under which article of {} is this laid down?", "The act has these words in it: “{}”, in {}."),
    "fr": ("Selon quel article du {} en est-il ainsi ?", "L’acte contient les mots que voici : « {} », {}."),
    "de": ("Nach welchem Artikel der {} ist es so?", "In dem Rechtsakt stehen diese Worte: „{}“, {}."),
    "es": ("¿Según qué artículo del {} es así?", "El acto contiene las palabras siguientes: «{}», {}."),
    "pt": ("Segundo que artigo do {} é assim?", "O ato contém as palavras seguintes: «{}», {}."),
}  # fmt: skip


def test_real_provisions(formex_dir: Path) -> None:
    """Whatever run of words is quoted from a real provision, the pair is kept; with one word more it is not."""
    tried: Counter[str] = Counter()
    for act in parse_paths([formex_dir / "gdpr-xml"]):
        source = source_of(act) if isinstance(act, Act) else None
        if not isinstance(act, Act) or source is None:
            continue
        question, answer = MOCK[source.language]
        for unit in act.articles():
            words = unit_text(unit).split()
            quoted, passage = " ".join(words[3:18]), Passage(source, unit.key, " ".join(words))
            if len(words) < 10 or any(
                quoted.count(mark) != quoted.count(end) for mark, end in ("«»", "“”", "„“", "‘’")
            ):
                continue
            tried[source.language] += 1
            draft = Draft(question.format(source.label), answer.format(quoted, passage.citation))
            assert check(draft, passage) == []
            more = replace(draft, answer=answer.format(f"{quoted} zzz", passage.citation))
            assert check(more, passage) == ["the quoted words do not stand in the passage"]
    assert set(tried) == set(LANGUAGES)
    assert min(tried.values()) >= 80
