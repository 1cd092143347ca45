"""Bytes to an XML tree without surprises: no network, no DTD, no entities, bounded depth.

`huge_tree` stays off on purpose: libxml2 then refuses a nesting deeper than 256 and a text node longer than
10 MB, limits that no real act comes near and that hostile input hits first. The size of a file as a whole
is not limited by it.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

_DOCTYPE = re.compile(rb"<!DOCTYPE\b")
_HEAD = 4096
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_PROLOG = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?[^>]*>", re.DOTALL)


class Malformed(Exception):
    """A file that cannot become an act.

    Args:
        reason: what is wrong with it.
        place: where in the file, `line 12, column 5`, or an empty string.
    """

    def __init__(self, reason: str, place: str = ""):
        self.reason, self.place = reason, place
        super().__init__(f"{place}: {reason}" if place else reason)


def xml_options() -> dict[str, Any]:
    """The options of every parser of this room."""
    return {
        "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_comments": True,
    }  # fmt: skip


def malformed(error: etree.XMLSyntaxError) -> Malformed:
    """What a parser found wrong, for a person."""
    line, column = error.position
    return Malformed(f"not well-formed XML: {error.msg}", f"line {line}, column {column}")


def refuse_doctype(head: bytes) -> None:
    """Raise Malformed where the first bytes of a document carry a DOCTYPE."""
    if _DOCTYPE.search(head, 0, _HEAD):
        raise Malformed("it carries a DOCTYPE, which FORMEX does not use and which may define entities")


def parse_xml(data: bytes) -> etree._Element:
    """The root element of an XML document.

    Raises:
        Malformed: the document is empty, not well-formed, or carries a DOCTYPE (no FORMEX file has one).
    """
    if not data.strip():
        raise Malformed("the file is empty")
    refuse_doctype(data)
    try:
        root = etree.fromstring(data, etree.XMLParser(**xml_options()))
    except etree.XMLSyntaxError as error:
        raise malformed(error) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Malformed("it carries a DOCTYPE, which FORMEX does not use and which may define entities")
    return root


def decode_head(head: bytes) -> str:
    """The first bytes of a document as text, good enough to look for names in."""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return head.decode("utf-16" if wide else "utf-8-sig", errors="replace")


def root_name(head: str) -> str | None:
    """The name of the root element in the beginning of a document, or None where it does not come that far."""
    match = _ROOT.search(_PROLOG.sub("", head))
    return match[1] if match else None
