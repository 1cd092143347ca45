"""The stage `formex`: publications in, a folder of acts out, resumable at any moment, with counts that add up.

The order of the acts is the order of the input, whatever the engine and the number of its workers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson

from data_prep.engine import THIS_PROCESS, Engine
from data_prep.formex.plots import write_plots
from data_prep.formex.progress import Progress, discard, open_progress
from data_prep.formex.rdf import check_metadata
from data_prep.formex.reader import read_from
from data_prep.formex.stats import Stats
from data_prep.formex.store import INPUTS, SHARD_BYTES, STATS, ShardWriter, write_rejects
from data_prep.formex.survey import Survey, survey
from data_prep.formex.workers import results
from data_prep.stage_folder import explain
from lexatron.atomic import write_bytes
from lexatron.errors import UserError
from lexatron.stage import Fingerprint, Marker, code_digest, digest, read_marker, write_marker

STAGE = "formex"


@dataclass(frozen=True)
class Plan:
    """What a run would do, decided before it starts.

    Attributes:
        paths, metadata, shard_bytes: inputs and options that decide the output.
        survey: of the inputs.
        fingerprint: of inputs, options and code.
        marker: of the finished run that the output folder holds, if any.
        changes: parts of the fingerprint that differ from the marker's; None where there is nothing to do.
    """

    paths: list[Path]
    metadata: Path | None
    shard_bytes: int
    survey: Survey
    fingerprint: Fingerprint
    marker: Marker | None
    changes: list[str] | None


def plan(paths: list[Path], out: Path, *, metadata: Path | None = None, shard_bytes: int = SHARD_BYTES) -> Plan:
    """Compare inputs, options and code with the marker of the last run.

    Args:
        paths: files, folders and zips.
        out: the folder of acts.
        metadata: the dump's `LEG_MTD_*.zip`, or the folder that it was unpacked into.
        shard_bytes: JSON bytes after which a shard ends.

    Raises:
        UserError: an input is missing or empty, or the output folder holds something else.
    """
    seen = survey(paths)
    if not seen.files:
        raise UserError("there are no files", where=paths[0], remedy="give FORMEX files, folders or zips")
    inputs = [seen.digest]
    if metadata is not None:
        check_metadata(metadata)
        inputs.append(survey([metadata]).digest)
    marker = read_marker(out)
    if out.exists() and (not out.is_dir() or (marker is None and any(out.iterdir()))):
        raise UserError("exists and was not made by this command", where=out, remedy="choose another output folder")
    if marker is not None and marker.stage != STAGE:
        raise UserError(
            f"holds the output of the stage {marker.stage}", where=out, remedy="choose another output folder"
        )
    now = Fingerprint(digest(inputs), digest({"shard_bytes": shard_bytes}), code_digest("data_prep.formex"))
    changes = now.changes(marker.fingerprint) if marker else ["first run"]
    return Plan(paths, metadata, shard_bytes, seen, now, marker, changes or None)


def run(
    out: Path,
    planned: Plan,
    *,
    engine: Engine = THIS_PROCESS,
    started: Callable[[Progress], None] = lambda progress: None,
    progress: Callable[[Stats], None] = lambda stats: None,
) -> Stats:
    """Parse all inputs into `out`, which appears whole or not at all; go on where a killed run stopped.

    Args:
        out: the folder of acts.
        planned: from `plan`.
        engine: where publications are parsed; neither it nor the number of its workers changes a byte.
        started: called once with what is there already.
        progress: called with the counts so far after each publication.

    Raises:
        UserError: the inputs hold no act, the disk is full, a publication kills its workers, or another run is writing
            the folder.
    """
    begun = time.monotonic()
    with open_progress(out, planned.fingerprint) as so_far:
        if so_far.finished is None:
            started(so_far)
            try:
                _write_acts(so_far, planned, engine, progress)
                _finish(so_far, planned, begun)
            except OSError as error:
                raise explain(error, so_far.folder) from error
        so_far.publish(out)
    return Stats.from_dict(so_far.finished.counts) if so_far.finished else so_far.total


def _write_acts(so_far: Progress, planned: Plan, engine: Engine, progress: Callable[[Stats], None]) -> None:
    """Shard after shard, from the position of the last whole one on."""
    writer: ShardWriter | None = None
    try:
        found = read_from(planned.paths, so_far.position)
        for result in results(found, engine, planned.paths, planned.metadata):
            if result.lines:
                writer = writer or so_far.next_shard()
                writer.write(result.lines)
            so_far.add(result.rejects, result.stats, result.after)
            progress(so_far.total)
            if writer is not None and writer.size >= planned.shard_bytes:
                so_far.commit(writer)
                writer = None
        if writer is not None:
            so_far.commit(writer)
    except BaseException:
        if writer is not None:
            writer.abandon()
        raise


def _finish(so_far: Progress, planned: Plan, begun: float) -> None:
    """Write everything that stands beside the shards; the marker last."""
    total, folder = so_far.total, so_far.folder
    total.check()
    if not total.acts:
        discard(so_far)
        first = f"; {so_far.rejects[0].file}: {so_far.rejects[0].reason}" if so_far.rejects else ""
        raise UserError(
            f"no FORMEX act among {total.files} files{first}", where=planned.paths[0], remedy="check the input"
        )
    write_rejects(folder, so_far.rejects)
    write_bytes(folder / STATS, orjson.dumps(total.as_dict(), option=orjson.OPT_INDENT_2) + b"\n")
    write_bytes(folder / INPUTS, orjson.dumps([str(path.resolve()) for path in planned.paths]) + b"\n")
    write_plots(total, folder)
    seconds = round(time.monotonic() - begun, 3)
    write_marker(folder, Marker(STAGE, planned.fingerprint, total.as_dict(), seconds))
