"""Cuts the files of a source into parts that can be read one by one, each by another worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from data_prep.curation.sources.files.arrow import cut_arrow
from data_prep.curation.sources.files.csv_rows import cut_csv
from data_prep.curation.sources.files.json_file import look_into
from data_prep.curation.sources.files.json_list import cut_list
from data_prep.curation.sources.files.kinds import kind_of
from data_prep.curation.sources.files.lines import cut_lines
from data_prep.curation.sources.files.parquet import cut_parquet
from data_prep.curation.sources.folder import find_files
from data_prep.curation.sources.hub import hub_files
from data_prep.curation.sources.hub_readme import Chosen
from data_prep.curation.sources.options import Source
from data_prep.curation.sources.part import Cut, Layout, Reading, SourcePart
from data_prep.curation.sources.reading import rows
from data_prep.curation.sources.renaming import renamed
from data_prep.curation.sources.row import NoRecord, NoShape, Row
from data_prep.curation.sources.shapes import shape_of
from data_prep.curation.sources.shapes.flat_trees import FLAT_TREE
from data_prep.curation.sources.shapes.shape import Shape
from data_prep.curation.sources.splits import side_of, split_of
from data_prep.general.kinds import Packing
from lexatron.errors import UserError

_HEAD = 100  # rows in which one of a known shape is looked for
_ENDLESS = 1 << 62


def plan_parts(source: Source, base: Path, bytes_each: int) -> list[SourcePart]:
    """Every row of a source, in order, in parts of about `bytes_each` unpacked.

    All text files are read once, to count rows. A compressed file has at most eight parts, and so has a row group of
    Parquet; a file with a row for each message of a tree is one part.

    Args:
        source: of the configuration.
        base: folder that its paths are relative to.
        bytes_each: a part is longer by up to one row, row group or record batch.

    Raises:
        UserError: there are no such files, they are of no kind that is read, the hub does not give them, or no row at
            the beginning of a file is of a known shape.
    """
    assert bytes_each > 0
    files = _files(source, base)
    labels = labels_of([file.found.name for file in files])
    wholes = [_whole(source, *of, one_of_many=len(files) > 1) for of in zip(files, labels, strict=True)]
    parts = [part for whole in wholes for part in _cut(whole, bytes_each)]
    return parts if source.limit is None else list(_limited(parts, source.limit))


def _files(source: Source, base: Path) -> list[Chosen]:
    if source.hub is not None:
        files = hub_files(source)
    else:
        paths = (source.path,) if isinstance(source.path, str) else source.path or ()
        files = [Chosen(found, split_of(found.name)) for found in find_files(paths, base)]
    chosen = [file for file in files if source.split in (None, file.split)]
    if not chosen:
        have = ", ".join(sorted({file.split or "none" for file in files}))
        raise UserError(f"no files of split {source.split}", where=source.name, remedy=f"choose of {have}")
    return chosen


def labels_of(names: Sequence[str]) -> list[str]:
    """The stem of each file's name; with a hash of the whole name where several have the same stem."""
    stems = [Path(name).name.split(".")[0] for name in names]
    seen = Counter(stems)
    return [
        stem if seen[stem] == 1 else f"{stem}-{blake2b(name.encode(), digest_size=4).hexdigest()}"
        for stem, name in zip(stems, names, strict=True)
    ]


def _whole(source: Source, file: Chosen, label: str, *, one_of_many: bool) -> SourcePart:
    """A file as one part, its rows not counted."""
    path, reading = file.found.path, _reading(source)
    layout, packing, start = _layout(path, reading)
    held_out = side_of(file.split) if source.keep_splits else None
    return SourcePart(
        path=str(path),
        name=file.found.name,
        label=label,
        shared_ids=one_of_many,
        layout=layout,
        packing=packing,
        cut=Cut(start, None, 1, 0, path.stat().st_size),
        limit=None,
        side=source.side or (None if held_out == "train" else held_out),
        reading=reading,
    )


def _reading(source: Source) -> Reading:
    return Reading(
        source=source.name,
        shape=source.shape,
        fields=source.fields,
        language=source.language,
        domain=source.domain,
        difficulty=source.difficulty,
        teacher=source.teacher,
        best_paths=source.paths == "best",
    )


def _layout(path: Path, reading: Reading) -> tuple[Layout, Packing | None, int]:
    """Layout and packing of a file, and the byte at which its rows begin."""
    known = kind_of(path)
    assert known is not None
    kind, packing = known
    if kind == "json":
        json = look_into(str(path), packing, lambda row: _shape(row, reading) is not None)
        return json.layout, packing, json.start
    return "lines" if kind == "jsonl" else kind, packing, 0


def _shape(row: Row, reading: Reading) -> Shape | None:
    try:
        return shape_of(renamed(row, reading.fields), reading.shape)
    except NoShape:
        return None


def _cut(whole: SourcePart, bytes_each: int) -> list[SourcePart]:
    if _holds_flat_trees(whole):
        bytes_each = _ENDLESS
    return [replace(whole, cut=cut) for cut in _cuts(whole, bytes_each)]


def _holds_flat_trees(whole: SourcePart) -> bool:
    """Whether the rows at the beginning are messages of trees, which must not be cut apart.

    Raises:
        UserError: they are of no shape at all; a file whose rows cannot be read is left to the reader, which rejects.
    """
    head = [row for _, row in islice(rows(whole), _HEAD) if not isinstance(row, NoRecord)]
    shapes = [_shape(row, whole.reading) for row in head]
    if head and not any(shapes):
        what = f"its rows have the keys {', '.join(list(head[0])[:8]) or 'of none'}, which is no shape that is known"
        remedy = "name them: fields: {instruction: KEY, output: KEY}"
        raise UserError(what, where=whole.path, remedy=remedy)
    return FLAT_TREE in shapes


def _cuts(whole: SourcePart, bytes_each: int) -> list[Cut]:
    path, packing = whole.path, whole.packing
    match whole.layout:
        case "lines":
            return cut_lines(path, packing, bytes_each)
        case "list":
            return cut_list(path, packing, whole.cut.start, bytes_each)
        case "object":
            return [replace(whole.cut, rows=1)]
        case "csv":
            return cut_csv(path, packing, bytes_each)
        case "parquet":
            return cut_parquet(path, bytes_each)
        case "arrow":
            return cut_arrow(path, bytes_each)


def _limited(parts: Sequence[SourcePart], limit: int) -> Iterator[SourcePart]:
    for part in parts:
        if limit <= 0:
            return
        yield replace(part, limit=limit) if part.cut.rows >= limit else part
        limit -= part.cut.rows
