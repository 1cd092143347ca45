"""The words of a FORMEX file by category, read from the XML alone: what the audit holds the parser's output against.

Nothing here is shared with the parser. The file is read with the standard library's expat, and the rules are those
of the printed page: what is metadata, what stands inside a line, how digits are grouped, that a note is cut out of
its sentence. Text comes in **flows**: stretches of one category that nothing of another category interrupts.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

STRETCH = 5  # words that count as text given twice where they are rendered more often than the source has them
Gram: TypeAlias = tuple[str, ...]

CATEGORIES = (
    "article", "recital", "table", "footnote", "annex", "quoted text", "corrigendum", "case law", "other",
)  # fmt: skip

_OPENS = {
    "NOTE": "footnote", "TBL": "table", "QUOT.S": "quoted text", "CONSID": "recital", "ARTICLE": "article",
    "ANNEX": "annex", "CONS.ANNEX": "annex",
}  # fmt: skip
_WITHIN_ALL = frozenset({"footnote", "table", "quoted text"})  # count as such wherever they stand
_WHOLE = frozenset({"quoted text", "corrigendum", "case law", "footnote", "table"})  # an article in them is theirs
_COURT = re.compile(r"JUDGMENT|ORDER|OPINION|RULING|CONCLUSION|CJT|CASE|ECR|REPORT\.HEARING|SUMMARY")
_LEFT_OUT = re.compile(r"BIB\..*|FAM\.COMP|INFO\.(?:CONSLEG|PROD)|TOC|CURR\.TITLE")
_IN_LINE = frozenset(
    {"HT", "FT", "DATE", "REF.DOC.OJ", "REF.DOC", "LINK", "LV", "IND", "OVERLINE", "FMT.VALUE", "REF.DOC.ECR",
     "REF.NP.ECR", "NO.CASE", "NAME.CASE", "NO.ECLI", "IE", "ADDRESS", "EXPONENT", "NO.DOC", "NO.CURRENT", "YEAR",
     "COM", "NO.OJ", "COLL"}
)  # fmt: skip
QUOTATION_MARKS = frozenset("\"'‘’“”„«»‚‛‹›")
_WORD = re.compile(r"[^\W_]+")


@dataclass
class SourceText:
    """What one file says.

    Attributes:
        flows: category -> flows, each a list of words in lower case.
        repeats: stretches of `STRETCH` words that a table span allows to be repeated, with how often.
        marks: quotation marks, as characters; those of QUOT.START and QUOT.END and those written out.
        joints: every two neighbouring words written as one: what a glued word looks like.
    """

    flows: dict[str, list[list[str]]] = field(default_factory=dict)
    repeats: Counter[Gram] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    joints: set[str] = field(default_factory=set)


def words(text: str) -> list[str]:
    """The words of a text in lower case: letters and digits between anything else."""
    return _WORD.findall(text.casefold())


def ngrams(flow: list[str], size: int) -> Iterator[Gram]:
    """Every `size` neighbouring words of a flow."""
    return zip(*(flow[start:] for start in range(size)), strict=False)


def read_source(data: bytes) -> SourceText | None:
    """The text of a FORMEX file, or None for a manifest (`.doc.xml`), which has none.

    Raises:
        ET.ParseError: the file is not well-formed.
    """
    root = ET.fromstring(data)  # noqa: S314  # expat expands no entities here: the parser has refused DOCTYPEs
    if root.tag in ("DOC", "PUBLICATION"):
        return None
    reader = _Reader()
    reader.read(root, _root_category(root.tag))
    return reader.result()


def _root_category(tag: str) -> str:
    return "corrigendum" if tag == "CORR" else "case law" if _COURT.match(tag) else "other"


class _Reader:
    """Collects pieces of text into flows while walking the tree."""

    def __init__(self) -> None:
        self.text = SourceText()
        self._pieces: list[str] = []
        self._flows: list[tuple[str, int, str]] = []
        self._notes: dict[str, str] = {}
        self._written: list[str] = []

    def read(self, element: ET.Element, category: str) -> None:
        """Read a block that starts a flow of its own."""
        outer, self._pieces = self._pieces, []
        self._content(element, category)
        self._end_flow(category)
        self._pieces = outer

    def _end_flow(self, category: str, copies: int = 1) -> None:
        self._flows.append((category, copies, "".join(self._pieces)))
        self._pieces = []

    def _content(self, element: ET.Element, category: str) -> None:
        self._pieces.append(_grouped(element))
        for child in element:
            self._child(child, category)
            self._pieces.append(child.tail or "")

    def _child(self, child: ET.Element, category: str) -> None:
        tag = child.tag
        if _LEFT_OUT.fullmatch(tag):
            return
        if tag == "NOTE":
            self._note(child)
        elif tag in ("QUOT.START", "QUOT.END"):
            self._pieces.append(chr(int(child.get("CODE") or "22", 16)))
        elif tag in ("CELL", "TI.BLK", "STI.BLK"):
            self._cell(child, category)
        elif (own := _category(tag, category)) != category:
            self._end_flow(category)
            self.read(child, own)
        else:
            edge = "" if tag in _IN_LINE else " "
            self._pieces.append(edge)
            self._content(child, category)
            self._pieces.append(edge)

    def _note(self, note: ET.Element) -> None:
        """A note is a flow of its own that does not interrupt the sentence; the same one given twice counts once."""
        identifier = note.get("NOTE.REF") or note.get("NOTE.ID")
        text = " ".join("".join(note.itertext()).split())
        if identifier and text and self._notes.get(identifier) == text:
            return
        if identifier and text:
            self._notes[identifier] = text
        self.read(note, "footnote")

    def _cell(self, cell: ET.Element, category: str) -> None:
        """A cell is a flow of its own, which print may repeat along its span."""
        self._end_flow(category)
        self._content(cell, category)
        self._end_flow(category, _span(cell))

    def result(self) -> SourceText:
        """The flows as words, with everything that is derived from them."""
        for category, copies, written in self._flows:
            self.text.marks.update(c for c in written if c in QUOTATION_MARKS)
            flow = words(written)
            if not flow:
                continue
            self.text.flows.setdefault(category, []).append(flow)
            self.text.joints.update(map("".join, pairwise(flow)))
            if copies > 1:
                for gram in ngrams(flow, STRETCH):
                    self.text.repeats[gram] += copies - 1
        return self.text


def _span(cell: ET.Element) -> int:
    """How many places of the grid a CELL or the heading of a block of rows covers."""

    def number(name: str) -> int:
        value = cell.get(name, "1")
        return max(1, int(value)) if value.isdigit() else 1

    return number("COLSPAN") * number("ROWSPAN") * max(1, number("COL.END") - number("COL.START") + 1)


def _category(tag: str, current: str) -> str:
    """The category of an element's text: the innermost one, but an article in a quotation is quoted text."""
    own = _OPENS.get(tag, current)
    return current if current in _WHOLE and own not in _WITHIN_ALL else own


def _grouped(element: ET.Element) -> str:
    """An element's own first text, with the digits of FT as print groups them."""
    text = element.text or ""
    if element.tag == "FT" and not len(element):
        if element.get("TYPE") == "NUMBER":
            return re.sub(r"\A\D*\d{4,}", lambda found: re.sub(r"(?<=\d)(?=(?:\d{3})+\Z)", " ", found[0]), text)
        if element.get("TYPE") == "CN" and text.strip().isdigit():
            code = text.strip()
            return " ".join([code[:4], *re.findall(r"\d\d?", code[4:])])
    return text
