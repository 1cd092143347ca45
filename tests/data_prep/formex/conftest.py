"""Small FORMEX documents of our own, for what the tests need to see alone."""

from __future__ import annotations

import pytest

BIB = (
    '<BIB.INSTANCE><DOCUMENT.REF FILE="{stem}.doc.xml"><COLL>L</COLL><NO.OJ>1</NO.OJ><YEAR>2020</YEAR>'
    '<LG.OJ>{language}</LG.OJ></DOCUMENT.REF><DATE ISO="20200102">20200102</DATE><LG.DOC>{language}</LG.DOC>'
    "<NO.SEQ>{sequence}</NO.SEQ>{number}</BIB.INSTANCE>"
)
NUMBER = '<NO.DOC FORMAT="YN" TYPE="OJ"><NO.CURRENT>{0}</NO.CURRENT><YEAR>2020</YEAR><COM>EU</COM></NO.DOC>'


class Documents:
    """Builders of documents as bytes."""

    def act(
        self,
        body: str,
        *,
        title: str = "Regulation (EU) 2020/7",
        number: int = 7,
        stem: str = "L_1",
        language: str = "EN",
    ) -> bytes:
        """An ACT file whose enacting terms are `body`."""
        bib = BIB.format(stem=stem, sequence="0001", number=NUMBER.format(number), language=language)
        head = f"<TITLE><TI><P>{title}</P></TI></TITLE>"
        terms = f"<ENACTING.TERMS>{body}</ENACTING.TERMS>"
        return f"<?xml version='1.0' encoding='UTF-8'?><ACT>{bib}{head}{terms}</ACT>".encode()

    def annex(self, body: str, heading: str = "ANNEX", *, sequence: str = "0001.0001", stem: str = "L_1") -> bytes:
        """An ANNEX file whose contents are `body`."""
        bib = BIB.format(stem=stem, sequence=sequence, number="", language="EN")
        return f"<ANNEX>{bib}<TITLE><TI><P>{heading}</P></TI></TITLE><CONTENTS>{body}</CONTENTS></ANNEX>".encode()

    def manifest(self, main: str, annexes: tuple[str, ...] = (), legal_value: str = "REG", number: int = 7) -> bytes:
        """A .doc.xml."""
        subs = "".join(
            f'<DOC.SUB.PUB NO.SEQ="0001.{i:04}" TYPE="ANNEX"><REF.PHYS FILE="{name}"/></DOC.SUB.PUB>'
            for i, name in enumerate(annexes, 1)
        )
        return (
            f"<DOC><BIB.DOC>{NUMBER.format(number)}<AUTHOR>COM</AUTHOR></BIB.DOC>"
            '<PUBLICATION.REF><COLL>L</COLL><NO.OJ>1</NO.OJ><DATE ISO="20200103">20200103</DATE><LG.OJ>EN</LG.OJ>'
            "</PUBLICATION.REF>"
            f'<FMX><DOC.MAIN.PUB NO.SEQ="0001"><LG.DOC>EN</LG.DOC><LEGAL.VALUE>{legal_value}</LEGAL.VALUE>'
            f'<PAGE.FIRST>5</PAGE.FIRST><REF.PHYS FILE="{main}"/></DOC.MAIN.PUB>{subs}</FMX></DOC>'
        ).encode()

    def article(self, body: str, identifier: str = "001") -> str:
        """An ARTICLE."""
        return f'<ARTICLE IDENTIFIER="{identifier}"><TI.ART>Article {int(identifier[:3])}</TI.ART>{body}</ARTICLE>'


@pytest.fixture(scope="session")
def make() -> Documents:
    """Builders of small FORMEX documents."""
    return Documents()
