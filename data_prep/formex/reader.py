"""Files to publications: which file is an act, which are its annexes, what is not FORMEX at all.

The .doc.xml manifest decides. Where it is missing, an annex belongs to the act that names the same manifest
in DOCUMENT.REF and whose NO.SEQ its own continues (0009 -> 0009.0001). Where the files were renamed, the same
sequence numbers tell which is which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from data_prep.formex.acts import Reject
from data_prep.formex.manifest import Manifest, Part, read_manifest
from data_prep.formex.source import Entry, list_folders
from data_prep.formex.xml import Malformed, decode_head, parse_xml, root_name

_HEAD_BYTES = 4096
_FORMEX_ROOT = re.compile(r"[A-Z]+(\.[A-Z]+)*")
_NOT_ACTS = {
    "PUBLICATION": "table of contents of an Official Journal",
    "SE": "special edition volume",
    "VOLUME": "volume",
}
_REFERENCE = re.compile(r"<DOCUMENT\.REF\s+FILE=\"([^\"]+)\"")
_SEQUENCE = re.compile(r"<NO\.SEQ>\s*([\d.]+)\s*<")
_LANGUAGE = re.compile(r"<LG\.(?:OJ|DOC)>\s*(\w+)\s*<")
_INCLUDED = re.compile(r"<INCL\.ELEMENT\s[^>]*>")
_FILEREF = re.compile(r"FILEREF=\"([^\"]+)\"")


@dataclass(frozen=True)
class Skip:
    """A file that is not an act, with the reason; such files are counted, not errors."""

    file: str
    reason: str


@dataclass(frozen=True)
class Publication:
    """The files of one act in one language.

    Attributes:
        main: the act; or an annex that has lost its act.
        manifest: what the .doc.xml says, if there is one; `manifest_entry` is the file.
        annexes: in the manifest's order.
        included: documents that others pull in, by the name they use for it.
        missing: files that the manifest names and that are not there.
    """

    main: Entry
    manifest: Manifest | None = None
    manifest_entry: Entry | None = None
    annexes: tuple[Entry, ...] = ()
    included: tuple[tuple[str, Entry], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def entries(self) -> list[Entry]:
        """Every file of it, manifest included."""
        manifest = [self.manifest_entry] if self.manifest_entry else []
        return [self.main, *self.annexes, *(entry for _, entry in self.included), *manifest]


Found: TypeAlias = Publication | Reject | Skip


@dataclass(frozen=True)
class _Instance:
    """An act, annex or other text, by what its first bytes tell."""

    entry: Entry
    root: str
    reference: str | None = None
    sequence: str | None = None
    language: str | None = None
    includes: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The name of the manifest it refers to, without extensions; empty where it refers to none."""
        return (self.reference or "").split(".")[0]


class _Shelf:
    """The instances of one folder that no publication has taken yet, by name and by the manifest they refer to."""

    def __init__(self) -> None:
        self._by_name: dict[str, _Instance] = {}
        self._by_stem: dict[str, dict[str, _Instance]] = {}

    def put(self, instance: _Instance) -> None:
        """Add one."""
        self._by_name[instance.entry.file] = instance
        self._by_stem.setdefault(instance.stem, {})[instance.entry.file] = instance

    def take(self, name: str) -> _Instance | None:
        """Remove and return the one of that file name, or None."""
        found = self._by_name.pop(name, None)
        if found is not None:
            del self._by_stem[found.stem][name]
        return found

    def kin(self, stem: str) -> list[_Instance]:
        """Those whose reference to their manifest has that stem, in the order of their names."""
        return list(self._by_stem.get(stem, {}).values()) if stem else []

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[_Instance]:
        return iter(list(self._by_name.values()))


@dataclass(frozen=True, order=True)
class Position:
    """A place in the fixed order of the inputs: the folder, and the thing found in it, both from 0."""

    folder: int = 0
    item: int = 0


def read_publications(paths: Iterable[str | Path]) -> Iterator[Found]:
    """Every publication, reject and skipped file of the inputs, in a fixed order.

    Raises:
        UserError: an input does not exist.
    """
    return (found for _, found in read_from(paths, Position()))


def read_from(paths: Iterable[str | Path], start: Position) -> Iterator[tuple[Position, Found]]:
    """What `read_publications` gives from `start` on, each with the position that follows it.

    Folders before `start` are listed, but none of their files is opened.

    Raises:
        UserError: an input does not exist.
    """
    for number, listed in enumerate(list_folders(paths)):
        if number < start.folder:
            continue
        first = start.item if number == start.folder else 0
        group = [listed] if isinstance(listed, Reject) else _group(listed)
        for item, found in enumerate(islice(group, first, None), first + 1):
            yield Position(number, item), found


def _group(entries: list[Entry]) -> Iterator[Found]:
    """The publications among the files of one folder."""
    shelf = _Shelf()
    manifests: list[tuple[Entry, Manifest]] = []
    for entry in entries:
        found = _look(entry)
        if isinstance(found, _Instance):
            shelf.put(found)
        elif isinstance(found, Manifest):
            manifests.append((entry, found))
        else:
            yield found
    publications: list[Found] = []
    for entry, manifest in manifests:
        publications.extend(_of_manifest(entry, manifest, shelf))
    publications.extend(_without_manifest(shelf))
    yield from sorted(publications, key=lambda found: found.main.name if isinstance(found, Publication) else found.file)


