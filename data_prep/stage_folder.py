"""A stage whose whole output is one folder: skipped when nothing changed, replaced as a whole when something did."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lexatron.atomic import PREFIX, atomic_folder
from lexatron.console import console
from lexatron.errors import UserError
from lexatron.stage import MARKER, Fingerprint, Marker, read_marker, write_marker

Build = Callable[[Path], dict[str, Any]]


def run_stage(folder: Path, stage: str, fingerprint: Fingerprint, build: Build) -> Marker:
    """Make `folder` by `build`, unless it already holds the output of this very stage.

    `build` writes into an empty folder beside the real one and returns the counts for `stage.json`; the folder
    takes its name when everything is on disk. A killed run leaves nothing under the real name, and the next run
    removes what it left beside it.

    Raises:
        UserError: the folder holds something that this stage did not write.
    """
    marker = _marker_of(folder, stage)
    if marker is not None and marker.fingerprint == fingerprint:
        console.print(f"{folder}: nothing changed, kept as it is", highlight=False, soft_wrap=True)
        return marker
    if marker is not None:
        changed = ", ".join(marker.fingerprint.changes(fingerprint))
        console.print(f"{folder}: changed since the last run: {changed}; made again", highlight=False, soft_wrap=True)
    _remove_leftovers(folder)
    started = time.monotonic()
    with atomic_folder(folder) as temporary:
        counts = build(temporary)
        marker = Marker(stage, fingerprint, counts, round(time.monotonic() - started, 3))
        write_marker(temporary, marker)
    return marker


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
