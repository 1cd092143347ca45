"""Acts and candidates made on the spot, for the tests of choosing."""

from __future__ import annotations

from data_prep.choose import Candidate
from data_prep.formex.acts import Act, Unit

Document = tuple[Act, str]

PROSE = {
    "en": "The competent authority shall ensure that the applicant may lodge a complaint without undue delay.",
    "fr": "L'autorité compétente veille à ce que le demandeur puisse introduire sans retard une réclamation.",
    "de": "Die zuständige Behörde stellt sicher, dass der Antragsteller unverzüglich eine Beschwerde einreichen kann.",
}


def paragraph(text: str, key: str = "art_1.par_1") -> Unit:
    return Unit("paragraph", key, text=text)


def act_of(units: list[Unit], language: str = "en", **fields: object) -> Act:
    known: dict[str, object] = {"celex": "32016R0679", "base_celex": "32016R0679", "doc_type": "regulation"}
    known |= {"title": "A Regulation", "date": "2016-04-27", **fields}
    return Act(language=language, units=units, **known)  # type: ignore[arg-type]


def body(language: str = "en", blocks: int = 8) -> list[Unit]:
    return [paragraph(f"{number}. {PROSE[language]}", f"art_{number}") for number in range(blocks)]


def candidate(number: int, **fields: object) -> Candidate:
    """An act of 2016 in English; of what it is asked to differ in, it does."""
    known: dict[str, object] = {
        "family": "32016R0679", "oj": "OJ L 119, 4.5.2016, p. 1", "celex": "32016R0679", "language": "en",
        "doc_type": "regulation", "date": "2016-04-27", "version_date": None, "quality": 0.9, "characters": 1000,
        "text_hash": number.to_bytes(16),
    }  # fmt: skip
    return Candidate(number=number, **{**known, **fields})  # type: ignore[arg-type]
