"""The stage `formex`: publications in, a folder of acts out, over worker processes and with counts that add up.

The order of the acts is the order of the input, whatever the number of workers.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from data_prep.formex.acts import Act, Reject, to_json
from data_prep.formex.parser import parse_publication
from data_prep.formex.reader import Found, Skip, read_publications
from data_prep.formex.source import input_files
from data_prep.formex.store import SHARD_BYTES, STATS, ActWriter, write_rejects
from lexatron.atomic import PREFIX, atomic_folder
from lexatron.errors import UserError
from lexatron.stage import Fingerprint, Marker, fingerprint, read_marker, write_marker

STAGE = "formex"
_CHUNK = 8  # publications a worker gets at a time


@dataclass
class Stats:
    """Counts of a run. `files = files_used + files_skipped + files_rejected`, which `check` asserts."""

    files: int = 0
    files_used: int = 0
    files_skipped: int = 0
    files_rejected: int = 0
    files_missing: int = 0
    acts: int = 0
    rejects: int = 0
    bytes_read: int = 0
    characters: int = 0
    without_celex: int = 0
    by_type: Counter[str] = field(default_factory=Counter)
    by_language: Counter[str] = field(default_factory=Counter)
    by_year: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    unknown_elements: Counter[str] = field(default_factory=Counter)

    def check(self) -> None:
        """Every file is accounted for."""
        assert self.files == self.files_used + self.files_skipped + self.files_rejected, self.as_dict()
        assert self.acts == self.by_type.total() == self.by_language.total() == self.by_year.total(), self.as_dict()

    def add(self, other: Stats) -> None:
        """Add another's counts to these."""
        for name, value in vars(other).items():
            if isinstance(value, Counter):
                getattr(self, name).update(value)
            else:
                setattr(self, name, getattr(self, name) + value)

    def as_dict(self) -> dict[str, Any]:
        """Plain, with the keys of every table sorted."""
        return {k: dict(sorted(v.items())) if isinstance(v, dict) else v for k, v in vars(self).items()}


@dataclass(frozen=True)
class Result:
    """What a worker sends back for one thing that the reader found."""

    lines: list[bytes]
    rejects: list[Reject]
    stats: Stats


def characters(act: Act) -> int:
    """Characters of an act's text: headings, numbers, text and table cells."""
    total = 0
    for unit in act.walk():
        total += len(unit.text) + len(unit.heading or "") + len(unit.number or "")
        total += sum(len(cell) for row in unit.rows for cell in row)
    return total


def process(found: Found) -> Result:
    """Parse one publication, or account for one file that is none."""
    if isinstance(found, Skip):
        return Result([], [], Stats(files=1, files_skipped=1, skipped=Counter([found.reason])))
    if isinstance(found, Reject):
        return Result([], [found], Stats(files=1, files_rejected=1, rejects=1))
    outcome = parse_publication(found)
    stats = Stats(
        files=len(found.entries),
        files_used=outcome.files_used,
        files_rejected=outcome.files_rejected,
        files_missing=outcome.files_missing,
        acts=len(outcome.acts),
        rejects=len(outcome.rejects),
        bytes_read=sum(entry.size for entry in found.entries),
    )
    for act in outcome.acts:
        _count(act, stats)
    return Result([to_json(act) for act in outcome.acts], outcome.rejects, stats)


def _count(act: Act, stats: Stats) -> None:
    stats.characters += characters(act)
    stats.without_celex += act.celex is None
    stats.by_type[act.doc_type] += 1
    stats.by_language[act.language] += 1
    stats.by_year[(act.date or "unknown")[:4] if act.date else "unknown"] += 1
    stats.unknown_elements.update(act.unknown_elements)


def results(paths: list[Path], workers: int) -> Iterator[Result]:
    """The results of all inputs, in their order, from this process or from a pool."""
    found = read_publications(paths)
    if workers <= 1:
        yield from map(process, found)
        return
    with multiprocessing.get_context("spawn").Pool(workers, initializer=_start_worker) as pool:
        yield from pool.imap(process, found, chunksize=_CHUNK)


def _start_worker() -> None:
    """A worker builds trees and drops them: the cycle collector would only walk them again and again."""
    gc.disable()


@dataclass(frozen=True)
class Plan:
    """What a run would do, decided before it starts: `changes` is None where there is nothing to do."""

    fingerprint: Fingerprint
    marker: Marker | None
    changes: list[str] | None


def plan(paths: list[Path], out: Path, shard_bytes: int = SHARD_BYTES) -> Plan:
    """Compare inputs, options and code with the marker of the last run.

    Raises:
        UserError: an input is missing or empty, or the output folder holds something else.
    """
    for path in paths:
        if not path.exists():
            raise UserError("no such file or folder", where=path, remedy="give FORMEX files, folders or zips")
    files = input_files(paths)
    if not files:
        raise UserError("there are no files", where=paths[0], remedy="give FORMEX files, folders or zips")
    marker = read_marker(out)
    if out.exists() and (not out.is_dir() or (marker is None and any(out.iterdir()))):
        raise UserError("exists and was not made by this command", where=out, remedy="choose another output folder")
    if marker is not None and marker.stage != STAGE:
        raise UserError(
            f"holds the output of the stage {marker.stage}", where=out, remedy="choose another output folder"
        )
    now = fingerprint(files, {"shard_bytes": shard_bytes}, "data_prep.formex")
    changes = now.changes(marker.fingerprint) if marker else ["first run"]
    return Plan(now, marker, changes or None)


def run(
    paths: list[Path],
    out: Path,
    planned: Plan,
    *,
    workers: int = 1,
    shard_bytes: int = SHARD_BYTES,
    progress: Callable[[Stats], None] = lambda stats: None,
) -> Stats:
    """Parse all inputs into `out`, which appears whole or not at all.

    Args:
        paths: files, folders and zips.
        out: the folder of acts.
        planned: from `plan`.
        workers: processes.
        shard_bytes: JSON bytes after which a shard ends.
        progress: called with the counts so far after each publication.

    Raises:
        UserError: the inputs hold no act.
    """
    started = time.monotonic()
    _remove_leftovers(out)
    total, rejects = Stats(), list[Reject]()
    with atomic_folder(out) as folder:
        with ActWriter(folder, shard_bytes) as writer:
            for result in results(paths, workers):
                for line in result.lines:
                    writer.write(line)
                rejects.extend(result.rejects)
                total.add(result.stats)
                progress(total)
        total.check()
        if not total.acts:
            first = f"; {rejects[0].file}: {rejects[0].reason}" if rejects else ""
            raise UserError(f"no FORMEX act among {total.files} files{first}", where=paths[0], remedy="check the input")
        write_rejects(folder, rejects)
        (folder / STATS).write_bytes(orjson.dumps(total.as_dict(), option=orjson.OPT_INDENT_2) + b"\n")
        seconds = round(time.monotonic() - started, 3)
        write_marker(folder, Marker(STAGE, planned.fingerprint, total.as_dict(), seconds))
    return total


def _remove_leftovers(out: Path) -> None:
    """Delete temporary folders that killed runs of this output left; not those of a run that is alive."""
    for leftover in out.parent.glob(f"{PREFIX}*-{out.name}"):
        owner = leftover.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            shutil.rmtree(leftover, ignore_errors=True)


def _alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
