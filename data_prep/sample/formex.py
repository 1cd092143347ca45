"""A written-out sample act as FORMEX 4 files: the act, its annexes, and the .doc.xml that names them."""

from __future__ import annotations

from collections.abc import Iterable

from data_prep.sample.document import Annex, Article, Definition, Document, Paragraph, Table
from data_prep.sample.languages import BY_CODE
from data_prep.sample.markup import number

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMA = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:noNamespaceSchemaLocation="http://formex.publications.europa.eu/schema/formex-05.55-20141201.xd"'
)
_LEGAL_VALUES = {"regulation": "REG", "directive": "DIR", "decision": "DEC"}
_PAGES = 6  # of the main file; each annex takes one more


def files(document: Document) -> dict[str, str]:
    """File name -> content, of one act in one language."""
    main = _file_name(document, 1)
    annexes = [_file_name(document, _PAGES + position) for position in range(1, len(document.annexes) + 1)]
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


def _number(document: Document) -> str:
    plan = document.plan
    return (
        f'<NO.DOC FORMAT="YN" TYPE="OJ"><NO.CURRENT>{plan.number}</NO.CURRENT>'
        f"<YEAR>{plan.year}</YEAR><COM>{BY_CODE[document.language].union}</COM></NO.DOC>"
    )


def _pages(first: int, total: int) -> str:
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
        f"<NO.SEQ>{sequence}</NO.SEQ>{_pages(page, total)}{_number(document)}</BIB.INSTANCE>"
    )


def _act(document: Document) -> str:
    return "".join(
        (
            f"{_HEAD}<ACT {_SCHEMA}>{_instance(document, '0001', 1, _PAGES)}{_title(document)}{_preamble(document)}",
            "<ENACTING.TERMS>",
            *_chapters(document),
            f"</ENACTING.TERMS>{_final(document)}</ACT>\n",
        )
    )


def _title(document: Document) -> str:
    """TITLE: institution and kind in capitals, the number between them, the date marked."""
    institution = document.institution
    name, _, printed_number = document.label.partition(" ")
    before = " ".join(filter(None, (institution.before, name)))
    after = f' <HT TYPE="UC">{institution.after}</HT>' if institution.after else ""
    language = BY_CODE[document.language]
    day = f'<DATE ISO="{document.plan.adopted:%Y%m%d}">{language.print_date(document.plan.adopted)}</DATE>'
    return (
        f'<TITLE><TI><P><HT TYPE="UC">{before}</HT> {printed_number}{after}</P>'
        f"<P>{language.title_date.format(date=day)}</P><P>{document.title[2]}</P></TI></TITLE>"
    )


def _preamble(document: Document) -> str:
    visas = "".join(f"<VISA>{visa}</VISA>" for visa in document.visas)
    recitals = "".join(
        f"<CONSID><NP><NO.P>({position})</NO.P><TXT>{recital}</TXT></NP></CONSID>"
        for position, recital in enumerate(document.recitals, start=1)
    )
    return (
        f"<PREAMBLE><PREAMBLE.INIT>{document.institution.preamble}</PREAMBLE.INIT><GR.VISA>{visas}</GR.VISA>"
        f"<GR.CONSID><GR.CONSID.INIT>{document.consideration}</GR.CONSID.INIT>{recitals}</GR.CONSID>"
        f"<PREAMBLE.FINAL>{document.adopted}</PREAMBLE.FINAL></PREAMBLE>"
    )


def _chapters(document: Document) -> Iterable[str]:
    for chapter in document.chapters:
        articles = "".join(_article(document, article) for article in chapter.articles)
        if chapter.number:
            yield (
                f'<DIVISION><TITLE><TI><P><HT TYPE="ITALIC">{chapter.number}</HT></P></TI>'
                f'<STI><P><HT TYPE="BOLD">{chapter.heading}</HT></P></STI></TITLE>{articles}</DIVISION>'
            )
        else:
            yield articles


def _article(document: Document, article: Article) -> str:
    language = BY_CODE[document.language]
    identifier = f"{article.number:03}"
    opening = (
        f'<ARTICLE IDENTIFIER="{identifier}"><TI.ART>{language.article.format(article.number)}</TI.ART>'
        f"<STI.ART>{article.heading}</STI.ART>"
    )
    if article.definitions:
        opened = f"<ALINEA><P>{article.paragraphs[0].text}</P>"
        return f"{opening}{opened}{_definitions(document, article.definitions)}</ALINEA></ARTICLE>"
    blocks = [_alinea(document, paragraph) for paragraph in article.paragraphs]
    if len(blocks) > 1:
        blocks = [
            f'<PARAG IDENTIFIER="{identifier}.{position:03}">'
            f"<NO.PARAG>{language.paragraph.format(position)}</NO.PARAG>{block}</PARAG>"
            for position, block in enumerate(blocks, start=1)
        ]
    return f"{opening}{''.join(blocks)}</ARTICLE>"


def _alinea(document: Document, paragraph: Paragraph) -> str:
    if not paragraph.points and paragraph.table is None:
        return f"<ALINEA>{paragraph.text}</ALINEA>"
    pattern = BY_CODE[document.language].point
    points = [
        f"<ITEM><NP><NO.P>{pattern.format(chr(ord('a') + position))}</NO.P><TXT>{point}</TXT></NP></ITEM>"
        for position, point in enumerate(paragraph.points)
    ]
    listed = f'<LIST TYPE="alpha">{"".join(points)}</LIST>' if points else ""
    return f"<ALINEA><P>{paragraph.text}</P>{listed}{_table(paragraph.table)}</ALINEA>"


