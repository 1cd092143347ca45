"""What stands inside a line: typography, numbers, quotation marks, footnote marks, references, images."""

from __future__ import annotations

import re

from lxml import etree

from data_prep.formex.acts import Unit
from data_prep.formex.celex import oj_reference
from data_prep.formex.sink import Sink, join_key
from data_prep.formex.walker import Element, Handler, Walker, block, inline

_DIGITS = re.compile(r"(\D*)(\d{4,})(.*)", re.DOTALL)
_ATTRIBUTE = re.compile(r'([A-Z.]+)="([^"]*)"')


def highlighted(walker: Walker, element: Element, sink: Sink) -> None:
    """HT joins without a space (CO<HT>2</HT>); UC prints capitals, BOX a box around a number."""
    start = len(sink.pieces)
    walker.mixed(element, sink)
    kind = element.get("TYPE")
    if kind == "UC":
        sink.pieces[start:] = [piece.upper() for piece in sink.pieces[start:]]
    elif kind == "BOX":
        sink.pieces.insert(start, "[")
        sink.pieces.append("]")


def formatted(walker: Walker, element: Element, sink: Sink) -> None:
    """FT holds bare digits; print groups them by TYPE."""
    text = element.text
    if len(element) or not text:
        walker.mixed(element, sink)
        return
    kind = element.get("TYPE")
    sink.pieces.append(thousands(text) if kind == "NUMBER" else commodity_code(text) if kind == "CN" else text)


def thousands(text: str) -> str:
    """`35000000` -> `35 000 000`; what is not a bare number stays as it is."""
    match = _DIGITS.fullmatch(text)
    if match is None:
        return text
    before, digits, after = match.groups()
    head = len(digits) % 3
    groups = [digits[:head]] * bool(head) + [digits[i : i + 3] for i in range(head, len(digits), 3)]
    return before + " ".join(groups) + after


def commodity_code(text: str) -> str:
    """`27101921` -> `2710 19 21`, the four-two-two grouping of the Combined Nomenclature."""
    code = text.strip()
    if not code.isdigit() or len(code) <= 4:
        return text
    return " ".join([code[:4], *(code[i : i + 2] for i in range(4, len(code), 2))])


def quotation_mark(_walker: Walker, element: Element, sink: Sink) -> None:
    """QUOT.START and QUOT.END are empty: the character is in CODE, in hexadecimal."""
    code = element.get("CODE") or ""
    try:
        sink.pieces.append(chr(int(code, 16)))
    except (ValueError, OverflowError):
        sink.pieces.append('"')


def note(walker: Walker, element: Element, sink: Sink) -> None:
    """A footnote: a mark in the line, its text hung on the block."""
    identifier = element.get("NOTE.REF") or element.get("NOTE.ID")
    label = walker.notes.label(identifier, element.get("NUMBERING"))
    sink.pieces.append(f"[^{label}]")
    _define(walker, element, sink, identifier, label, sink.notes)


def note_group(walker: Walker, element: Element, sink: Sink) -> None:
    """GR.NOTES: notes that are marked elsewhere, and what else stands among them."""
    walker.stray(element.text, sink)
    for child in element:
        if child.tag == "NOTE":
            identifier = child.get("NOTE.ID") or child.get("NOTE.REF")
            label = walker.notes.label(identifier, child.get("NUMBERING"))
            _define(walker, child, sink, identifier, label, sink.unit.children)
        else:
            walker.dispatch(child, sink)
        walker.stray(child.tail, sink)


def _define(walker: Walker, element: Element, sink: Sink, identifier: str | None, label: str, into: list[Unit]) -> None:
    if not len(element) and not element.text:
        return
    holder = Sink(Unit("footnote", ""), sink.depth + 1, flat=sink.flat or sink.unit)
    text = walker.flat(element, holder)
    if text and walker.notes.define(identifier, text):
        key = walker.unique(join_key(walker.scope, f"fn_{label}"))
        into.append(Unit("footnote", key, number=label, text=text, quoted=walker.quoted))
    into.extend(holder.unit.children)  # notes inside notes


