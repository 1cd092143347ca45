"""What makes the tree of units: articles and paragraphs, recitals, lists, divisions, annexes, quoted structures."""

from __future__ import annotations

from lxml import etree

from data_prep.formex import keys
from data_prep.formex.sink import Sink
from data_prep.formex.walker import Element, Handler, Walker, block, drop, first_child, squeeze

_DASHES = {"DASH": "—", "NDASH": "–"}
_HEADED = frozenset({"part", "title_division", "chapter", "section", "division", "annex"})


def _text(element: Element | None) -> str:
    """Bare text for deriving a key; what is printed goes through the walker."""
    if element is None:
        return ""
    return "".join(map(str, element.itertext("*"))) if len(element) else element.text or ""


def _heading_line(element: Element) -> str:
    """Bare text of the first line of an element's TITLE: the line with its number."""
    ti = element.find("TITLE/TI")
    first = ti.find("P") if ti is not None else None
    return _text(first if first is not None else ti)


def article(walker: Walker, element: Element, sink: Sink) -> None:
    """ARTICLE: keyed by IDENTIFIER, which is the same in every language, and never by its division."""
    printed = "" if element.get("IDENTIFIER") else _text(element.find("TI.ART"))
    part = keys.article_part(element.get("IDENTIFIER"), printed, sink.ordinal("art"))
    if walker.taken(part):  # the source repeats an IDENTIFIER: `Article 2 bis` marked 002 like `Article 2`
        part = keys.repeated_article_part(part, _text(element.find("TI.ART")))
    inner = walker.open(sink, "article", part, base=walker.scope)
    _subparagraphs(walker, element, inner)


def paragraph(walker: Walker, element: Element, sink: Sink) -> None:
    """PARAG of an article."""
    printed = "" if element.get("IDENTIFIER") else _text(element.find("NO.PARAG"))
    part = keys.paragraph_part(element.get("IDENTIFIER"), printed, sink.ordinal("par"))
    _subparagraphs(walker, element, walker.open(sink, "paragraph", part))


def _subparagraphs(walker: Walker, element: Element, inner: Sink) -> None:
    """Several ALINEA are subparagraphs; a single one is the unit's own text."""
    inner.split = sum(1 for _ in element.iterchildren("ALINEA")) > 1
    walker.mixed(element, inner)
    inner.close()


def subparagraph(walker: Walker, element: Element, sink: Sink) -> None:
    """ALINEA; the points below it are cited without it, as law does, unless that would be ambiguous."""
    if not sink.split:
        block(walker, element, sink)
        return
    inner = walker.open(sink, "subparagraph", f"sub_{sink.ordinal('sub')}")
    inner.short = sink.unit.key
    walker.mixed(element, inner)
    inner.close()


def number(walker: Walker, element: Element, sink: Sink) -> None:
    """TI.ART, NO.PARAG, NO.P, NO.GR.SEQ, PREFIX: the unit's printed number."""
    printed = walker.line(element, sink)
    if sink.unit.number is None and not sink.structured and not sink.has_text:
        sink.unit.number = printed or None
    elif printed:
        sink.pieces.append(f" {printed} ")


def heading(walker: Walker, element: Element, sink: Sink) -> None:
    """STI.ART: the unit's heading; a second one is text."""
    printed = walker.line(element, sink)
    if sink.unit.heading is None:
        sink.unit.heading = printed or None
    elif printed:
        sink.end_block()
        sink.write(printed)


def title(walker: Walker, element: Element, sink: Sink) -> None:
    """TITLE: number and heading of a division or an annex, the act's title at the top, text elsewhere."""
    unit = sink.unit
    if not unit.key and not sink.flat:
        inner = walker.open(sink, "title", "title")
        walker.mixed(element, inner)
        inner.close()
    elif unit.kind in _HEADED and unit.number is None and unit.heading is None:
        unit.number, unit.heading = _number_and_heading(walker, element, sink)
    else:
        block(walker, element, sink)