def _definitions(document: Document, definitions: tuple[Definition, ...]) -> str:
    """A numbered list, or in languages that use one a DLIST of terms and definitions."""
    language = BY_CODE[document.language]
    numbers = [language.item.format(position) for position in range(1, len(definitions) + 1)]
    ends = [";"] * (len(definitions) - 1) + ["."]
    rows = list(zip(numbers, definitions, ends, strict=True))
    if language.definition_list:
        items = "".join(
            f"<DLIST.ITEM><PREFIX>{label}</PREFIX><TERM>{entry.quoted}</TERM>"
            f"<DEFINITION>{entry.meaning}{end}</DEFINITION></DLIST.ITEM>"
            for label, entry, end in rows
        )
        return f'<DLIST SEPARATOR=":">{items}</DLIST>'
    items = "".join(
        f"<ITEM><NP><NO.P>{label}</NO.P><TXT>{entry.line}{end}</TXT></NP></ITEM>" for label, entry, end in rows
    )
    return f'<LIST TYPE="ARAB">{items}</LIST>'


def _table(table: Table | None) -> str:
    if table is None:
        return ""
    header, *body = table.rows
    notes = f"<GR.NOTES>{table.note}</GR.NOTES>" if table.note else ""
    title = f"<TITLE><TI><P>{table.title}</P></TI></TITLE>" if table.title else ""
    rows = _row(header, ' TYPE="HEADER"') + "".join(_row(row, "") for row in body)
    return f'<TBL COLS="{len(header)}" NO.SEQ="0001">{title}{notes}<CORPUS>{rows}</CORPUS></TBL>'


def _row(cells: tuple[str | int, ...], kind: str) -> str:
    printed = "".join(
        f'<CELL COL="{column}"{kind}>{number(cell) if isinstance(cell, int) else cell}</CELL>'
        for column, cell in enumerate(cells, start=1)
    )
    return f"<ROW{kind}>{printed}</ROW>"


def _final(document: Document) -> str:
    binding = f"<P>{document.binding}</P>" if document.binding else ""
    signatories = "".join(
        f'<SIGNATORY><P><HT TYPE="ITALIC">{body}</HT></P><P><HT TYPE="ITALIC">{office}</HT></P></SIGNATORY>'
        for body, office in document.institution.signatures
    )
    return f"<FINAL>{binding}<SIGNATURE><PL.DATE><P>{document.done}</P></PL.DATE>{signatories}</SIGNATURE></FINAL>"


def _annex(document: Document, position: int) -> str:
    annex = document.annexes[position - 1]
    instance = _instance(document, f"0001.{position:04}", _PAGES + position, 1)
    return (
        f"{_HEAD}<ANNEX {_SCHEMA}>{instance}<TITLE><TI><P>{annex.number}</P></TI>"
        f"<STI><P>{annex.heading}</P></STI></TITLE><CONTENTS>{_annex_content(annex)}</CONTENTS></ANNEX>\n"
    )


def _annex_content(annex: Annex) -> str:
    points = "".join(
        f"<NP><NO.P>{position}.</NO.P><TXT>{point}</TXT></NP>" for position, point in enumerate(annex.points, start=1)
    )
    return points + _table(annex.table)


def _manifest(document: Document, main: str, annexes: list[str]) -> str:
    """The .doc.xml: number, legal value, journal issue, and the files in order."""
    plan, code = document.plan, document.language.upper()
    day, published = f"{plan.adopted:%Y%m%d}", f"{plan.published:%Y%m%d}"
    authors = "".join(f"<AUTHOR>{author}</AUTHOR>" for author in document.institution.authors)
    parts = "".join(
        f'<DOC.SUB.PUB NO.SEQ="0001.{position:04}" SYNOPTISM="D0001.{position:04}" TYPE="ANNEX">'
        f'{_pages(_PAGES + position, 1)}<REF.PHYS FILE="{name}" TYPE="DOC.XML"/></DOC.SUB.PUB>'
        for position, name in enumerate(annexes, start=1)
    )
    title = " ".join(document.title)
    return (
        f'{_HEAD}<DOC {_SCHEMA}><BIB.DOC>{_number(document)}<DURAB TYPE="DUR"/>{authors}</BIB.DOC>'
        f'<PUBLICATION.REF FILE="{_stem(document)}.toc.xml"><COLL>L</COLL><NO.OJ>{plan.number:03}</NO.OJ>'
        f'<DATE ISO="{published}">{published}</DATE><LG.OJ>{code}</LG.OJ><VOLUME.REF>01</VOLUME.REF></PUBLICATION.REF>'
        f'<FMX><DOC.MAIN.PUB NO.SEQ="0001" SYNOPTISM="D0001"><LG.DOC>{code}</LG.DOC>'
        f'<LEGAL.VALUE>{_LEGAL_VALUES[plan.kind]}</LEGAL.VALUE><DATE ISO="{day}">{day}</DATE>{_pages(1, _PAGES)}'
        f'<REF.PHYS FILE="{main}" TYPE="DOC.XML"/></DOC.MAIN.PUB>{parts}</FMX>'
        f'<PAPER><VOLUME.PAPER><ITEM.VOLUME REF.NO.SEQ="0001"><TITLE ID.TITLE="T0001"><TI><P>{title}</P></TI></TITLE>'
        f"<ITEM.REF>1</ITEM.REF></ITEM.VOLUME></VOLUME.PAPER></PAPER></DOC>\n"
    )
