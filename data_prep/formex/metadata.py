"""Who an act is: CELEX, work, type, label, dates and references, from its own metadata and its manifest.

CELEX rules, first that applies; where two pieces of evidence disagree the answer is None:
1. case law states its CELEX in BIB.*/NO.CELEX;
2. a consolidated text is `0` + CONSLEG.REF + `-` + START.DATE, its act is FAM.COMP/BIB.DATA/NO.CELEX;
3. an act of the L series is `3` + YEAR + letter + NO.CURRENT, the letter from LEGAL.VALUE in the .doc.xml, or,
   where there is none, from a title in one of five languages that names the same year and number;
4. a corrigendum and an annex without its act have no CELEX, only the act that they belong to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from data_prep.formex import celex as cx
from data_prep.formex import labels
from data_prep.formex.manifest import ActNumber, Manifest, act_number, child_text, own_issue
from data_prep.formex.walker import Element

# bodies whose regulations, directives and decisions are numbered into CELEX by the plain rule
_PLAIN_BODIES = frozenset(
    {"EU", "UE", "EC", "CE", "EG", "EEC", "CEE", "EWG", "EURATOM", "EAEC", "CFSP", "PESC", "GASP", "PESD"}
)
_CASE_LAW = {"JUDGMENT": "judgment", "ORDER": "order", "OPINION": "opinion", "RULING": "order", "CONCLUSION": "opinion"}
_FUNCTION_WORDS = {
    "en": {"the", "of", "and", "that", "which"},
    "fr": {"le", "les", "des", "dans", "une"},
    "de": {"der", "die", "und", "das", "des"},
    "es": {"el", "los", "del", "las", "una"},
    "pt": {"o", "os", "da", "dos", "uma"},
}
UNDETERMINED = "und"


@dataclass
class Identity:
    """The fields of an act that come from metadata; see `Act`."""

    celex: str | None = None
    base_celex: str | None = None
    language: str = UNDETERMINED
    doc_type: str = "other"
    label: str | None = None
    authors: list[str] = field(default_factory=list)
    date: str | None = None
    version_date: str | None = None
    eli: str | None = None
    ecli: str | None = None
    oj: str | None = None


def identify(root: Element, manifest: Manifest | None, title: str, text: str) -> Identity:
    """The identity of the act whose main file has this root.

    Args:
        root: of the main file (or of an annex that has lost its act).
        manifest: the publication's .doc.xml, if there is one.
        title: the act's title on one line.
        text: the beginning of its text, for the language of files that do not state it.
    """
    tag = str(root.tag)
    if tag == "CONS.ACT":
        identity = _consolidated(root, manifest, title)
    elif (bib := _case_metadata(root)) is not None:
        identity = _case(bib, root)
        identity.doc_type = _CASE_LAW.get(tag.split(".")[0], "other")
    elif tag == "CORR":
        identity = _corrigendum(manifest, title)
    elif tag in ("ACT", "ANNEX"):
        identity = _published(root, manifest, title)
        if tag == "ANNEX":
            identity.celex, identity.label, identity.doc_type = None, None, "annex"
    else:  # agreements, proposals, notices: their numbers follow no rule
        identity = Identity(doc_type=_CASE_LAW.get(tag.split(".")[0], "other"))
    _complete(identity, root, manifest, text)
    return identity


def _complete(identity: Identity, root: Element, manifest: Manifest | None, text: str) -> None:
    """Language, date and what only the manifest knows."""
    bib = root.find("BIB.INSTANCE")
    stated = child_text(bib, "LG.DOC") or child_text(root, "CONS.DOC/BIB.INSTANCE/LG.DOC")
    stated = stated or (manifest.language if manifest else None)
    identity.language = stated.lower() if stated else guess_language(text)
    if bib is not None and identity.date is None:
        identity.date = _iso(bib.find("DATE"))
    if manifest is None:
        return
    identity.authors = identity.authors or list(manifest.authors)
    identity.eli = identity.eli or manifest.eli
    identity.date = identity.date or cx.iso_date(manifest.date)
    number = manifest.oj_number or own_issue(root.find("BIB.INSTANCE/DOCUMENT.REF"))
    identity.oj = identity.oj or cx.oj_reference(manifest.series, number, manifest.published, manifest.page)


def _iso(element: Element | None) -> str | None:
    return cx.iso_date(element.get("ISO")) if element is not None else None


def _consolidated(root: Element, manifest: Manifest | None, title: str) -> Identity:
    info, bib = root.find("INFO.CONSLEG"), root.find("CONS.DOC/FAM.COMP/BIB.DATA")
    reference, start = (info.get("CONSLEG.REF"), info.get("START.DATE")) if info is not None else (None, None)
    stated = child_text(bib, "NO.CELEX") or (manifest.celex if manifest else None)
    own = cx.consolidated(reference, start)
    base = cx.normalise(stated) if stated else None
    base = base or (f"3{reference}" if own else None)
    instance = bib.find("BIB.INSTANCE.CONS") if bib is not None else None
    number = act_number(instance.find("NO.DOC") if instance is not None else None)
    return Identity(
        celex=own,
        base_celex=base,
        doc_type=cx.doc_type(base),
        label=_label(base, _language(root), number, title),
        date=_iso(bib.find("DATE") if bib is not None else None),
        version_date=cx.iso_date(start),
        oj=_oj_of_base(instance),
    )


def _language(root: Element) -> str:
    stated = child_text(root, "CONS.DOC/BIB.INSTANCE/LG.DOC") or child_text(root, "BIB.INSTANCE/LG.DOC")
    return (stated or UNDETERMINED).lower()


def _oj_of_base(instance: Element | None) -> str | None:
    if instance is None:
        return None
    place, day = instance.find("DOCUMENT.REF.CONS"), instance.find("DATE")
    series, number, page = (child_text(place, name) for name in ("COLL", "NO.OJ", "PAGE.FIRST"))
    return cx.oj_reference(series, number or own_issue(place), day.get("ISO") if day is not None else None, page)


def _case_metadata(root: Element) -> Element | None:
    first = root[0] if len(root) else None
    return (
        first
        if first is not None and first.find("NO.CELEX") is not None and str(first.tag).startswith("BIB.")
        else None
    )


def _case(bib: Element, root: Element) -> Identity:
    stated = cx.normalise(child_text(bib, "NO.CELEX") or "")
    ecli = bib.find("NO.ECLI")
    return Identity(
        celex=stated,
        base_celex=stated,
        authors=[author.text for author in bib.iterfind("AUTHOR") if author.text],
        date=next((_iso(day) for title in root.iterfind("TITLE") for day in title.iter("DATE")), None),
        ecli=(ecli.get("ECLI") or ecli.text) if ecli is not None else None,
    )


def _corrigendum(manifest: Manifest | None, title: str) -> Identity:
    corrected = labels.corrected_act(title)
    base = cx.from_number(corrected.letter, str(corrected.year), str(corrected.number)) if corrected else None
    if manifest is not None and manifest.corrected is not None and corrected is not None:
        told = cx.from_number(corrected.letter, manifest.corrected.year, manifest.corrected.number)
        base = base if told == base else None
    return Identity(base_celex=base, doc_type="corrigendum")


def _published(root: Element, manifest: Manifest | None, title: str) -> Identity:
    bib = root.find("BIB.INSTANCE")
    own = act_number(bib.find("NO.DOC") if bib is not None else None)
    told = manifest.number if manifest else ActNumber()
    series = child_text(bib, "DOCUMENT.REF/COLL") or (manifest.series if manifest else None)
    number = own if own.number else told
    contradicts = own.number and told.number and (own.number, own.year) != (told.number, told.year)
    celex = None
    if series == "L" and not contradicts and _plain_body(number.community):
        letter = _letter(manifest.legal_value if manifest else None, number, title)
        celex = cx.from_number(letter, number.year, number.number) if letter else None
    label = _label(celex, _language(root), number, title)
    return Identity(celex=celex, base_celex=celex, doc_type=cx.doc_type(celex), label=label)


def _plain_body(code: str | None) -> bool:
    return all(word in _PLAIN_BODIES for word in re.findall(r"[^\W\d_]+", (code or "").upper()))


def _letter(legal_value: str | None, number: ActNumber, title: str) -> str | None:
    """The type letter on which LEGAL.VALUE and title agree, or that the only one of them tells."""
    told, shown = cx.letter_of(legal_value), labels.designation(title)
    same = shown is not None and (str(shown.year), str(shown.number)) == (
        str(cx.full_year(number.year)),
        (number.number or "").lstrip("0"),
    )
    if not same or shown is None:
        return told
    return None if told and told != shown.letter else shown.letter


def _label(celex: str | None, language: str, number: ActNumber, title: str) -> str | None:
    return labels.label(celex, language, labels.designation(title)) or labels.label(
        celex, language, _from_metadata(celex, number, title)
    )


def _from_metadata(celex: str | None, number: ActNumber, title: str) -> labels.Designation | None:
    """The designation that NO.DOC spells out, for titles that do not show it."""
    parsed, year = cx.parse(celex) if celex else None, cx.full_year(number.year)
    body = labels.community(number.community)
    if parsed is None or year is None or body is None or number.order not in ("YN", "NY"):
        return None
    if not number.number or not number.number.isdigit():
        return None
    flavour = labels.flavour(title)
    return labels.Designation(parsed.type, year, int(number.number), number.order == "YN", body, flavour)


def guess_language(text: str) -> str:
    """The language of a text by its function words; `und` where no language has twice the hits of the next.

    Court files do not state their language anywhere.
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    hits = sorted(((sum(w in known for w in words), lang) for lang, known in _FUNCTION_WORDS.items()), reverse=True)
    return hits[0][1] if hits[0][0] >= 5 and hits[0][0] >= 2 * hits[1][0] else UNDETERMINED
