"""The language of a text: real and sample acts under right and wrong labels, and texts in two languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data_prep.choose import signals
from data_prep.choose.language import EU_LANGUAGES, detect, language_of
from data_prep.formex.acts import LANGUAGES, Act, Unit
from tests.data_prep.choose.documents import PROSE, Document, act_of, body, paragraph

FIRST_OF_THE_CHARTER = {
    "bg": "Човешкото достойнство е ненакърнимо. То трябва да се зачита и да се защитава.",
    "cs": "Lidská důstojnost je nedotknutelná. Musí být respektována a chráněna.",
    "da": "Den menneskelige værdighed er ukrænkelig. Den skal respekteres og beskyttes.",
    "el": "Η ανθρώπινη αξιοπρέπεια είναι απαραβίαστη. Πρέπει να είναι σεβαστή και να προστατεύεται.",
    "et": "Inimväärikus on puutumatu. Seda tuleb austada ja kaitsta.",
    "fi": "Ihmisarvo on loukkaamaton. Sitä on kunnioitettava ja suojeltava.",
    "ga": "Tá dínit an duine dosháraithe. Ní foláir í a urramú agus a chosaint.",
    "hr": "Ljudsko je dostojanstvo nepovredivo. Mora se poštovati i štititi.",
    "hu": "Az emberi méltóság sérthetetlen. Tiszteletben kell tartani, és védelmezni kell.",
    "it": "La dignità umana è inviolabile. Essa deve essere rispettata e tutelata.",
    "lt": "Žmogaus orumas yra neliečiamas. Jį reikia gerbti ir saugoti.",
    "lv": "Cilvēka cieņa ir neaizskarama. Tā ir jārespektē un jāaizsargā.",
    "mt": "Id-dinjità tal-bniedem hija invjolabbli. Għandha tiġi rrispettata u protetta.",
    "nl": "De menselijke waardigheid is onschendbaar. Zij moet worden geëerbiedigd en beschermd.",
    "pl": "Godność człowieka jest nienaruszalna. Musi być szanowana i chroniona.",
    "pt": "A dignidade do ser humano é inviolável. Deve ser respeitada e protegida.",
    "ro": "Demnitatea umană este inviolabilă. Aceasta trebuie respectată și protejată.",
    "sk": "Ľudská dôstojnosť je nedotknuteľná. Musí sa rešpektovať a chrániť.",
    "sl": "Človekovo dostojanstvo je nedotakljivo. Treba ga je spoštovati in varovati.",
    "sv": "Människans värdighet är okränkbar. Den ska respekteras och skyddas.",
}


@pytest.mark.parametrize("language", FIRST_OF_THE_CHARTER)
def test_one_sentence_tells_the_language(language: str) -> None:
    assert language_of(FIRST_OF_THE_CHARTER[language]) == language


def test_every_official_language_can_be_told() -> None:
    assert set(EU_LANGUAGES) >= {*FIRST_OF_THE_CHARTER, *LANGUAGES}
    assert len(EU_LANGUAGES) == 24


@pytest.mark.parametrize("documents", ["real_documents", "sample_documents"])
def test_every_act_is_in_the_language_it_says(documents: str, request: pytest.FixtureRequest) -> None:
    found: list[Document] = request.getfixturevalue(documents)
    assert [act.sources for act, text in found if signals(act, text).language != act.language] == []


@pytest.mark.parametrize("documents", ["real_documents", "sample_documents"])
def test_an_act_under_a_wrong_label_is_found_out(documents: str, request: pytest.FixtureRequest) -> None:
    found: list[Document] = request.getfixturevalue(documents)
    for act, text in found:
        for wrong in {"en", "fr", "es", "pt", "nl"} - {act.language}:
            assert signals(replace(act, language=wrong), text).language == act.language, act.sources


def language_found(act: Act) -> str | None:
    return signals(act, "").language


def test_an_annex_in_another_language_does_not_count() -> None:
    annex = Unit("annex", "anx", children=[paragraph(PROSE["fr"] * 3, f"anx.par_{number}") for number in range(50)])
    assert language_found(act_of([*body("en", 3), annex])) == "en"


def test_an_annex_alone_is_judged_by_its_text() -> None:
    assert language_found(act_of([paragraph(PROSE["fr"], "anx.par_1")], "en")) == "fr"


def test_quotations_in_other_languages_are_outvoted() -> None:
    foreign = [paragraph(PROSE[language], f"art_9.{language}") for language in ("fr", "de", "fr")]
    found, share = detect([unit.text for unit in [*body("en", 3), *foreign, *body("en", 3)]], "en")
    assert found == "en"
    assert share < 1


def test_tables_and_titles_are_not_asked() -> None:
    foreign = Unit("table", "tbl_1", rows=[[PROSE["fr"]] * 3] * 9)
    title = Unit("title", "ti", text=PROSE["de"] * 5)
    assert language_found(act_of([title, foreign, *body("en", 2)])) == "en"


def test_half_and_half_goes_to_the_stated_language() -> None:
    blocks = [PROSE["en"], PROSE["fr"]] * 2
    assert [detect(blocks, stated)[0] for stated in ("en", "fr")] == ["en", "fr"]


def test_too_little_prose_tells_nothing() -> None:
    assert detect(["Done at Brussels."] * 20, "en") == (None, 0.0)


def test_a_language_that_the_detector_does_not_know_tells_nothing() -> None:
    assert detect([PROSE["en"]] * 5, "und") == (None, 0.0)
