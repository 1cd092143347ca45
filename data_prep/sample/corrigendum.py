"""A corrigendum to a sample act as FORMEX: a wrong figure in a recital, and what is to be read instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from data_prep.sample.document import Document
from data_prep.sample.formex import HEAD, SCHEMA, number, pages
from data_prep.sample.markup import Inline, capital
from data_prep.sample.voice import Voice

PRINTED_AFTER = timedelta(days=7)  # that the act was
_FIRST_NUMBER = 90_000  # corrigenda are numbered apart
_PAGE = 1  # of the act, where its recitals are


@dataclass(frozen=True)
class Corrigendum:
    """What a corrigendum to an act says in one language; strings may hold inline mark-up."""

    act: Document
    title: str
    journal: str
    place: str
    wrong: tuple[str, str]
    right: tuple[str, str]

    @property
    def published(self) -> date:
        """The day on which it was printed."""
        return self.act.plan.published + PRINTED_AFTER


def correct(document: Document, voice: Voice) -> Corrigendum:
    """The corrigendum to an act, whose last recital but one gives a wrong share."""
    changes, inline = voice.language.changes, Inline(voice.language)
    wrong = document.recitals[-2]
    figures = replace(voice.plan.figures, share=voice.plan.figures.share + 1)
    right = Voice(replace(voice.plan, figures=figures), voice.language).say(voice.language.patterns.recitals[2])
    title = voice.title
    return Corrigendum(
        act=document,
        title=voice.kind.corrigendum_to.format(title=title, rest=title.partition(" ")[2]),
        journal=changes.journal.format(
            series="L", number=voice.plan.number, date=voice.language.print_date(voice.plan.published)
        ),
        place=capital(changes.corrected.format(page=_PAGE, recital=len(document.recitals) - 1)),
        wrong=(changes.wrong, f"{inline.quote(wrong)},"),
        right=(changes.right, f"{inline.quote(right)}."),
    )


def corrigendum_files(corrigendum: Corrigendum) -> dict[str, str]:
    """File name -> content."""
    main = f"{_stem(corrigendum)}.01000101.xml"
    return {main: _text(corrigendum), _manifest_name(corrigendum): _manifest(corrigendum, main)}


def _issue(corrigendum: Corrigendum) -> int:
    return _FIRST_NUMBER + corrigendum.act.plan.number


def _stem(corrigendum: Corrigendum) -> str:
    return f"L_{corrigendum.published.year}{_issue(corrigendum)}{corrigendum.act.language.upper()}"


def _manifest_name(corrigendum: Corrigendum) -> str:
    return f"{_stem(corrigendum)}.01000101.doc.xml"


def _text(corrigendum: Corrigendum) -> str:
    code, day = corrigendum.act.language.upper(), f"{corrigendum.published:%Y%m%d}"
    instance = (
        f'<BIB.INSTANCE><DOCUMENT.REF FILE="{_manifest_name(corrigendum)}"><COLL>L</COLL>'
        f"<NO.OJ>{_issue(corrigendum)}</NO.OJ><YEAR>{corrigendum.published.year}</YEAR><LG.OJ>{code}</LG.OJ>"
        f"<PAGE.FIRST>1</PAGE.FIRST><PAGE.SEQ>1</PAGE.SEQ><VOLUME.REF>01</VOLUME.REF></DOCUMENT.REF>"
        f'<DATE ISO="{day}">{day}</DATE><LG.DOC>{code}</LG.DOC><NO.SEQ>0001</NO.SEQ>{pages(1, 1)}</BIB.INSTANCE>'
    )
    return (
        f"{HEAD}<CORR {SCHEMA}>{instance}<TITLE><TI><P>{corrigendum.title}</P><P>({_journal(corrigendum)})</P></TI>"
        f"</TITLE><CONTENTS.CORR><CORRECTION><DESCRIPTION>{corrigendum.place}</DESCRIPTION>"
        f"{_reading('OLD.CORR', corrigendum.wrong)}{_reading('NEW.CORR', corrigendum.right)}"
        f"</CORRECTION></CONTENTS.CORR></CORR>\n"
    )


def _reading(element: str, reading: tuple[str, str]) -> str:
    return f'<{element} FOR.READ="YES"><P>{reading[0]}</P><QUOT.S LEVEL="1"><P>{reading[1]}</P></QUOT.S></{element}>'


def _journal(corrigendum: Corrigendum) -> str:
    plan = corrigendum.act.plan
    return (
        f'<REF.DOC.OJ COLL="L" DATE.PUB="{plan.published:%Y%m%d}" NO.OJ="{plan.number:03}">'
        f"{corrigendum.journal}</REF.DOC.OJ>"
    )


def _manifest(corrigendum: Corrigendum, main: str) -> str:
    act, code, day = corrigendum.act, corrigendum.act.language.upper(), f"{corrigendum.published:%Y%m%d}"
    corrected = f"{act.plan.published:%Y%m%d}"
    authors = "".join(f"<AUTHOR>{author}</AUTHOR>" for author in act.institution.authors)
    return (
        f'{HEAD}<DOC {SCHEMA}><BIB.DOC><DURAB TYPE="DUR"/>{authors}<DOC.CORR><COLL>L</COLL>'
        f'<NO.OJ>{act.plan.number:03}</NO.OJ><DATE ISO="{corrected}">{corrected}</DATE>{number(act)}'
        f"<PAGE.FIRST>1</PAGE.FIRST><PAGE.SEQ>1</PAGE.SEQ></DOC.CORR></BIB.DOC>"
        f'<PUBLICATION.REF FILE="{_stem(corrigendum)}.toc.xml"><COLL>L</COLL><NO.OJ>{_issue(corrigendum)}</NO.OJ>'
        f'<DATE ISO="{day}">{day}</DATE><LG.OJ>{code}</LG.OJ><VOLUME.REF>01</VOLUME.REF></PUBLICATION.REF>'
        f'<FMX><DOC.MAIN.PUB NO.SEQ="0001" SYNOPTISM="D0001"><LG.DOC>{code}</LG.DOC>'
        f'<LEGAL.VALUE>CORRIGENDUM</LEGAL.VALUE><DATE ISO="{day}">{day}</DATE>{pages(1, 1)}'
        f'<REF.PHYS FILE="{main}" TYPE="DOC.XML"/></DOC.MAIN.PUB></FMX></DOC>\n'
    )