def _look(entry: Entry) -> _Instance | Manifest | Reject | Skip:
    """What one file is, from its first bytes; a manifest is small and read whole."""
    if not entry.file.lower().endswith(".xml"):
        return Skip(entry.name, "not XML")
    try:
        head = decode_head(entry.read(_HEAD_BYTES))
        if not head.strip():
            return Reject(entry.name, "", "the file is empty")
        root = root_name(head)
        if root is None:
            return Reject(entry.name, "", f"no XML root element in its first {_HEAD_BYTES} bytes")
        if root in _NOT_ACTS:
            return Skip(entry.name, _NOT_ACTS[root])
        if not _FORMEX_ROOT.fullmatch(root):
            return Skip(entry.name, f"not FORMEX: root element {root.rpartition(':')[2].lower()}")
        return read_manifest(parse_xml(entry.read())) if root == "DOC" else _instance(entry, root, head)
    except Malformed as error:
        return Reject(entry.name, error.place, error.reason)


def _instance(entry: Entry, root: str, head: str) -> _Instance:
    reference, sequence, language = (p.search(head) for p in (_REFERENCE, _SEQUENCE, _LANGUAGE))
    documents = [tag for tag in _INCLUDED.findall(head) if "FORMEX.DOC" in tag]
    includes = dict.fromkeys(name[1] for tag in documents if (name := _FILEREF.search(tag)))
    return _Instance(
        entry,
        root,
        reference[1] if reference else None,
        sequence[1] if sequence else None,
        language[1] if language else None,
        tuple(includes),
    )


def _of_manifest(entry: Entry, manifest: Manifest, shelf: _Shelf) -> Iterator[Found]:
    """The publication of one manifest; its files are taken off the shelf."""
    if manifest.main is None:
        yield Reject(entry.name, "", "the manifest names no act")
        return
    main = _take(manifest.main, manifest, entry, shelf)
    annexes, missing = [], []
    for part in manifest.annexes:
        found = _take(part, manifest, entry, shelf)
        if found is None:
            missing.append(part.file)
        else:
            annexes.append(found)
    included = _take_included([i for i in (main, *annexes) if i is not None], shelf)
    documents = tuple((name, found.entry) for name, found in included)
    rest = tuple(found.entry for found in annexes)
    if main is not None:
        yield Publication(main.entry, manifest, entry, rest, documents, tuple(missing))
        return
    yield Reject(entry.name, "", f"the manifest names {manifest.main.file}, which is not there")
    for annex in rest:
        yield Publication(annex, manifest, None, (), documents)
        documents = ()


def _take(part: Part, manifest: Manifest, entry: Entry, shelf: _Shelf) -> _Instance | None:
    """The instance of that name; or, where files were renamed, the one of that sequence number and language.

    A renamed file's reference to its manifest carries the name of the manifest's act.
    """
    if part.file in shelf:
        return shelf.take(part.file)
    if part.file == entry.file or manifest.main is None or not part.sequence:
        return None
    for found in shelf.kin(manifest.main.file.split(".")[0]):
        if found.sequence == part.sequence and found.language == manifest.language:
            return shelf.take(found.entry.file)
    return None


def _take_included(owners: list[_Instance], shelf: _Shelf) -> list[tuple[str, _Instance]]:
    """Documents that the owners pull in, by name or, where renamed, by the sequence number they continue."""
    taken: list[tuple[str, _Instance]] = []
    for owner in owners:
        for file in owner.includes:
            found = shelf.take(file) or _continuation(owner, shelf)
            if found is not None:
                taken.append((file, found))
    return taken


def _continuation(owner: _Instance, shelf: _Shelf) -> _Instance | None:
    for found in shelf.kin(owner.stem) if owner.sequence else []:
        if found.reference == owner.reference and (found.sequence or "").startswith(f"{owner.sequence}."):
            return shelf.take(found.entry.file)
    return None


def _without_manifest(shelf: _Shelf) -> Iterator[Publication]:
    """Publications of what no manifest names: an act takes the annexes that continue its sequence number."""
    for found in shelf:
        if found.root == "ANNEX":
            continue
        kin = [annex for annex in shelf.kin(found.stem) if annex.root == "ANNEX" and _belongs(annex, found)]
        annexes = sorted(kin, key=lambda annex: _sequence_key(annex.sequence))
        for instance in (found, *annexes):
            shelf.take(instance.entry.file)
        yield Publication(found.entry, annexes=tuple(annex.entry for annex in annexes))
    for orphan in shelf:
        yield Publication(orphan.entry)


def _belongs(annex: _Instance, act: _Instance) -> bool:
    same = annex.reference is not None and (annex.reference, annex.language) == (act.reference, act.language)
    return same and bool(act.sequence) and (annex.sequence or "").startswith(f"{act.sequence}.")


def _sequence_key(sequence: str | None) -> list[int]:
    return [int(part) for part in (sequence or "").split(".") if part]
