"""The unfinished output of a run: whole shards, each with a record that says where in the input it ends.

A run writes into a folder beside its output. A shard counts once its record stands beside it; both are flushed to
the disk in that order. Whoever starts the same command after a kill keeps the shards that have a record, throws
away what has none and goes on at the position of the last one, so that the finished folder has the same bytes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from data_prep.engine.lock import lock
from data_prep.formex.acts import Reject
from data_prep.formex.reader import Position
from data_prep.formex.stats import Stats
from data_prep.formex.store import ShardWriter, shard_name
from lexatron.atomic import PREFIX, write_bytes
from lexatron.stage import Fingerprint, Marker, read_marker

_PLAN = "plan.json"


@dataclass
class Progress:
    """An unfinished folder of acts, locked by this process.

    Attributes:
        folder: where the shards are.
        shards: how many are whole.
        position: in the input, after the last whole shard.
        total, rejects: of the whole shards and, while a run goes on, of what has been parsed since.
        finished: the marker of a run that was killed between its last word and renaming the folder; else None.
        changes: what differs from the plan of an unfinished run that was thrown away; empty where there was none.
    """

    folder: Path
    shards: int = 0
    position: Position = field(default_factory=Position)
    total: Stats = field(default_factory=Stats)
    rejects: list[Reject] = field(default_factory=list)
    finished: Marker | None = None
    changes: list[str] = field(default_factory=list)
    _recorded: int = 0  # rejects that stand in a record

    def add(self, rejects: list[Reject], stats: Stats, after: Position) -> None:
        """Take note of one result, whose lines have been written."""
        self.rejects.extend(rejects)
        self.total.add(stats)
        self.position = after

    def next_shard(self) -> ShardWriter:
        """A writer of the next shard."""
        return ShardWriter(self.folder / shard_name(self.shards))

    def commit(self, writer: ShardWriter) -> None:
        """End a shard and record where in the input it ends."""
        writer.close()
        record = {
            "folder": self.position.folder,
            "item": self.position.item,
            "stats": self.total.as_dict(),
            "rejects": [asdict(reject) for reject in self.rejects[self._recorded :]],
        }
        write_bytes(self._record(self.shards), orjson.dumps(record))
        self._recorded = len(self.rejects)
        self.shards += 1

    def _record(self, number: int) -> Path:
        return self.folder / f"part-{number:05}.json"

    def resume(self) -> None:
        """Take over the whole shards of a killed run and delete the rest of what it left."""
        while self._record(self.shards).exists():
            record = orjson.loads(self._record(self.shards).read_bytes())
            self.position = Position(record["folder"], record["item"])
            self.total = Stats.from_dict(record["stats"])
            self.rejects.extend(Reject(**reject) for reject in record["rejects"])
            self.shards += 1
        self._recorded = len(self.rejects)
        kept = {
            _PLAN,
            *(shard_name(n) for n in range(self.shards)),
            *(self._record(n).name for n in range(self.shards)),
        }
        for entry in self.folder.iterdir():
            if entry.name not in kept:
                entry.unlink()

    def publish(self, out: Path) -> None:
        """Give the finished folder its real name; an older one makes way for it."""
        for record in [*self.folder.glob("part-*.json"), self.folder / _PLAN]:
            record.unlink(missing_ok=True)
        old = out.with_name(f"{PREFIX}{out.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if out.exists():
            os.replace(out, old)
        os.replace(self.folder, out)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def open_progress(out: Path, fingerprint: Fingerprint) -> Iterator[Progress]:
    """The unfinished folder of `out`, new or taken over from a killed run with the same fingerprint.

    Raises:
        UserError: another run is writing it.
    """
    folder = out.with_name(f"{PREFIX}{out.name}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    descriptor = lock(folder, out)
    try:
        progress = Progress(folder)
        marker = read_marker(folder)
        if marker is not None and marker.fingerprint == fingerprint:
            progress.finished = marker
        else:
            progress.changes = _start(folder, fingerprint)
            progress.resume()
        yield progress
    finally:
        os.close(descriptor)


def discard(progress: Progress) -> None:
    """Delete an unfinished folder that will never be finished."""
    shutil.rmtree(progress.folder, ignore_errors=True)


def _start(folder: Path, fingerprint: Fingerprint) -> list[str]:
    """Write the plan, or compare it with that of a killed run; what differs, in which case all is deleted."""
    plan = folder / _PLAN
    changes: list[str] = []
    if plan.exists():
        changes = fingerprint.changes(Fingerprint(**orjson.loads(plan.read_bytes())))
    if changes or not plan.exists():
        for entry in folder.iterdir():
            entry.unlink()
        write_bytes(plan, orjson.dumps(asdict(fingerprint)))
    return changes