def oj_citation(walker: Walker, element: Element, sink: Sink) -> None:
    """REF.DOC.OJ: an Official Journal reference, remembered in canonical form."""
    reference = oj_reference(
        element.get("COLL"), element.get("NO.OJ"), element.get("DATE.PUB"), element.get("PAGE.FIRST")
    )
    if reference:
        walker.references[reference] = None
    walker.mixed(element, sink)


def uri_citation(walker: Walker, element: Element, sink: Sink) -> None:
    """REF.DOC and LINK: an ELI, where the address is one."""
    uri = element.get("URI") or ""
    if "/eli/" in uri:  # its NO.DOC lacks the year, so the OJ reference is left to the text
        walker.references[uri] = None
    walker.mixed(element, sink)


def included_element(walker: Walker, element: Element, sink: Sink) -> None:
    """An image leaves a mark beside the words it shows; another FORMEX document is read in place."""
    name = element.get("FILEREF") or ""
    if element.get("TYPE") == "FORMEX.DOC":
        _included_document(walker, name, sink)
    else:
        sink.pieces.append("[formula]" if element.get("CONTENT") == "FORMULA" else "[image]")
    if len(element):
        block(walker, element, sink)


def _included_document(walker: Walker, name: str, sink: Sink) -> None:
    document = walker.included.pop(name, None)
    if document is None:
        walker.missing.append(name)
        sink.pieces.append("[document]")
    else:
        walker.dispatch(document, sink)


def processing_instruction(walker: Walker, element: Element, sink: Sink) -> None:
    """CLG.MDFO and CLG.MDFC enclose a passage that an amending act changed; page marks say nothing."""
    target = getattr(element, "target", "")
    if target == "CLG.MDFO":
        walker.passages.begin(dict(_ATTRIBUTE.findall(element.text or "")), sink)
    elif target == "CLG.MDFC":
        walker.passages.end(dict(_ATTRIBUTE.findall(element.text or "")), sink)


def keywords(walker: Walker, element: Element, sink: Sink) -> None:
    """INDEX of a court decision: keywords in a row, with the separators that its attributes print."""
    separator = element.get("SEPARATOR") or " – "
    words = [walker.line(child, sink) for child in element.iterchildren(etree.Element)]
    sink.end_block()
    walker.stray(element.text, sink)
    for child in element:
        walker.stray(child.tail, sink)
    sink.end_block()
    sink.write((element.get("IDX.OPEN") or "") + separator.join(words) + (element.get("IDX.CLOSE") or ""))


HANDLERS: dict[object, Handler] = {
    "HT": highlighted,
    "FT": formatted,
    "QUOT.START": quotation_mark,
    "QUOT.END": quotation_mark,
    "NOTE": note,
    "GR.NOTES": note_group,
    "REF.DOC.OJ": oj_citation,
    "REF.DOC": uri_citation,
    "LINK": uri_citation,
    "INCL.ELEMENT": included_element,
    "INDEX": keywords,
    etree.PI: processing_instruction,
    **dict.fromkeys(
        ("DATE", "LV", "IE", "ADDRESS", "FMT.VALUE", "NO.CASE", "NAME.CASE", "NO.ECLI", "NO.CELEX", "REF.DOC.ECR",
         "REF.NP.ECR", "REF.CASE", "REF.CONSLEG", "NO.DOC", "NO.CURRENT", "YEAR", "COM", "NO.OJ", "COLL", "TERM",
         "REF.DOC.SE", "REF.ECR", "REF.ECR.DOC", "REF.BIB.RECORD", "ACRONYM", "ABBREV", "NO.DOC.TXT", "REF.ONP"),
        inline,
    ),
}  # fmt: skip
