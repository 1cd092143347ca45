"""Streams the records of a part, whatever kind of file it is in and whatever shape its rows have."""

from __future__ import annotations

from collections.abc import Iterator

from data_prep.curation.record import Record
from data_prep.curation.sources.files.arrow import read_arrow
from data_prep.curation.sources.files.csv_rows import read_csv
from data_prep.curation.sources.files.json_file import read_object
from data_prep.curation.sources.files.json_list import read_list
from data_prep.curation.sources.files.lines import read_lines
from data_prep.curation.sources.files.parquet import read_parquet
from data_prep.curation.sources.metadata import facts_of
from data_prep.curation.sources.part import SourcePart
from data_prep.curation.sources.renaming import renamed
from data_prep.curation.sources.row import NoRecord, Row, Rows
from data_prep.curation.sources.shapes import shape_of
from data_prep.curation.sources.shapes.flat_trees import FLAT_TREE, Grove
from data_prep.curation.sources.shapes.talk import Talk
from data_prep.curation.sources.shapes.usable import check_usable
from data_prep.formex.acts import Reject


def read_part(part: SourcePart) -> Iterator[Record | Reject]:
    """The records of a part, in order, with a reject in the place of each row that gives none.

    A row gives one record or one reject, a tree of replies several records; a file that is damaged gives one more
    reject, where the damage is. Memory holds a few rows of at most 64 MB, or one tree.
    """
    maker, grove = _Maker(part), Grove()
    for number, row in rows(part):
        try:
            yield from maker.records(number, row, grove)
        except NoRecord as error:
            yield maker.reject(number, error)
    yield from maker.harvest(grove)


def rows(part: SourcePart) -> Rows:
    """The rows of a part up to its limit."""
    for number, row in _rows(part):
        if part.limit is not None and number - part.cut.first >= part.limit:
            return
        yield number, row


def _rows(part: SourcePart) -> Rows:
    match part.layout:
        case "lines":
            return read_lines(part.path, part.packing, part.cut)
        case "list":
            return read_list(part.path, part.packing, part.cut)
        case "object":
            return read_object(part.path, part.packing)
        case "csv":
            return read_csv(part.path, part.packing, part.cut)
        case "parquet":
            return read_parquet(part.path, part.cut)
        case "arrow":
            return read_arrow(part.path, part.cut)


class _Maker:
    """Makes records and rejects of what the rows of one part say."""

    def __init__(self, part: SourcePart):
        self._part, self._reading = part, part.reading
        given = {name: getattr(part.reading, name) for name in ("language", "domain", "difficulty", "teacher")}
        self._given = {name: value for name, value in given.items() if value is not None}
        self._word = "line" if part.layout == "lines" else "row"

    def records(self, number: int, row: Row | NoRecord, grove: Grove) -> Iterator[Record | Reject]:
        """What a row gives, after the tree before it if it ends that; a message of a tree is put into the grove.

        Raises:
            NoRecord: it gives none.
        """
        if isinstance(row, NoRecord):
            raise row
        row = renamed(row, self._reading.fields) if self._reading.fields else row
        shape = shape_of(row, self._reading.shape)
        check_usable(row)
        if shape is not FLAT_TREE or grove.starts_another(row):
            yield from self.harvest(grove)
        if shape is FLAT_TREE:
            grove.add(number, row)
            return
        for talk in shape.read(row):
            if talk.best or not self._reading.best_paths:
                yield self._record(number, talk, row)

    def harvest(self, grove: Grove) -> Iterator[Record | Reject]:
        """What the tree that was gathered gives."""
        for number, talk in grove.harvest():
            if isinstance(talk, NoRecord):
                yield self.reject(number, talk)
            elif talk.best or not self._reading.best_paths:
                yield self._record(number, talk, {})

    def reject(self, number: int, error: NoRecord) -> Reject:
        return Reject(self._part.name, f"{self._word} {number}", str(error))

    def _record(self, number: int, talk: Talk, row: Row) -> Record:
        """The record of a conversation: what the configuration says goes before the shape, the shape before the row."""
        facts = facts_of(row)
        facts.update((name, value) for name, value in talk.facts.items() if value is not None)
        facts.update(self._given)
        return Record(
            id=self._id(number, facts.pop("id", None)),
            messages=talk.messages,
            source=self._reading.source,
            place=f"{self._part.name}:{number}",
            rejected=talk.rejected,
            side=self._part.side,
            changed=talk.changed,
            **facts,
        )

    def _id(self, number: int, own: str | None) -> str:
        if own is None:
            return f"{self._part.label}:{number}"
        return f"{self._part.label}:{own}" if self._part.shared_ids and own.isdigit() else own
