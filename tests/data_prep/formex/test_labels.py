"""How acts are cited: known answers by language and period."""

from __future__ import annotations

import pytest

from data_prep.formex import labels


@pytest.mark.parametrize(
    ("celex", "language", "title", "expected"),
    [
        ("32016R0679", "en", "REGULATION (EU) 2016/679 OF THE EUROPEAN PARLIAMENT", "Regulation (EU) 2016/679"),
        ("32016R0679", "fr", "RÈGLEMENT (UE) 2016/679 DU PARLEMENT EUROPÉEN", "Règlement (UE) 2016/679"),
        ("32016R0679", "de", "VERORDNUNG (EU) 2016/679 DES EUROPÄISCHEN PARLAMENTS", "Verordnung (EU) 2016/679"),
        ("32016R0679", "es", "REGLAMENTO (UE) 2016/679 DEL PARLAMENTO EUROPEO", "Reglamento (UE) 2016/679"),
        ("32016R0679", "pt", "REGULAMENTO (UE) 2016/679 DO PARLAMENTO EUROPEU", "Regulamento (UE) 2016/679"),
        ("32022L2555", "en", "DIRECTIVE (EU) 2022/2555 OF THE EUROPEAN", "Directive (EU) 2022/2555"),
        ("31995L0046", "en", "Directive 95/46/EC of the European Parliament", "Directive 95/46/EC"),
        ("31995L0046", "de", "Richtlinie 95/46/EG des Europäischen Parlaments", "Richtlinie 95/46/EG"),
        ("31999L0093", "fr", "DIRECTIVE 1999/93/CE DU PARLEMENT EUROPÉEN", "Directive 1999/93/CE"),
        ("32006R1907", "en", "REGULATION (EC) No 1907/2006 OF THE EUROPEAN", "Regulation (EC) No 1907/2006"),
        ("32006R1907", "pt", "REGULAMENTO (CE) N.o 1907/2006 DO PARLAMENTO", "Regulamento (CE) n.º 1907/2006"),
        ("31986R4056", "fr", "RÈGLEMENT (CEE) no 4056/86 DU CONSEIL", "Règlement (CEE) n° 4056/86"),
        ("32013D1386", "en", "DECISION No 1386/2013/EU OF THE EUROPEAN PARLIAMENT", "Decision No 1386/2013/EU"),
        (
            "32024R2977",
            "en",
            "COMMISSION IMPLEMENTING REGULATION (EU) 2024/2977",
            "Implementing Regulation (EU) 2024/2977",
        ),
        ("32022R0805", "fr", "RÈGLEMENT DÉLÉGUÉ (UE) 2022/805 DE LA COMMISSION", "Règlement délégué (UE) 2022/805"),
        (
            "32014R0926",
            "de",
            "DURCHFÜHRUNGSVERORDNUNG (EU) Nr. 926/2014 DER",
            "Durchführungsverordnung (EU) Nr. 926/2014",
        ),
    ],
)
def test_label(celex: str, language: str, title: str, expected: str) -> None:
    assert labels.label(celex, language, labels.designation(title)) == expected


@pytest.mark.parametrize(
    ("celex", "language", "title"),
    [
        ("32016R0679", "el", "REGULATION (EU) 2016/679"),  # no label in Greek
        ("32016R0680", "en", "REGULATION (EU) 2016/679"),  # another act's number
        (None, "en", "REGULATION (EU) 2016/679"),
        ("32002F0584", "en", "COUNCIL FRAMEWORK DECISION of 13 June 2002 on the European arrest warrant"),
        ("32009D0123", "en", "Commission Decision of 1 May 2009 amending Regulation (EC) No 123/2004"),
        ("32018R1046", "en", "REGULATION (EU, Euratom) 2018/1046"),
    ],
)
def test_no_label_rather_than_a_guess(celex: str | None, language: str, title: str) -> None:
    assert labels.label(celex, language, labels.designation(title)) is None


def test_a_corrigendum_is_not_the_act_that_its_title_names() -> None:
    title = "Berichtigung der Verordnung (EU) 2016/679 des Europäischen Parlaments"
    assert labels.title_letter(title) is None
    corrected = labels.corrected_act(title)
    assert corrected is not None
    assert (corrected.letter, corrected.year, corrected.number) == ("R", 2016, 679)
