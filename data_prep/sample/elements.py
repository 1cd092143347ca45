"""The parts of a written-out act as FORMEX elements: title, preamble, articles, tables, signatures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from data_prep.sample.document import Annex, Article, Definition, Document, Paragraph, Point, Quotation, Table
from data_prep.sample.languages import BY_CODE
from data_prep.sample.markup import changed, number
from data_prep.sample.plan import Change


def title(document: Document) -> str:
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


def preamble(document: Document) -> str:
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


def chapters(document: Document) -> Iterable[str]:
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
    opening = (
        f'<ARTICLE IDENTIFIER="{article.number:03}"><TI.ART>{language.article.format(article.number)}</TI.ART>'
        f"<STI.ART>{article.heading}</STI.ART>"
    )
    if article.definitions:
        opened = f"<ALINEA><P>{article.paragraphs[0].text}</P>"
        return f"{opening}{opened}{_definitions(document, article.definitions)}</ALINEA></ARTICLE>"
    if len(article.paragraphs) == 1:
        content = _alinea(document, article.paragraphs[0])
    else:
        content = "".join(
            _paragraph(document, article.number, position, paragraph)
            for position, paragraph in enumerate(article.paragraphs, start=1)
        )
    return changed(f"{opening}{content}</ARTICLE>", article.change)


def _paragraph(document: Document, article: int, position: int, paragraph: Paragraph) -> str:
    """A numbered paragraph; one that is new is marked as a whole, one with another figure inside."""
    change = paragraph.change
    figure = change is not None and change.kind == "figure"
    text = _alinea(document, paragraph, change if figure else None)
    whole = (
        f'<PARAG IDENTIFIER="{article:03}.{position:03}">'
        f"<NO.PARAG>{BY_CODE[document.language].paragraph.format(position)}</NO.PARAG>{text}</PARAG>"
    )
    return whole if figure else changed(whole, change)


def _alinea(document: Document, paragraph: Paragraph, change: Change | None = None) -> str:
    if not paragraph.points and paragraph.table is None:
        return f"<ALINEA>{changed(paragraph.text, change)}</ALINEA>"
    points = "".join(_point(document, point) for point in paragraph.points)
    listed = f'<LIST TYPE="{"alpha" if paragraph.lettered else "ARAB"}">{points}</LIST>' if points else ""
    return f"<ALINEA><P>{paragraph.text}</P>{listed}{_table(paragraph.table)}</ALINEA>"


def _point(document: Document, point: Point) -> str:
    quoted = f'<P><QUOT.S LEVEL="1">{_quoted(document, point.quotation)}</QUOT.S></P>' if point.quotation else ""
    return f"<ITEM><NP><NO.P>{point.label}</NO.P><TXT>{point.text}</TXT>{quoted}</NP></ITEM>"


def _quoted(document: Document, quotation: Quotation) -> str:
    """What an act puts into another, its quotation marks before the number and after the last word."""
    part, change = quotation.part, quotation.part.change
    if isinstance(part, Article):
        whole, first, last = _article(document, replace(part, change=None)), "<TI.ART>", "</ALINEA>"
    elif isinstance(part, Definition):
        whole = _listed_definitions(document, (replace(part, change=None),), quotation.position)
        first, last = "<NO.P>", "</TXT>"
    else:
        whole = _paragraph(document, quotation.article, quotation.position, replace(part, change=None))
        first, last = "<NO.PARAG>", "</ALINEA>"
    assert change is not None
    before, after = quotation.marks
    head, opened, text = whole.partition(first)
    text, closed, tail = text.rpartition(last)
    return f"{head}{opened}{before}{text}{after}{closed}{tail}"


def _definitions(document: Document, definitions: tuple[Definition, ...]) -> str:
    """A numbered list, or in languages that use one a DLIST of terms and definitions."""
    if not BY_CODE[document.language].definition_list:
        return _listed_definitions(document, definitions)
    items = "".join(
        changed(
            f"<DLIST.ITEM><PREFIX>{label}</PREFIX><TERM>{entry.quoted}</TERM>"
            f"<DEFINITION>{entry.meaning}{end}</DEFINITION></DLIST.ITEM>",
            entry.change,
        )
        for label, entry, end in _rows(document, definitions, 1)
    )
    return f'<DLIST SEPARATOR=":">{items}</DLIST>'


def _listed_definitions(document: Document, definitions: tuple[Definition, ...], first: int = 1) -> str:
    items = "".join(
        changed(f"<ITEM><NP><NO.P>{label}</NO.P><TXT>{entry.line}{end}</TXT></NP></ITEM>", entry.change)
        for label, entry, end in _rows(document, definitions, first)
    )
    return f'<LIST TYPE="ARAB">{items}</LIST>'


def _rows(document: Document, definitions: tuple[Definition, ...], first: int) -> Iterable[tuple[str, Definition, str]]:
    """Label, definition and punctuation of each."""
    language = BY_CODE[document.language]
    last = first + len(definitions) - 1
    for position, entry in enumerate(definitions, start=first):
        yield language.item.format(position), entry, "." if position == last else ";"


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


def final(document: Document) -> str:
    binding = f"<P>{document.binding}</P>" if document.binding else ""
    signatories = "".join(
        f'<SIGNATORY><P><HT TYPE="ITALIC">{body}</HT></P><P><HT TYPE="ITALIC">{office}</HT></P></SIGNATORY>'
        for body, office in document.institution.signatures
    )
    return f"<FINAL>{binding}<SIGNATURE><PL.DATE><P>{document.done}</P></PL.DATE>{signatories}</SIGNATURE></FINAL>"


def annex_content(annex: Annex) -> str:
    points = "".join(
        f"<NP><NO.P>{position}.</NO.P><TXT>{point}</TXT></NP>" for position, point in enumerate(annex.points, start=1)
    )
    return points + _table(annex.table)
