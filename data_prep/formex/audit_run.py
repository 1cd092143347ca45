"""The audit of a folder of acts: what was lost between the XML and the rendered text, act by act.

from data_prep.formex import audit, audit_folder
print(audit(act, [Path("L_2016119EN.01000101.xml").read_bytes()]).categories["article"].words.share)
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from data_prep.formex.acts import Act, Reject
from data_prep.formex.audit_rendered import Comparison, compare
from data_prep.formex.audit_source import read_source
from data_prep.formex.audit_xhtml import Oracle, consult, rendition
from data_prep.formex.rendering import render_act
from data_prep.formex.source import Entry, list_folders
from data_prep.formex.store import INPUTS, read_acts
from data_prep.formex.xml import Malformed
from lexatron.errors import UserError

WORDS, TRIGRAMS, MARKS, GLUED = 0.995, 0.99, 1.0, 1 / 1000


@dataclass(frozen=True)
class Audited:
    """One act and what its audit found.

    Attributes:
        file: its main file.
        celex, language: of the act.
        found: the comparison with its source.
        oracle: the comparison with the publisher's XHTML; None where none lies beside it.
    """

    file: str
    celex: str | None
    language: str
    found: Comparison
    oracle: Oracle | None = None


@dataclass
class Report:
    """Audits added up.

    Attributes:
        total: of all acts.
        oracle, with_oracle: of the acts that have the publisher's XHTML beside them, and how many these are.
        acts: what was audited, in order.
        unread: acts whose source could not be read again.
    """

    total: Comparison = field(default_factory=Comparison)
    oracle: Oracle = field(default_factory=Oracle)
    with_oracle: int = 0
    acts: list[Audited] = field(default_factory=list)
    unread: list[Reject] = field(default_factory=list)

    def add(self, item: Audited | Reject) -> None:
        """Add one act."""
        if isinstance(item, Reject):
            self.unread.append(item)
            return
        self.acts.append(item)
        self.total.add(item.found)
        if item.oracle is not None:
            self.oracle.add(item.oracle)
            self.with_oracle += 1


def audit(act: Act, files: Sequence[bytes]) -> Comparison:
    """Hold an act's rendered text against the bytes of the files that it was made from.

    Args:
        act: what the parser made.
        files: main file, annexes and included documents; a `.doc.xml` among them is passed over.

    Raises:
        xml.etree.ElementTree.ParseError: a file is not well-formed.
    """
    sources = [source for data in files if (source := read_source(data)) is not None]
    return compare(sources, render_act(act))


def shortfalls(found: Comparison) -> list[str]:
    """What falls below the figures that the parser must reach, in words; empty where nothing does."""
    short = []
    for name, category in found.categories.items():
        if category.words.share < WORDS:
            short.append(f"{name}: words {category.words.share:.2%} ({' '.join(category.lost)})")
        if category.trigrams.share < TRIGRAMS:
            short.append(f"{name}: 3-grams {category.trigrams.share:.2%}")
    if found.marks.share < MARKS:
        short.append(f"quotation marks {found.marks.share:.2%}")
    if found.glued > GLUED * found.rendered:
        short.append(f"{found.glued:,} glued words in {found.rendered:,}")
    return short


def audit_folder(folder: Path, inputs: Sequence[Path] = ()) -> Iterator[Audited | Reject]:
    """The audit of every act of a folder, in order.

    Args:
        folder: written by `lexatron data formex`.
        inputs: where the sources are now; by default where they were.

    Raises:
        UserError: the folder holds no acts, or an input is not there any more.
    """
    sources = _Sources(inputs or _inputs(folder))
    for act in read_acts(folder):
        yield _audit(act, sources)


def _inputs(folder: Path) -> list[Path]:
    record = folder / INPUTS
    if not record.is_file():
        raise UserError("does not say what it was made from", where=folder, remedy="give the sources with --input")
    return [Path(path) for path in orjson.loads(record.read_bytes())]


class _Sources:
    """The input files by the names that acts know them by; a name that several inputs have is taken in their order."""

    def __init__(self, inputs: Iterable[Path]) -> None:
        self._entries: dict[str, list[Entry]] = {}
        for listed in list_folders(inputs):
            for entry in [] if isinstance(listed, Reject) else listed:
                self._entries.setdefault(entry.name, []).append(entry)

    def take(self, names: Sequence[str]) -> list[Entry]:
        """The entries of one act.

        Raises:
            Malformed: one of them is not there.
        """
        found = []
        for name in names:
            entries = self._entries.get(name)
            if not entries:
                raise Malformed(f"the source {name} is not there any more")
            found.append(entries.pop(0) if len(entries) > 1 else entries[0])
        return found


def _audit(act: Act, sources: _Sources) -> Audited | Reject:
    file = act.sources[0] if act.sources else act.title
    try:
        entries = sources.take(act.sources)
        found = audit(act, [entry.read() for entry in entries])
    except Malformed as error:
        return Reject(file, error.place, error.reason)
    except ET.ParseError as error:
        return Reject(file, "", f"the source cannot be read again: {error}")
    return Audited(file, act.celex, act.language, found, _oracle(act, entries))


def _oracle(act: Act, entries: Sequence[Entry]) -> Oracle | None:
    """The publisher's XHTML beside an act's main file on disk, if any."""
    page = rendition(entries[0].path) if entries and entries[0].member is None else None
    return consult(page.read_text("utf-8", errors="replace"), render_act(act)) if page else None
