"""One pass over a FORMEX tree: every element goes to the handler of its tag, text collects in the unit it belongs to.

A handler is `handler(walker, element, sink)`. It reads the element, not its tail: `Walker.mixed` appends the
tail, so that no handler can lose the rest of a sentence. An element without a handler keeps its text and is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from lxml import etree

from data_prep.formex.acts import Unit, UnitKind
from data_prep.formex.amendments import Passages
from data_prep.formex.notes import NoteNumbers
from data_prep.formex.sink import Sink, join_key
from data_prep.formex.xml import Malformed

Element: TypeAlias = etree._Element
Handler: TypeAlias = Callable[["Walker", Element, Sink], None]

_NEIGHBOURS = 8  # siblings on either side that tell whether an unknown element stands among text
MAX_UNIT_DEPTH = 60  # JSON writers stop at 254 levels, two of which make one level of units


def squeeze(text: str) -> str:
    """The text with every run of white space, no-break spaces included, made one space."""
    return " ".join(text.split())


def first_child(element: Element, tag: str) -> Element | None:
    """The first child of that name, which most often is the first child of all."""
    if len(element) and element[0].tag == tag:
        return element[0]
    return next(element.iterchildren(tag), None)


class Walker:
    """The state of reading one act: handlers, keys, footnote numbers, and what is found on the way.

    Args:
        handlers: tag -> handler.
        included: file name -> root of a FORMEX document that an INCL.ELEMENT may pull in.
    """

    def __init__(self, handlers: Mapping[object, Handler], included: Mapping[str, Element] | None = None):
        self.handlers = handlers
        self.included = dict(included or {})
        self.notes = NoteNumbers()
        self.references: dict[str, None] = {}
        self.passages = Passages()
        self.unknown: dict[str, int] = {}
        self.missing: list[str] = []  # included documents that are not there
        self.scope = ""  # prefix of the keys of articles, recitals and numbered paragraphs
        self.quoted = False
        self.quotes = False  # whether any text has been quoted
        self._keys: dict[str, int] = {}

    def dispatch(self, element: Element, sink: Sink) -> None:
        """Hand one element to its handler."""
        self.handlers.get(element.tag, unknown_element)(self, element, sink)

    def mixed(self, element: Element, sink: Sink) -> None:
        """Read an element's content in order: its text, each child, and each child's tail."""
        pieces, handlers = sink.pieces, self.handlers
        text = element.text
        if text:
            pieces.append(text)
        for child in element:
            handlers.get(child.tag, unknown_element)(self, child, sink)
            text = child.tail
            if text:
                pieces.append(text)

    def stray(self, text: str | None, sink: Sink) -> None:
        """Keep text that stands where only elements should."""
        if text and not text.isspace():
            sink.pieces.append(f" {text} ")

    def flat(self, element: Element, sink: Sink) -> str:
        """The element's text as lines, however it is structured; its footnotes are hung on the sink's unit."""
        text = element.text
        if not len(element):
            return " ".join(text.split()) if text else ""
        if text is None and len(element) == 1 and (only := element[0]).tag == "P" and not len(only) and not only.tail:
            return squeeze(only.text or "")  # the usual cell, number or heading
        inner = Sink(Unit("text", ""), sink.depth + 1, flat=sink.flat or sink.unit)
        self.mixed(element, inner)
        inner.close()
        unit = inner.unit
        if not unit.children:
            return unit.text
        lines: list[str] = []
        _flatten(unit, lines, sink.unit.children)
        return "\n".join(lines)

    def line(self, element: Element, sink: Sink) -> str:
        """Like `flat`, on one line."""
        return self.flat(element, sink).replace("\n", " ")

    def open(self, sink: Sink, kind: UnitKind, part: str, *, base: str | None = None) -> Sink:
        """Start a child unit and return its sink.

        Args:
            sink: of the parent; its open line ends here.
            kind: of the new unit.
            part: the last part of its key.
            base: path that the key hangs under; the parent's by default.

        Raises:
            Malformed: units are nested deeper than an act can be written.
        """
        sink.held = 0
        sink.close()
        sink.structured = True
        if sink.depth >= MAX_UNIT_DEPTH:
            raise Malformed(f"units nested deeper than {MAX_UNIT_DEPTH} levels")
        key = "" if sink.flat else self._key(sink, part, base)
        unit = Unit(kind, key, quoted=self.quoted)
        sink.unit.children.append(unit)
        return Sink(unit, sink.depth + 1, flat=sink.flat)

    def _key(self, sink: Sink, part: str, base: str | None) -> str:
        if base is not None:
            return self.unique(join_key(base, part))
        if sink.short is not None:
            key = join_key(sink.short, part)
            if key not in self._keys:
                return self.unique(key)
        return self.unique(join_key(sink.unit.key, part))

    def taken(self, part: str) -> bool:
        """Whether the current scope has that key already."""
        return join_key(self.scope, part) in self._keys

    def unique(self, key: str) -> str:
        """The key itself, or with `~2`, `~3` ... where the source repeats it."""
        repeats = self._keys.get(key, 0) + 1
        self._keys[key] = repeats
        return key if repeats == 1 else self.unique(f"{key}~{repeats}")


def _flatten(unit: Unit, lines: list[str], notes: list[Unit]) -> None:
    """Append a temporary unit's lines, and its footnotes to `notes`."""
    first = " ".join(part for part in (unit.number, unit.heading) if part)
    if unit.text:
        first = f"{first} {unit.text}" if first else unit.text
    if first:
        lines.append(first)
    lines.extend(" | ".join(cell.replace("\n", " ") for cell in row) for row in unit.rows)
    for child in unit.children:
        if child.kind == "footnote":
            notes.append(child)
        else:
            _flatten(child, lines, notes)


def block(walker: Walker, element: Element, sink: Sink) -> None:
    """A paragraph or a container: its text never runs into what stands before or after it."""
    if sink.pieces:
        sink.end_block()
    if len(element):
        walker.mixed(element, sink)
    elif element.text:
        sink.pieces.append(element.text)
    if sink.pieces:
        sink.end_block()


def inline(walker: Walker, element: Element, sink: Sink) -> None:
    """A run of text inside a line."""
    walker.mixed(element, sink)


def drop(_walker: Walker, _element: Element, _sink: Sink) -> None:
    """Metadata, tables of contents and page headers: not part of the text."""


def unknown_element(walker: Walker, element: Element, sink: Sink) -> None:
    """No handler: keep the text, count the element; inline where it stands among text, else a block."""
    tag = str(element.tag)
    walker.unknown[tag] = walker.unknown.get(tag, 0) + 1
    (inline if _among_text(element) else block)(walker, element, sink)


def _among_text(element: Element) -> bool:
    """Whether text of its parent stands near an element; to look at all its siblings would take quadratic time."""
    before, after = element, element
    for _ in range(_NEIGHBOURS):
        if _says(after.tail):
            return True
        following = after.getnext()
        if following is None:
            break
        after = following
    for _ in range(_NEIGHBOURS):
        preceding = before.getprevious()
        if preceding is None:
            parent = before.getparent()
            return parent is not None and _says(parent.text)
        if _says(preceding.tail):
            return True
        before = preceding
    return False


def _says(text: str | None) -> bool:
    return text is not None and not text.isspace() and text != ""
