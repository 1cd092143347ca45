"""A written-out sample act as FORMEX 4 files: the act, its annexes, and the .doc.xml that names them."""

from __future__ import annotations

from data_prep.sample.document import Document
from data_prep.sample.elements import annex_content, chapters, final, preamble, title
from data_prep.sample.languages import BY_CODE

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SCHEMA = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:noNamespaceSchemaLocation="http://formex.publications.europa.eu/schema/formex-05.55-20141201.xd"'
)
LEGAL_VALUES = {"regulation": "REG", "directive": "DIR", "decision": "DEC"}
PAGES = 6  # of the main file; each annex takes one more


def files(document: Document) -> dict[str, str]:
    """File name -> content, of one act in one language."""
    main = _file_name(document, 1)
    annexes = [_file_name(document, PAGES + position) for position in range(1, len(document.annexes) + 1)]
    return {
        main: _act(document),
        **{name: _annex(document, position) for position, name in enumerate(annexes, start=1)},
        _manifest_name(document): _manifest(document, main, annexes),
    }


def _stem(document: Document) -> str:
    plan = document.plan
    return f"L_{plan.year}{plan.number:05}{document.language.upper()}"


def _file_name(document: Document, page: int) -> str:
    return f"{_stem(document)}.01{page:04}01.xml"


def _manifest_name(document: Document) -> str:
    return f"{_stem(document)}.01000101.doc.xml"


def number(document: Document) -> str:
    plan = document.plan
    return (
        f'<NO.DOC FORMAT="YN" TYPE="OJ"><NO.CURRENT>{plan.number}</NO.CURRENT>'
        f"<YEAR>{plan.year}</YEAR><COM>{BY_CODE[document.language].union}</COM></NO.DOC>"
    )


def pages(first: int, total: int) -> str:
    return (
        f"<PAGE.FIRST>{first}</PAGE.FIRST><PAGE.LAST>{first + total - 1}</PAGE.LAST>"
        f"<PAGE.TOTAL>{total}</PAGE.TOTAL><PAGE.SEQ>1</PAGE.SEQ>"
    )


def _instance(document: Document, sequence: str, page: int, total: int) -> str:
    """BIB.INSTANCE: where the file belongs in the Official Journal."""
    plan, code = document.plan, document.language.upper()
    day = f"{plan.adopted:%Y%m%d}"
    return (
        f'<BIB.INSTANCE><DOCUMENT.REF FILE="{_manifest_name(document)}"><COLL>L</COLL><NO.OJ>{plan.number:03}</NO.OJ>'
        f"<YEAR>{plan.year}</YEAR><LG.OJ>{code}</LG.OJ><PAGE.FIRST>1</PAGE.FIRST><PAGE.SEQ>1</PAGE.SEQ>"
        f'<VOLUME.REF>01</VOLUME.REF></DOCUMENT.REF><DATE ISO="{day}">{day}</DATE><LG.DOC>{code}</LG.DOC>'
        f"<NO.SEQ>{sequence}</NO.SEQ>{pages(page, total)}{number(document)}</BIB.INSTANCE>"
    )


def _act(document: Document) -> str:
    return "".join(
        (
            f"{HEAD}<ACT {SCHEMA}>{_instance(document, '0001', 1, PAGES)}{title(document)}{preamble(document)}",
            "<ENACTING.TERMS>",
            *chapters(document),
            f"</ENACTING.TERMS>{final(document)}</ACT>\n",
        )
    )


def _annex(document: Document, position: int) -> str:
    annex = document.annexes[position - 1]
    instance = _instance(document, f"0001.{position:04}", PAGES + position, 1)
    return (
        f"{HEAD}<ANNEX {SCHEMA}>{instance}<TITLE><TI><P>{annex.number}</P></TI>"
        f"<STI><P>{annex.heading}</P></STI></TITLE><CONTENTS>{annex_content(annex)}</CONTENTS></ANNEX>\n"
    )


def _manifest(document: Document, main: str, annexes: list[str]) -> str:
    """The .doc.xml: number, legal value, journal issue, and the files in order."""
    plan, code = document.plan, document.language.upper()
    day, published = f"{plan.adopted:%Y%m%d}", f"{plan.published:%Y%m%d}"
    authors = "".join(f"<AUTHOR>{author}</AUTHOR>" for author in document.institution.authors)
    parts = "".join(
        f'<DOC.SUB.PUB NO.SEQ="0001.{position:04}" SYNOPTISM="D0001.{position:04}" TYPE="ANNEX">'
        f'{pages(PAGES + position, 1)}<REF.PHYS FILE="{name}" TYPE="DOC.XML"/></DOC.SUB.PUB>'
        for position, name in enumerate(annexes, start=1)
    )
    line = " ".join(document.title)
    return (
        f'{HEAD}<DOC {SCHEMA}><BIB.DOC>{number(document)}<DURAB TYPE="DUR"/>{authors}</BIB.DOC>'
        f'<PUBLICATION.REF FILE="{_stem(document)}.toc.xml"><COLL>L</COLL><NO.OJ>{plan.number:03}</NO.OJ>'
        f'<DATE ISO="{published}">{published}</DATE><LG.OJ>{code}</LG.OJ><VOLUME.REF>01</VOLUME.REF></PUBLICATION.REF>'
        f'<FMX><DOC.MAIN.PUB NO.SEQ="0001" SYNOPTISM="D0001"><LG.DOC>{code}</LG.DOC>'
        f'<LEGAL.VALUE>{LEGAL_VALUES[plan.kind]}</LEGAL.VALUE><DATE ISO="{day}">{day}</DATE>{pages(1, PAGES)}'
        f'<REF.PHYS FILE="{main}" TYPE="DOC.XML"/></DOC.MAIN.PUB>{parts}</FMX>'
        f'<PAPER><VOLUME.PAPER><ITEM.VOLUME REF.NO.SEQ="0001"><TITLE ID.TITLE="T0001"><TI><P>{line}</P></TI></TITLE>'
        f"<ITEM.REF>1</ITEM.REF></ITEM.VOLUME></VOLUME.PAPER></PAPER></DOC>\n"
    )
