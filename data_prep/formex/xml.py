"""Bytes to an XML tree without surprises: no network, no DTD, no entities, bounded depth.

`huge_tree` stays off on purpose: libxml2 then refuses a nesting deeper than 256 and a text node longer than
10 MB, limits that no real act comes near and that hostile input hits first. The size of a file as a whole
is not limited by it.
"""

from __future__ import annotations

import re

from lxml import etree

_DOCTYPE = re.compile(rb"<!DOCTYPE\b")
_HEAD = 4096


class Malformed(Exception):
    """A file that cannot become an act.

    Args:
        reason: what is wrong with it.
        place: where in the file, `line 12, column 5`, or an empty string.
    """

    def __init__(self, reason: str, place: str = ""):
        self.reason, self.place = reason, place
        super().__init__(f"{place}: {reason}" if place else reason)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )


def parse_xml(data: bytes) -> etree._Element:
    """The root element of an XML document.

    Raises:
        Malformed: the document is empty, not well-formed, or carries a DOCTYPE (no FORMEX file has one).
    """
    if not data.strip():
        raise Malformed("the file is empty")
    if _DOCTYPE.search(data, 0, _HEAD):
        raise Malformed("it carries a DOCTYPE, which FORMEX does not use and which may define entities")
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise Malformed(f"not well-formed XML: {error.msg}", f"line {line}, column {column}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Malformed("it carries a DOCTYPE, which FORMEX does not use and which may define entities")
    return root