def _number_and_heading(walker: Walker, element: Element, sink: Sink) -> tuple[str | None, str | None]:
    """TI is the number and STI the heading; a numbered paragraph or a lone text in TI of a GR.SEQ is a heading."""
    ti, sti = element.find("TI"), element.find("STI")
    rest = [walker.line(child, sink) for child in element.iterchildren(etree.Element) if child not in (ti, sti)]
    rest += _strays(element)
    for mark in element.iterchildren(etree.PI):
        walker.dispatch(mark, sink)
    numbered = ti.find("NP") if ti is not None else None
    plain = ti is not None and numbered is not None and not [*_strays(ti), *_strays(numbered)]
    if plain and ti is not None and numbered is not None and len(ti) == 1 and numbered[0].tag == "NO.P":
        printed = walker.line(numbered[0], sink)
        below = [walker.line(child, sink) for child in list(numbered)[1:]]
    else:
        printed, _, after = (walker.flat(ti, sink) if ti is not None else "").partition("\n")
        below = [after.replace("\n", " ")]
        if sink.unit.kind == "division" and not any([*below, sti is not None]):
            printed, below = "", [printed]
    below.append(walker.line(sti, sink) if sti is not None else "")
    return printed or None, " ".join(part for part in [*below, *rest] if part) or None


def _strays(element: Element) -> list[str]:
    """Text right inside an element that should hold elements only."""
    texts = [element.text, *(child.tail for child in element)]
    return [squeeze(text) for text in texts if text and not text.isspace()]


def division(walker: Walker, element: Element, sink: Sink) -> None:
    """DIVISION: its kind is only in the words of its heading."""
    found = keys.division(_heading_line(element), sink.ordinal("div"))
    inner = walker.open(sink, found.kind, found.part, base=None if sink.unit.kind in _HEADED else walker.scope)
    walker.mixed(element, inner)
    inner.close()


def sequence(walker: Walker, element: Element, sink: Sink) -> None:
    """GR.SEQ, SUBDIV and the like: a division where it has a heading or a number, else nothing but its content."""
    printed = element.find("NO.GR.SEQ")
    if printed is None:
        printed = element.find("TITLE/TI/NP/NO.P")
    if printed is None and element.find("TITLE") is None:
        block(walker, element, sink)
        return
    position = sink.ordinal("div")
    part = keys.point_part(_text(printed), None, position).replace("pt_", "div_", 1) if printed is not None else None
    inner = walker.open(sink, "division", part or f"div_{position}")
    walker.mixed(element, inner)
    inner.close()


def annex(walker: Walker, element: Element, sink: Sink) -> None:
    """ANNEX and CONS.ANNEX, nested or not; articles and recitals inside are keyed below it."""
    base = sink.unit.key if sink.unit.kind == "annex" else walker.scope
    inner = walker.open(sink, "annex", keys.annex_part(_heading_line(element)), base=base)
    outer, walker.scope = walker.scope, inner.unit.key
    walker.mixed(element, inner)
    inner.close()
    walker.scope = outer


def quoted(walker: Walker, element: Element, sink: Sink) -> None:
    """QUOT.S: text of another act that this one inserts; its articles are keyed below the quoting passage."""
    before = (walker.scope, walker.quoted)
    walker.quoted = walker.quotes = True
    inner = walker.open(sink, "quoted", f"quo_{sink.ordinal('quo')}")
    walker.scope = inner.unit.key
    _subparagraphs(walker, element, inner)
    walker.scope, walker.quoted = before


def preamble(walker: Walker, element: Element, sink: Sink) -> None:
    """PREAMBLE, left out where a consolidated text has emptied it."""
    inner = walker.open(sink, "preamble", "pbl", base=walker.scope)
    walker.mixed(element, inner)
    inner.close()
    if not inner.unit.children and not inner.unit.text:
        sink.unit.children.pop()


def citation(walker: Walker, element: Element, sink: Sink) -> None:
    """VISA: a legal basis or a step of the procedure."""
    inner = walker.open(sink, "citation", f"cit_{sink.ordinal('cit')}", base=walker.scope)
    walker.mixed(element, inner)
    inner.close()


