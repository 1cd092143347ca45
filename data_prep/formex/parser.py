"""FORMEX trees to acts.

from data_prep.formex import parse_act
act = parse_act(Path("L_2016119EN.01000101.xml").read_bytes())
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from data_prep.formex import formula, inline, structure, tables
from data_prep.formex.acts import Act, Reject, Unit
from data_prep.formex.growing import LARGE_BYTES, SMALL_BYTES, GrowingTree, GrowingWalker, grow
from data_prep.formex.manifest import Manifest, read_manifest
from data_prep.formex.metadata import identify
from data_prep.formex.quotation import attribute
from data_prep.formex.reader import Publication, Skip, read_publications
from data_prep.formex.sink import Sink
from data_prep.formex.source import Entry
from data_prep.formex.walker import Element, Handler, Walker
from data_prep.formex.xml import Malformed, parse_xml

HANDLERS: Mapping[object, Handler] = {
    **inline.HANDLERS, **formula.HANDLERS, **tables.HANDLERS, **structure.HANDLERS,
}  # fmt: skip

Root: TypeAlias = Element | GrowingTree
_MARK = re.compile(r"\[\^[^\]]+\]")
_LANGUAGE_SAMPLE = 6000  # characters from which a court file's language is told


@dataclass
class Outcome:
    """What one publication gave; its files are all in one of three places.

    Attributes:
        acts: usually one; more where the act is broken and its annexes are not.
        rejects: files that could not be read, and files that are named but missing.
        files_used, files_rejected: together the number of its files.
        files_missing: named by the manifest or by an INCL.ELEMENT, but not there.
    """

    acts: list[Act] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    files_used: int = 0
    files_rejected: int = 0
    files_missing: int = 0


def parse_act(
    data: bytes, *, annexes: Sequence[bytes] = (), manifest: bytes | None = None, sources: Sequence[str] = ()
) -> Act:
    """One act from the bytes of its files.

    Args:
        data: the main file: ACT, CONS.ACT, CORR, JUDGMENT ...; or an ANNEX alone.
        annexes: the ANNEX files, in order.
        manifest: the .doc.xml, which tells the type of act.
        sources: names for `Act.sources`.

    Raises:
        Malformed: a file is not well-formed, not FORMEX, or has no text.
    """
    told = read_manifest(parse_xml(manifest)) if manifest is not None else None
    return build_act(parse_xml(data), [parse_xml(annex) for annex in annexes], told, sources=sources)[0]


def parse_paths(paths: Iterable[str | Path]) -> Iterator[Act | Reject]:
    """Every act and every reject of files, folders and zips, in a fixed order, in this process.

    Raises:
        UserError: a path does not exist.
    """
    for found in read_publications(paths):
        if isinstance(found, Reject):
            yield found
        elif not isinstance(found, Skip):
            outcome = parse_publication(found)
            yield from chain(outcome.acts, outcome.rejects)


def parse_publication(publication: Publication) -> Outcome:
    """The act of one publication; a file that cannot be read is a reject and the rest goes on without it."""
    outcome = Outcome()
    roots: dict[str, Root] = {}
    pulled_in = {entry.name for _, entry in publication.included}
    large = sum(entry.size for entry in publication.entries) >= LARGE_BYTES
    for entry in publication.entries:
        if entry is not publication.manifest_entry:
            _read(entry, roots, outcome, growing=large and entry.size >= SMALL_BYTES and entry.name not in pulled_in)
    included = {name: root for name, e in publication.included if isinstance(root := roots.get(e.name), etree._Element)}
    annexes = [entry for entry in publication.annexes if entry.name in roots]
    if publication.main.name in roots:
        _build(publication.main, annexes, publication, roots, included, outcome)
    else:  # the annexes are worth having without their act
        for annex in annexes:
            _build(annex, [], publication, roots, included, outcome)
            included = {}
    for name in publication.missing:
        _missing(name, publication, outcome)
    outcome.files_rejected = len({r.file for r in outcome.rejects} & {e.name for e in publication.entries})
    outcome.files_used = len(publication.entries) - outcome.files_rejected
    return outcome


def _read(entry: Entry, roots: dict[str, Root], outcome: Outcome, *, growing: bool) -> None:
    try:
        roots[entry.name] = grow(entry) if growing else parse_xml(entry.read())
    except Malformed as error:
        outcome.rejects.append(Reject(entry.name, error.place, error.reason))


def _missing(name: str, publication: Publication, outcome: Outcome) -> None:
    owner = publication.manifest_entry or publication.main
    place = f"{owner.folder}/{name}" if owner.folder != "." else name
    outcome.rejects.append(Reject(place, "", f"{owner.file} names this file, but it is not there"))
    outcome.files_missing += 1


def _build(
    main: Entry,
    annexes: list[Entry],
    publication: Publication,
    roots: Mapping[str, Root],
    included: Mapping[str, Element],
    outcome: Outcome,
) -> None:
    sources = [entry.name for entry in (main, *annexes, *(e for _, e in publication.included)) if entry.name in roots]
    if publication.manifest_entry:
        sources.append(publication.manifest_entry.name)
    try:
        act, missing = build_act(
            roots[main.name], [roots[a.name] for a in annexes], publication.manifest, included, sources
        )
    except Malformed as error:
        files = [e.name for e in publication.entries if e.name in sources]
        outcome.rejects.extend(Reject(file, error.place, error.reason) for file in files)
        return
    outcome.acts.append(act)
    for name in missing:
        _missing(name, publication, outcome)


def build_act(
    main: Root,
    annexes: Iterable[Root] = (),
    manifest: Manifest | None = None,
    included: Mapping[str, Element] | None = None,
    sources: Sequence[str] = (),
) -> tuple[Act, list[str]]:
    """An act from parsed trees, and the names of documents that it includes but that are not there.

    Raises:
        Malformed: the trees hold no text, or units are nested too deeply.
    """
    roots = [main, *annexes]
    large = any(isinstance(root, GrowingTree) for root in roots)
    walker = GrowingWalker(HANDLERS, included) if large else Walker(HANDLERS, included)
    try:
        units = _units(walker, roots)
    except RecursionError as error:
        raise Malformed("elements nested too deeply") from error
    title = _title(units)
    sample = _sample(units)
    if not sample:
        raise Malformed("the document has no text")
    identity = identify(main.root if isinstance(main, GrowingTree) else main, manifest, title, sample)
    act = Act(
        **asdict(identity),
        title=title,
        units=units,
        sources=list(sources),
        references=list(walker.references),
        amendments=walker.passages.amendments(),
        unknown_elements=dict(sorted(walker.unknown.items())),
    )
    if walker.quotes:
        attribute(act)
    return act, walker.missing


def _units(walker: Walker, roots: Iterable[Root]) -> list[Unit]:
    """The units of an act's files, in order."""
    sink = Sink(Unit("text", ""), structured=True)
    for root in roots:
        walker.notes.new_file()
        if isinstance(root, GrowingTree):
            root.read(walker, sink)
        else:
            walker.dispatch(root, sink)
    for leftover in list(walker.included.values()):  # nobody pulled it in: it is an annex of its own
        walker.dispatch(leftover, sink)
    sink.close()
    return sink.unit.children


def _title(units: list[Unit]) -> str:
    """The act's title on one line without footnote marks; of an annex alone, its number and heading."""
    first = next((unit for unit in units if unit.kind == "title"), units[0] if units else Unit("text", ""))
    text = first.text if first.kind == "title" else " ".join(p for p in (first.number, first.heading) if p)
    return " ".join(_MARK.sub("", text).split())


def _sample(units: list[Unit]) -> str:
    """The first few thousand characters of text."""
    parts: list[str] = []
    length = 0
    for unit in chain.from_iterable(unit.walk() for unit in units):
        text = unit.text or unit.heading or " ".join(chain.from_iterable(unit.rows))
        if text:
            parts.append(text)
            length += len(text)
        if length > _LANGUAGE_SAMPLE:
            break
    return " ".join(parts)
