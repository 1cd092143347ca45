"""Publications to JSON lines, in batches on any engine, in the order of the input."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias

from data_prep.engine import Engine
from data_prep.formex.acts import Act, Reject, to_json
from data_prep.formex.parser import parse_publication
from data_prep.formex.rdf import look_up, settle, work_folder
from data_prep.formex.reader import Found, Position, Publication, Skip
from data_prep.formex.stats import Disagreement, Stats
from data_prep.formex.xml import Malformed
from lexatron.errors import UserError

_BATCH_BYTES = 1 << 20  # of XML that a worker gets at a time
_BATCH_ITEMS = 64


@dataclass(frozen=True)
class Result:
    """What one found thing gave: JSON lines, rejects and counts, and the position that follows it in the input."""

    after: Position
    lines: list[bytes]
    rejects: list[Reject]
    stats: Stats


Batch: TypeAlias = list[tuple[Position, Found]]


def process(after: Position, found: Found, metadata: Path | None = None) -> Result:
    """Parse one publication, or account for one file that is none."""
    if isinstance(found, Skip):
        return Result(after, [], [], Stats(files=1, files_skipped=1, skipped=Counter([found.reason])))
    if isinstance(found, Reject):
        return Result(after, [], [found], Stats(files=1, files_rejected=1, rejects=1))
    outcome = parse_publication(found)
    stats = Stats(
        files=len(found.entries),
        files_used=outcome.files_used,
        files_rejected=outcome.files_rejected,
        files_missing=outcome.files_missing,
        bytes_read=sum(entry.size for entry in found.entries),
    )
    rejects = list(outcome.rejects)
    for act in outcome.acts:
        if metadata is not None:
            rejects.extend(_identify(act, found, metadata, stats))
        stats.count_act(act)
    stats.rejects = len(rejects)
    return Result(after, [to_json(act, consume=True) for act in outcome.acts], rejects, stats)


def _identify(act: Act, publication: Publication, metadata: Path, stats: Stats) -> list[Reject]:
    """Settle an act's identity by the publisher's metadata; an RDF that cannot be read is a reject."""
    folder = work_folder(publication.main.name)
    if folder is None:
        return []
    try:
        work = look_up(metadata, folder)
    except Malformed as error:
        return [Reject(f"{metadata.name}/{folder}", error.place, error.reason)]
    stats.celex_checked += act.celex is not None and work.celex is not None
    disagreement: Disagreement | None = settle(act, work, publication.main.name)
    if disagreement is not None:
        stats.celex_disagreements.append(disagreement)
    return []


def results(
    found: Iterable[tuple[Position, Found]], engine: Engine, inputs: Sequence[Path] = (), metadata: Path | None = None
) -> Iterator[Result]:
    """The results of what was found, in its order, whatever the engine.

    Workers read the XML themselves, so that no single process has to unpack the archives.

    Args:
        found: publications, and files that are none.
        engine: where they are parsed.
        inputs: files and folders that every worker must see.
        metadata: the dump's, read by the workers too.

    Raises:
        UserError: a publication killed its worker three times, or a worker's machine does not see the inputs.
    """
    needed = tuple(inputs) if metadata is None else (*inputs, metadata)
    for batch in engine.imap(partial(process_batch, needed=needed, metadata=metadata), _batches(found)):
        yield from batch


def process_batch(batch: Batch, needed: tuple[Path, ...] = (), metadata: Path | None = None) -> list[Result]:
    """`process` each thing of a batch, on a machine that sees the paths that are needed."""
    _check_seen(needed)
    return [process(after, found, metadata) for after, found in batch]


@cache
def _check_seen(paths: tuple[Path, ...]) -> None:
    """Once a process. A file that cannot be read is a reject; on a machine without the inputs every file would be."""
    for path in paths:
        if not path.exists():
            raise UserError(
                f"is not there on the machine {platform.node()}",
                where=path,
                remedy="put the input on a file system that all machines of the cluster share",
            )


def _batches(found: Iterable[tuple[Position, Found]]) -> Iterator[Batch]:
    """Bundles that are worth sending: a megabyte of XML, or many files that are small or none."""
    batch: Batch = []
    size = 0
    for after, thing in found:
        batch.append((after, thing))
        size += sum(entry.size for entry in thing.entries) if isinstance(thing, Publication) else 0
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_ITEMS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