def recital(walker: Walker, element: Element, sink: Sink) -> None:
    """CONSID: numbered in the file since the 1990s, by position before."""
    position = sink.ordinal("rec")
    numbered = first_child(element, "NP")
    printed = _text(first_child(numbered, "NO.P")) if numbered is not None else ""
    part = keys.point_part(printed, None, position).replace("pt_", "rec_", 1)
    inner = walker.open(sink, "recital", part, base=walker.scope)
    _merge_np(walker, element, inner, numbered)


def court_paragraph(walker: Walker, element: Element, sink: Sink) -> None:
    """NP.ECR: a numbered paragraph of a judgment, cited by its number alone."""
    identifier = (element.get("IDENTIFIER") or "").removeprefix("NP")
    position = sink.ordinal("par")
    part = keys.paragraph_part(f".{identifier}", _text(first_child(element, "NO.P")), position)
    inner = walker.open(sink, "paragraph", part, base=walker.scope)
    walker.mixed(element, inner)
    inner.close()


def numbered_paragraph(walker: Walker, element: Element, sink: Sink) -> None:
    """NP outside a list: a point."""
    part = keys.point_part(_text(first_child(element, "NO.P")), None, sink.ordinal("pt"))
    inner = walker.open(sink, "point", part)
    walker.mixed(element, inner)
    inner.close()


def list_of_items(walker: Walker, element: Element, sink: Sink) -> None:
    """LIST: every ITEM a point; dashes, which the file leaves out, are written."""
    kind = element.get("TYPE")
    position = 0
    walker.stray(element.text, sink)
    for child in element:
        if child.tag == "ITEM":
            position += 1
            _item(walker, child, sink, kind, position)
        else:
            walker.dispatch(child, sink)
        walker.stray(child.tail, sink)


def item(walker: Walker, element: Element, sink: Sink) -> None:
    """ITEM outside a list, as quoted structures have it."""
    _item(walker, element, sink, None, sink.ordinal("pt"))


def _item(walker: Walker, element: Element, sink: Sink, kind: str | None, position: int) -> None:
    numbered = first_child(element, "NP")
    printed = first_child(numbered, "NO.P") if numbered is not None else None
    part = keys.point_part(_text(printed), kind, position) if printed is not None else f"ind_{sink.ordinal('ind')}"
    inner = walker.open(sink, "point", part)
    if printed is None:
        inner.unit.number = _DASHES.get(kind or "")
    _merge_np(walker, element, inner, numbered)


def _merge_np(walker: Walker, element: Element, inner: Sink, numbered: Element | None) -> None:
    """Read a CONSID or an ITEM, its first NP being the unit itself and not a point below it."""
    if element.text:
        inner.pieces.append(element.text)
    for child in element:
        if child is numbered:
            walker.mixed(child, inner)
        else:
            walker.dispatch(child, inner)
        if child.tail:
            inner.pieces.append(child.tail)
    inner.close()


def definition_item(walker: Walker, element: Element, sink: Sink) -> None:
    """DLIST.ITEM: `term: definition`, with the separator that the DLIST's attribute prints."""
    parent = element.getparent()
    separator = (parent.get("SEPARATOR") if parent is not None else None) or ""
    prefix = first_child(element, "PREFIX")
    part = (
        keys.point_part(_text(prefix), None, sink.ordinal("pt")) if prefix is not None else f"def_{sink.ordinal('def')}"
    )
    inner = walker.open(sink, "point", part)
    walker.stray(element.text, inner)
    for child in element:
        if child.tag == "TERM":
            term = walker.line(child, inner)
            inner.end_block()
            inner.pieces.append(f"{term}{'' if separator == ':' else ' '}{separator} ")
            inner.held = len(inner.pieces)
        else:
            walker.dispatch(child, inner)
        walker.stray(child.tail, inner)
    inner.held = 0
    inner.close()


def correction(walker: Walker, element: Element, sink: Sink) -> None:
    """CORRECTION of a corrigendum: where, the old text, the new text."""
    inner = walker.open(sink, "division", f"corr_{sink.ordinal('corr')}", base=walker.scope)
    walker.mixed(element, inner)
    inner.close()


def operative_part(walker: Walker, element: Element, sink: Sink) -> None:
    """JURISDICTION: what the court rules."""
    inner = walker.open(sink, "division", "jur", base=walker.scope)
    walker.mixed(element, inner)
    inner.close()


