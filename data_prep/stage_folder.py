"""A stage whose whole output is one folder: skipped when nothing changed, replaced as a whole when something did.

`run_stage` starts over after a kill; `run_phases` goes on with the task after the last finished one.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from data_prep.engine import Phases, clear_work, discard_work, open_engine, open_work, shown_progress
from lexatron.atomic import PREFIX, atomic_folder
from lexatron.console import console
from lexatron.errors import Unfinished, UserError
from lexatron.stage import MARKER, Fingerprint, Marker, read_marker, write_marker

Build = Callable[[Path], dict[str, Any]]
BuildPhases = Callable[[Phases], dict[str, Any]]
Where = tuple[str, int, str | None]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def run_stage(folder: Path, stage: str, fingerprint: Fingerprint, build: Build) -> Marker:
    """Make `folder` by `build`, unless it already holds the output of this very stage.

    `build` writes into an empty folder beside the real one and returns the counts for `stage.json`; the folder
    takes its name when everything is on disk. A killed run leaves nothing under the real name, and the next run
    removes what it left beside it.

    Raises:
        UserError: the folder holds something that this stage did not write.
    """
    finished = _finished(folder, stage, fingerprint)
    if finished is not None:
        return finished
    _remove_leftovers(folder)
    started = time.monotonic()
    with atomic_folder(folder) as temporary:
        counts = build(temporary)
        marker = Marker(stage, fingerprint, counts, round(time.monotonic() - started, 3))
        write_marker(temporary, marker)
    return marker


def run_phases(
    folder: Path, stage: str, fingerprint: Fingerprint, build: BuildPhases, where: Where, titles: Mapping[str, str]
) -> Marker:
    """Make `folder` by phases of tasks, unless it already holds the output of this very stage.

    `build` runs its phases, writes into `work.output` and returns the counts for `stage.json`. A killed run leaves
    its finished tasks beside `folder`; the next one with the same fingerprint goes on with the others.

    Args:
        where: name of the engine, workers, and address of a Ray cluster.
        titles: of the phases, for the progress bars.

    Raises:
        UserError: the folder holds something that this stage did not write, another run is writing it, or the
            disk is full.
    """
    finished = _finished(folder, stage, fingerprint)
    if finished is not None:
        clear_work(folder)
        return finished
    started = time.monotonic()
    with open_engine(*where) as engine, open_work(folder, fingerprint) as work:
        if work.changes:
            _say(f"{folder}: an unfinished run is thrown away: changed {', '.join(work.changes)}")
        elif work.resumed:
            _say(f"{folder}: goes on where an unfinished run stopped")
        try:
            with shown_progress(titles) as progress:
                counts = build(Phases(work, engine, progress))
            marker = Marker(stage, fingerprint, counts, round(time.monotonic() - started, 3))
            write_marker(work.output, marker)
            work.publish(folder)
        except OSError as error:
            raise explain(error, folder) from error
        except UserError as error:
            if not isinstance(error, Unfinished):
                discard_work(work)
            raise
    return marker


def explain(error: OSError, folder: Path) -> UserError | OSError:
    """A full disk said plainly; any other fault of the system as it is."""
    if error.errno not in _FULL:
        return error
    return Unfinished(
        f"cannot be written: {error.strerror}",
        where=error.filename or folder,
        remedy="free some space and run the same command again: it goes on where it stopped",
    )


def _finished(folder: Path, stage: str, fingerprint: Fingerprint) -> Marker | None:
    """The marker of the very same run, if there is one; says so, or what has changed since."""
    marker = _marker_of(folder, stage)
    if marker is not None and marker.fingerprint == fingerprint:
        _say(f"{folder}: nothing changed, kept as it is")
        return marker
    if marker is not None:
        _say(f"{folder}: changed since the last run: {', '.join(marker.fingerprint.changes(fingerprint))}; made again")
    return None


def _say(text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True)


def _marker_of(folder: Path, stage: str) -> Marker | None:
    """The marker of an earlier run; None for a folder that is not there or empty."""
    if folder.exists() and not folder.is_dir():
        raise UserError("this is a file", where=folder, remedy="give a folder")
    marker = read_marker(folder)
    if marker is None and folder.is_dir() and any(folder.iterdir()):
        raise UserError(f"the folder is not empty and has no {MARKER}", where=folder, remedy="give a new folder")
    if marker is not None and marker.stage != stage:
        raise UserError(f"the folder holds the output of {marker.stage}", where=folder, remedy="give a new folder")
    return marker


def _remove_leftovers(folder: Path) -> None:
    """Delete what killed runs of this stage left beside its folder; not what a run that is alive is writing."""
    name = re.compile(rf"{re.escape(PREFIX)}(\d+)-{re.escape(folder.name)}(\.old)?")
    for entry in folder.parent.glob(f"{PREFIX}*"):
        if (found := name.fullmatch(entry.name)) and not _alive(int(found[1])):
            shutil.rmtree(entry)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
