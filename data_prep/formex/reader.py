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
from data_prep.formex.manifest import Manifest, read_manifest
from data_prep.formex.source import Entry, list_folders
from data_prep.formex.xml import Malformed, parse_xml

_HEAD_BYTES = 4096
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_PROLOG = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?[^>]*>", re.DOTALL)
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
    instances: dict[str, _Instance] = {}
    manifests: list[tuple[Entry, Manifest]] = []
    for entry in entries:
        found = _look(entry)
        if isinstance(found, _Instance):
            instances[entry.file] = found
        elif isinstance(found, Manifest):
            manifests.append((entry, found))
        else:
            yield found
    publications: list[Found] = []
    for entry, manifest in manifests:
        publications.extend(_of_manifest(entry, manifest, instances))
    publications.extend(_without_manifest(instances))
    yield from sorted(publications, key=lambda found: found.main.name if isinstance(found, Publication) else found.file)


def _look(entry: Entry) -> _Instance | Manifest | Reject | Skip:
    """What one file is, from its first bytes; a manifest is small and read whole."""
    if not entry.file.lower().endswith(".xml"):
        return Skip(entry.name, "not XML")
    try:
        head = _decode(entry.read(_HEAD_BYTES))
        if not head.strip():
            return Reject(entry.name, "", "the file is empty")
        match = _ROOT.search(_PROLOG.sub("", head))
        if match is None:
            return Reject(entry.name, "", "no XML root element in its first 4096 bytes")
        root = match[1]
        if root in _NOT_ACTS:
            return Skip(entry.name, _NOT_ACTS[root])
        if not _FORMEX_ROOT.fullmatch(root):
            return Skip(entry.name, f"not FORMEX: root element {root.rpartition(':')[2].lower()}")
        return read_manifest(parse_xml(entry.read())) if root == "DOC" else _instance(entry, root, head)
    except Malformed as error:
        return Reject(entry.name, error.place, error.reason)


def _decode(head: bytes) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return head.decode("utf-16" if wide else "utf-8-sig", errors="replace")


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


def _of_manifest(entry: Entry, manifest: Manifest, instances: dict[str, _Instance]) -> Iterator[Found]:
    """The publication of one manifest; its files are taken out of `instances`."""
    if manifest.main is None:
        yield Reject(entry.name, "", "the manifest names no act")
        return
    main = _take(manifest.main.file, manifest.main.sequence, manifest, entry, instances)
    annexes, missing = [], []
    for part in manifest.annexes:
        found = _take(part.file, part.sequence, manifest, entry, instances)
        if found is None:
            missing.append(part.file)
        else:
            annexes.append(found)
    included = _take_included([i for i in (main, *annexes) if i is not None], instances)
    documents = tuple((name, found.entry) for name, found in included)
    rest = tuple(found.entry for found in annexes)
    if main is not None:
        yield Publication(main.entry, manifest, entry, rest, documents, tuple(missing))
        return
    yield Reject(entry.name, "", f"the manifest names {manifest.main.file}, which is not there")
    for annex in rest:
        yield Publication(annex, manifest, None, (), documents)
        documents = ()


def _take(
    file: str, sequence: str, manifest: Manifest, entry: Entry, instances: dict[str, _Instance]
) -> _Instance | None:
    """The instance of that name; or, where files were renamed, the one of that sequence number and language."""
    if file in instances:
        return instances.pop(file)
    if file == entry.file:
        return None
    for name, found in instances.items():
        if (
            found.sequence == sequence
            and sequence
            and found.language == manifest.language
            and _renamed(found, manifest)
        ):
            return instances.pop(name)
    return None


def _renamed(instance: _Instance, manifest: Manifest) -> bool:
    """Whether an instance's reference to its manifest carries the name of the manifest's act."""
    stem = manifest.main.file.split(".")[0] if manifest.main else ""
    return bool(stem) and (instance.reference or "").split(".")[0] == stem


def _take_included(owners: list[_Instance], instances: dict[str, _Instance]) -> list[tuple[str, _Instance]]:
    """Documents that the owners pull in, by name or, where renamed, by the sequence number they continue."""
    taken: list[tuple[str, _Instance]] = []
    for owner in owners:
        for file in owner.includes:
            name = file if file in instances else _continuation(owner, instances)
            if name is not None:
                taken.append((file, instances.pop(name)))
    return taken


def _continuation(owner: _Instance, instances: dict[str, _Instance]) -> str | None:
    for name, found in instances.items():
        if (
            owner.sequence
            and found.reference == owner.reference
            and (found.sequence or "").startswith(f"{owner.sequence}.")
        ):
            return name
    return None


def _without_manifest(instances: dict[str, _Instance]) -> Iterator[Publication]:
    """Publications of what no manifest names: an act takes the annexes that continue its sequence number."""
    orphans = {name: found for name, found in instances.items() if found.root == "ANNEX"}
    acts = [found for found in instances.values() if found.root != "ANNEX"]
    for found in acts:
        annexes = sorted((i for i in orphans.values() if _belongs(i, found)), key=lambda i: _sequence_key(i.sequence))
        for annex in annexes:
            del orphans[annex.entry.file]
        yield Publication(found.entry, annexes=tuple(annex.entry for annex in annexes))
    for found in orphans.values():
        yield Publication(found.entry)


def _belongs(annex: _Instance, act: _Instance) -> bool:
    same = annex.reference is not None and (annex.reference, annex.language) == (act.reference, act.language)
    return same and bool(act.sequence) and (annex.sequence or "").startswith(f"{act.sequence}.")


def _sequence_key(sequence: str | None) -> list[int]:
    return [int(part) for part in (sequence or "").split(".") if part]