def final(walker: Walker, element: Element, sink: Sink) -> None:
    """FINAL: the closing formula, then the signatures."""
    inner = walker.open(sink, "text", "fin", base=walker.scope)
    walker.mixed(element, inner)
    inner.close()


def signature(walker: Walker, element: Element, sink: Sink) -> None:
    """SIGNATURE: place and date, who signed."""
    inner = walker.open(sink, "signature", "sig", base=walker.scope)
    walker.mixed(element, inner)
    inner.close()


HANDLERS: dict[object, Handler] = {
    "ARTICLE": article,
    "PARAG": paragraph,
    "ALINEA": subparagraph,
    "TI.ART": number,
    "NO.PARAG": number,
    "NO.P": number,
    "NO.GR.SEQ": number,
    "PREFIX": number,
    "STI.ART": heading,
    "DESCRIPTION": heading,
    "TITLE": title,
    "DIVISION": division,
    "GR.SEQ": sequence,
    "SUBDIV": sequence,
    "ANNEX": annex,
    "CONS.ANNEX": annex,
    "QUOT.S": quoted,
    "PREAMBLE": preamble,
    "PREAMBLE.GEN": preamble,
    "VISA": citation,
    "CONSID": recital,
    "NP.ECR": court_paragraph,
    "NP": numbered_paragraph,
    "LIST": list_of_items,
    "ITEM": item,
    "DLIST.ITEM": definition_item,
    "CORRECTION": correction,
    "JURISDICTION": operative_part,
    "FINAL": final,
    "SIGNATURE": signature,
    "SIGNATURE.CASE": signature,
    **dict.fromkeys(
        ("BIB.INSTANCE", "BIB.INSTANCE.CONS", "BIB.DATA", "BIB.JUDGMENT", "BIB.ORDER", "BIB.OPINION", "FAM.COMP",
         "BIB.CASE", "BIB.CONCLUSION", "BIB.RULING", "INFO.CONSLEG", "INFO.PROD", "CURR.TITLE", "TOC", "LOC.NOTES"),
        drop,
    ),
    **dict.fromkeys(
        ("P", "TXT", "TI", "STI", "ACT", "CONS.ACT", "CONS.DOC", "CORR", "JUDGMENT", "ORDER", "OPINION", "CONTENTS",
         "CONTENTS.CORR", "CONTENTS.JUDGMENT", "CONTENTS.ORDER", "CONTENTS.OPINION", "ENACTING.TERMS", "GENERAL",
         "ENACTING.TERMS.CJT", "PREAMBLE.INIT", "PREAMBLE.FINAL", "GR.VISA", "GR.VISA.INIT", "GR.CONSID",
         "GR.CONSID.INIT", "PL.DATE", "SIGNATORY", "DLIST", "DEFINITION", "OLD.CORR", "NEW.CORR", "GR.ANNOTATION",
         "ANNOTATION", "IMG.CNT", "CAPTION", "PARTIES", "PLAINTIFS", "AGAINST", "DEFENDANTS", "PARTY.STATUS",
         "JUDGMENT.INIT", "ORDER.INIT", "OPINION.INIT", "INTERMEDIATE", "INTRO", "PROLOG", "AGR", "LETTER", "DECISION",
         "PROP", "COMPETITION", "CONCLUSION", "NO.DOC.C", "TITLE.LSEU", "CONTENTS.CONCLUSION", "CONTENTS.RULING",
         "CONTENTS.CJT", "CONTENTS.LSEU", "LSEU", "CJT", "RULING", "CASE", "ECR", "ECR.GENERAL", "DECISION.ECR",
         "CORRIGENDUM.ECR", "JUDGMENT.NP", "ORDER.NP", "REPORT.HEARING", "SUMMARY.JUDGMENT", "SUMMARY.PDF",
         "APPEAL.TABLE", "CHRON.TABLE", "CHRON.TABLE.NP", "CONS.LIST", "CONS.OTH", "ENV.BIBLIO", "FRAGMENT",
         "ITEM.PART", "OBSOLETE"),
        block,
    ),
}  # fmt: skip
