"""The .doc.xml of a publication: which file is the act, which are its annexes in order, and the act's legal value."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_prep.formex.celex import iso_date, oj_issue
from data_prep.formex.walker import Element, squeeze


@dataclass(frozen=True)
class Part:
    """One file that a manifest names, with the sequence number that the file itself repeats in NO.SEQ."""

    file: str
    sequence: str


@dataclass(frozen=True)
class ActNumber:
    """A NO.DOC: year, number, community and print order (YN or NY), as strings of the file."""

    year: str | None = None
    number: str | None = None
    community: str | None = None
    order: str | None = None


@dataclass(frozen=True)
class Manifest:
    """What a .doc.xml tells. Fields are None where it is silent."""

    main: Part | None
    annexes: tuple[Part, ...] = ()
    legal_value: str | None = None
    language: str | None = None
    number: ActNumber = field(default_factory=ActNumber)
    corrected: ActNumber | None = None
    corrected_series: str | None = None
    authors: tuple[str, ...] = ()
    celex: str | None = None
    eli: str | None = None
    series: str | None = None
    oj_number: str | None = None
    published: str | None = None
    page: str | None = None
    date: str | None = None


def child_text(element: Element | None, path: str) -> str | None:
    """Squeezed text of the first element at `path`, or None."""
    if element is None:
        return None
    found = element.findtext(path)
    return squeeze(found) or None if found else None


def act_number(element: Element | None) -> ActNumber:
    """The content of a NO.DOC element."""
    if element is None:
        return ActNumber()
    year, number, body = (child_text(element, name) for name in ("YEAR", "NO.CURRENT", "COM"))
    return ActNumber(year, number, body, element.get("FORMAT"))


def _parts(pub: Element, path: str) -> tuple[Part, ...]:
    found = []
    for part in pub.iterfind(path):
        physical = part.find("REF.PHYS")
        if physical is not None and physical.get("FILE"):
            found.append(Part(physical.get("FILE", ""), part.get("NO.SEQ", "")))
    return tuple(found)


def own_issue(place: Element | None) -> str | None:
    """The issue number in a reference to an act published on its own, or None."""
    number = act_number(place.find("NO.DOC") if place is not None else None)
    return oj_issue(number.year, number.number)


def _day(element: Element | None) -> str | None:
    return element.get("ISO") if element is not None and iso_date(element.get("ISO")) else None


def read_manifest(root: Element) -> Manifest:
    """The manifest in a DOC element."""
    bib, pub, fmx = root.find("BIB.DOC"), root.find("PUBLICATION.REF"), root.find("FMX")
    main = fmx.find("DOC.MAIN.PUB") if fmx is not None else None
    parts = _parts(fmx, "DOC.MAIN.PUB") if fmx is not None else ()
    correction = bib.find("DOC.CORR") if bib is not None else None
    eli = bib.find("NO.ELI") if bib is not None else None
    return Manifest(
        main=parts[0] if parts else None,
        annexes=_parts(fmx, "DOC.SUB.PUB") if fmx is not None else (),
        legal_value=child_text(main, "LEGAL.VALUE"),
        language=child_text(main, "LG.DOC") or child_text(pub, "LG.OJ"),
        number=act_number(bib.find("NO.DOC") if bib is not None else None),
        corrected=act_number(correction.find("NO.DOC")) if correction is not None else None,
        corrected_series=child_text(correction, "COLL"),
        authors=tuple(squeeze(a.text or "") for a in bib.iterfind("AUTHOR")) if bib is not None else (),
        celex=child_text(main, "NO.CELEX"),
        eli=eli.get("ID") if eli is not None else None,
        series=child_text(pub, "COLL"),
        oj_number=child_text(pub, "NO.OJ") or own_issue(pub),
        published=_day(pub.find("DATE") if pub is not None else None),
        page=child_text(main, "PAGE.FIRST"),
        date=_day(main.find("DATE") if main is not None else None),
    )
