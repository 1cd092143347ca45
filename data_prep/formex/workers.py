"""Publications to JSON lines, in this process or in several, in the order of the input either way."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import TypeAlias

from data_prep.formex.acts import Act, Reject, to_json
from data_prep.formex.parser import parse_publication
from data_prep.formex.rdf import look_up, settle, work_folder
from data_prep.formex.reader import Found, Position, Publication, Skip
from data_prep.formex.stats import Disagreement, Stats
from data_prep.formex.xml import Malformed
from lexatron.errors import UserError

_BATCH_BYTES = 1 << 20  # of XML that a worker gets at a time
_BATCH_ITEMS = 64
_WAITING = 3  # batches under way per worker


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


def results(found: Iterable[tuple[Position, Found]], workers: int, metadata: Path | None = None) -> Iterator[Result]:
    """The results of what was found, in its order.

    Raises:
        UserError: a worker process died.
    """
    if workers <= 1:
        yield from _in_this_process(found, metadata)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker)
    try:
        yield from _in_order(pool, _batches(found), workers * _WAITING, metadata)
    except BrokenProcessPool as error:
        raise UserError(
            "a worker process was killed, most likely for want of memory",
            remedy="run the same command with fewer --workers: it goes on where it stopped",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_this_process(found: Iterable[tuple[Position, Found]], metadata: Path | None) -> Iterator[Result]:
    collecting = gc.isenabled()
    gc.disable()  # as in a worker, see `_start_worker`
    try:
        yield from (process(after, thing, metadata) for after, thing in found)
    finally:
        if collecting:
            gc.enable()


def _in_order(
    pool: ProcessPoolExecutor, batches: Iterator[Batch], waiting: int, metadata: Path | None
) -> Iterator[Result]:
    """Results in order, with so many batches under way at a time."""
    work = partial(_process_batch, metadata=metadata)
    under_way: deque[Future[list[Result]]] = deque()
    for batch in batches:
        under_way.append(pool.submit(work, batch))
        if len(under_way) >= waiting:
            yield from under_way.popleft().result()
    while under_way:
        yield from under_way.popleft().result()


def _process_batch(batch: Batch, metadata: Path | None) -> list[Result]:
    return [process(after, found, metadata) for after, found in batch]


def _batches(found: Iterable[tuple[Position, Found]]) -> Iterator[Batch]:
    """Bundles that are worth sending: some hundreds of kilobytes of XML, or many files that are none."""
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


def _start_worker() -> None:
    """Trees and units have no cycles, so that the collector would only walk them; a worker ends with its parent."""
    gc.disable()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """Leave when the parent is gone, however it went: a killed run must not keep its workers."""
    wait([sentinel])
    os._exit(1)
