"""A consolidated text as FORMEX: the act as later acts have changed it, marked where they have, and its .doc.xml."""

from __future__ import annotations

from collections.abc import Sequence

from data_prep.sample.collection import Version
from data_prep.sample.document import Annex, Document
from data_prep.sample.elements import annex_content, chapters, final, preamble, title
from data_prep.sample.formex import HEAD, LEGAL_VALUES, PAGES, SCHEMA, pages
from data_prep.sample.languages import BY_CODE
from data_prep.sample.plan import LETTERS, ActPlan
from data_prep.sample.voice import Voice


def consolidated_celex(plan: ActPlan, version: Version) -> str:
    """`02031R0123-20320501`."""
    return f"0{_reference(plan)}-{version.day:%Y%m%d}"


def consolidated_files(document: Document, version: Version, amending: Sequence[Voice]) -> dict[str, str]:
    """File name -> content, of one version in one language.

    Args:
        document: the act with the changes of the version.
        amending: the acts that made them, in order.
    """
    main = f"{_stem(document, version)}.xml"
    return {main: _text(document, version, amending), _manifest_name(document, version): _manifest(document, version)}


def _reference(plan: ActPlan) -> str:
    return f"{plan.year}{LETTERS[plan.kind]}{plan.number:04}"


def _stem(document: Document, version: Version) -> str:
    order = len(version.amending)
    return f"CL{_reference(document.plan)}{document.language.upper()}{order:03}0010.0001"


def _manifest_name(document: Document, version: Version) -> str:
    return f"{_stem(document, version)}.doc.xml"


def _text(document: Document, version: Version, amending: Sequence[Voice]) -> str:
    plan, code, day = document.plan, document.language.upper(), f"{version.day:%Y%m%d}"
    value = LEGAL_VALUES[plan.kind]
    info = (
        f'<INFO.CONSLEG CONSLEG.REF="{_reference(plan)}" CONSLEG.DATE="{day}" DATE.LAST.MOD="{day}" '
        f'PROD.SEQ="{len(version.amending):03}.001.0" START.DATE="{day}" END.DATE="99999999" END="PROVISIONAL" '
        f'LEG.VAL="{value}"/><INFO.PROD PRODUCER="ES" PROD.SYSTEM="CONSLEG.NEW" PROD.DATE="{day}"/>'
    )
    instance = (
        f'<BIB.INSTANCE><DOCUMENT.REF FILE="{_manifest_name(document, version)}"><LG.OJ>{code}</LG.OJ>'
        f'<PAGE.FIRST>1</PAGE.FIRST></DOCUMENT.REF><DATE ISO="{day}">{day}</DATE><LG.DOC>{code}</LG.DOC>'
        f"<PAGE.FIRST>1</PAGE.FIRST><PAGE.SEQ>1</PAGE.SEQ><PAGE.LAST>{PAGES}</PAGE.LAST>"
        f"<PAGE.TOTAL>{PAGES}</PAGE.TOTAL></BIB.INSTANCE>"
    )
    family = f'<FAM.COMP LEG.VAL="{value}">{_metadata(plan, document.title, code)}{_amending(amending)}</FAM.COMP>'
    enacting = f"<ENACTING.TERMS>{''.join(chapters(document))}</ENACTING.TERMS>"
    return (
        f"{HEAD}<CONS.ACT {SCHEMA}>{info}<CONS.DOC>{instance}{family}{title(document)}{preamble(document)}{enacting}"
        f"{final(document)}{''.join(map(_annex, document.annexes))}</CONS.DOC></CONS.ACT>\n"
    )


def _amending(amending: Sequence[Voice]) -> str:
    acts = "".join(
        f'<MOD.ACT TYPE="MOD" LEG.VAL="{LEGAL_VALUES[voice.plan.kind]}" EXISTS="YES">'
        f"{_metadata(voice.plan, voice.title_lines, voice.language.code.upper())}</MOD.ACT>"
        for voice in amending
    )
    return f"<GR.MOD.ACT>{acts}</GR.MOD.ACT>"


def _metadata(plan: ActPlan, lines: Sequence[str], code: str) -> str:
    """BIB.DATA: where an act was published, its number and its title."""
    published, adopted = f"{plan.published:%Y%m%d}", f"{plan.adopted:%Y%m%d}"
    printed = "".join(f"<P>{line}</P>" for line in lines)
    return (
        f"<BIB.DATA><BIB.INSTANCE.CONS><DOCUMENT.REF.CONS><COLL>L</COLL><NO.OJ>{plan.number:03}</NO.OJ>"
        f"<YEAR>{plan.year}</YEAR><LG.OJ>{code}</LG.OJ><PAGE.FIRST>1</PAGE.FIRST><PAGE.SEQ>1</PAGE.SEQ>"
        f'<VOLUME.REF>01</VOLUME.REF></DOCUMENT.REF.CONS><DATE ISO="{published}">{published}</DATE>'
        f'<LG.DOC>{code}</LG.DOC><NO.SEQ>0001</NO.SEQ>{pages(1, PAGES)}<NO.DOC FORMAT="YN" TYPE="OJ">'
        f"<NO.CURRENT>{plan.number}</NO.CURRENT><YEAR>{plan.year}</YEAR><COM>{BY_CODE[code.lower()].union}</COM>"
        f'</NO.DOC></BIB.INSTANCE.CONS><NO.CELEX>{plan.celex}</NO.CELEX><DATE ISO="{adopted}">{adopted}</DATE>'
        f"<TITLE><TI>{printed}</TI></TITLE></BIB.DATA>"
    )


def _annex(annex: Annex) -> str:
    return (
        f"<CONS.ANNEX><TITLE><TI><P>{annex.number}</P></TI><STI><P>{annex.heading}</P></STI></TITLE>"
        f"<CONTENTS>{annex_content(annex)}</CONTENTS></CONS.ANNEX>"
    )


def _manifest(document: Document, version: Version) -> str:
    plan, code = document.plan, document.language.upper()
    published, adopted = f"{plan.published:%Y%m%d}", f"{plan.adopted:%Y%m%d}"
    return (
        f'{HEAD}<DOC {SCHEMA}><PUBLICATION.REF FILE="NA"><COLL>L</COLL><NO.OJ>{plan.number:03}</NO.OJ>'
        f'<DATE ISO="{published}">{published}</DATE><LG.OJ>{code}</LG.OJ></PUBLICATION.REF>'
        f'<FMX><DOC.MAIN.PUB NO.SEQ="0001" SYNOPTISM="D0001"><LG.DOC>{code}</LG.DOC>'
        f"<LEGAL.VALUE>{LEGAL_VALUES[plan.kind]}</LEGAL.VALUE><NO.CELEX>{plan.celex}</NO.CELEX>"
        f'<DATE ISO="{adopted}">{adopted}</DATE>{pages(1, PAGES)}'
        f'<REF.PHYS FILE="{_stem(document, version)}.xml" TYPE="DOC.XML"/></DOC.MAIN.PUB></FMX></DOC>\n'
    )
