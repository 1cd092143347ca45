"""Large files, read as a tree that grows ahead of the walker and is cut down behind it.

A tree takes eight times the size of its file in memory. The files of a publication of `LARGE_BYTES` and more, except
those below `SMALL_BYTES`, are therefore parsed in pieces: the containers of an act (its divisions, annexes, groups)
are entered as soon as their heading is there, and what has been read is removed. Everything below them, an article or
a table, is whole when a handler sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, TypeAlias, TypeVar, cast

from lxml import etree

from data_prep.formex.sink import Sink
from data_prep.formex.source import MAX_FILE_BYTES, Entry, read_faults, too_large
from data_prep.formex.walker import Element, Walker, drop, unknown_element
from data_prep.formex.xml import Malformed, decode_head, malformed, refuse_doctype, root_name, xml_options

LARGE_BYTES = 16 << 20
SMALL_BYTES = 1 << 20
_PIECE = 1 << 18
# what stands at the head of a container, which must be there before its handler starts
_HEAD = frozenset({"TITLE", "NO.GR.SEQ", "FAM.COMP", "TOC", "CURR.TITLE", etree.PI, etree.Comment})
_METADATA = ("BIB.", "INFO.")
CONTAINERS = frozenset(
    {"ACT", "CONS.ACT", "CONS.DOC", "ENACTING.TERMS", "DIVISION", "ANNEX", "CONS.ANNEX", "CONTENTS", "GR.SEQ",
     "GR.CONSID", "PREAMBLE", "JUDGMENT", "ORDER", "OPINION", "CONTENTS.JUDGMENT", "CONTENTS.ORDER",
     "CONTENTS.OPINION", "GENERAL", "CORR", "CONTENTS.CORR"}
)  # fmt: skip

T = TypeVar("T")
Opener: TypeAlias = Callable[[], BinaryIO]


class GrowingTree:
    """The tree of one large file, parsed as far as it has been asked for; `close` it after use.

    Args:
        open_file: gives the file's bytes from the beginning.

    Raises:
        Malformed: the file is not well-formed. It is read through once before anything else, so that no act is
            half made of a broken file.
    """

    def __init__(self, open_file: Opener):
        root = _check(open_file)
        self._file = open_file()
        self._parser = etree.XMLPullParser(events=("start",), tag=root, **xml_options())
        self._ended = False
        found = self._grow_until(lambda: next(iter(self._parser.read_events()), None))
        if found is None:
            raise Malformed(f"no root element {root}")
        self.root = cast(Element, found[1])

    def read(self, walker: Walker, sink: Sink) -> None:
        """Read the tree from its root with a GrowingWalker, and close the file."""
        assert isinstance(walker, GrowingWalker)
        walker.tree = self
        try:
            self.load(self.root)
            walker.dispatch(self.root, sink)
        finally:
            walker.tree = None
            self.close()

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def _grow_until(self, condition: Callable[[], T]) -> T:
        """Parse on until the condition gives something true or the file ends; what it gave last."""
        while not (found := condition()) and not self._ended:
            with read_faults():
                piece = self._file.read(_PIECE)
            if piece:
                self._parser.feed(piece)
            else:
                self._parser.close()
                self._ended = True
        return found

    def whole(self, element: Element) -> bool:
        """Whether an element has been parsed to its end: something stands after it or after what it stands in."""
        if self._ended:
            return True
        above: Element | None = element
        while above is not None:
            if above.getnext() is not None:
                return True
            above = above.getparent()
        return False

    def load(self, element: Element) -> None:
        """Parse an element to its end, or a container to the end of its head."""
        container = element.tag in CONTAINERS
        self._grow_until(lambda: (container and _has_content(element)) or self.whole(element))

    def first(self, parent: Element) -> Element | None:
        """The first child, loaded; None where there is none."""
        self._grow_until(lambda: len(parent) > 0 or self.whole(parent))
        return self._loaded(parent[0] if len(parent) else None)

    def next(self, child: Element, parent: Element) -> Element | None:
        """The sibling after a child that has been read to its end, loaded; None where there is none."""
        self._grow_until(lambda: child.getnext() is not None or self.whole(parent))
        return self._loaded(child.getnext())

    def _loaded(self, element: Element | None) -> Element | None:
        if element is not None:
            self.load(element)
        return element


def _has_content(container: Element) -> bool:
    """Whether a container has been parsed beyond its head."""
    tag = container[-1].tag if len(container) else etree.PI
    return tag not in _HEAD and not str(tag).startswith(_METADATA)


class GrowingWalker(Walker):
    """A walker over growing trees, one at a time; whole elements are read as ever."""

    tree: GrowingTree | None = None

    def mixed(self, element: Element, sink: Sink) -> None:
        """Read an element's content in order, as it comes, and remove what has been read and is not metadata."""
        tree = self.tree
        if tree is None or element.tag not in CONTAINERS or tree.whole(element):
            super().mixed(element, sink)
            return
        child = tree.first(element)
        sink.pieces.append(element.text or "")
        while child is not None:
            handler = self.handlers.get(child.tag, unknown_element)
            handler(self, child, sink)
            following = tree.next(child, element)
            sink.pieces.append(child.tail or "")
            if following is not None and handler is not drop and child.tag != "TITLE":
                element.remove(child)
            child = following


def grow(entry: Entry) -> GrowingTree:
    """The tree of a file or archive member, ready to be read.

    Raises:
        Malformed: it is too large or not well-formed.
    """
    if entry.size > MAX_FILE_BYTES:
        raise Malformed(too_large(entry.size))
    return GrowingTree(entry.open)


class _Nothing:
    """A parser target that keeps nothing."""

    def close(self) -> None:
        """Required of a target."""


def _check(open_file: Opener) -> str:
    """The name of the root element of a file that is well-formed; Malformed where it is not."""
    parser = etree.XMLParser(target=cast(Any, _Nothing()), **xml_options())
    try:
        with read_faults(), open_file() as file:
            head = piece = file.read(_PIECE)
            while piece:
                parser.feed(piece)
                piece = file.read(_PIECE)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise malformed(error) from error
    refuse_doctype(head)
    root = root_name(decode_head(head))
    if root is None:
        raise Malformed(f"no root element in its first {_PIECE:,} bytes")
    return root
