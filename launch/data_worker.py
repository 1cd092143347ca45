"""A worker of the data engine on Slurm: takes requests from a shared folder, and leaves answers there.

    python -m launch.data_worker FOLDER --job 2

Request 12 is the file `request-000012`. A worker takes it by renaming it to `taken-000012.2.5` (job 2, process 5),
which one of several wins, and leaves `answer-000012`. It ends when it finds `stop`, or when the run that asks has gone.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from data_prep.engine.process import answer, limit_threads
from lexatron.atomic import PREFIX

POLL_S = 0.1
DESERTED_S = 120.0
"""Without a sign of life for so long, the run that asks is taken for dead."""


def serve(folder: Path, name: str) -> int:
    """Answer requests until there is no more to do; how many.

    Args:
        folder: that the run which asks shares with its workers.
        name: of this worker, unique among them, and the same after its job was requeued.
    """
    answered, seen, since = 0, b"", time.monotonic()
    for left in sorted(folder.glob(f"taken-*.{name}")):  # by this worker, before its job was requeued
        answered += _answer(left)
    while not (folder / "stop").exists():
        taken = _take(folder, name)
        if taken is not None:
            answered += _answer(taken)
            continue
        try:
            alive = (folder / "alive").read_bytes()
        except FileNotFoundError:
            return answered  # the folder is gone: the run has ended
        if alive != seen:
            seen, since = alive, time.monotonic()
        elif time.monotonic() - since > DESERTED_S:
            return answered
        time.sleep(POLL_S)
    return answered


def _take(folder: Path, name: str) -> Path | None:
    """The lowest request that no other worker is faster to take; None where there is none."""
    try:
        requests = sorted(entry for entry in os.listdir(folder) if entry.startswith("request-"))
    except FileNotFoundError:
        return None
    for request in requests:
        taken = folder / f"taken-{request.removeprefix('request-')}.{name}"
        try:
            os.rename(folder / request, taken)
        except FileNotFoundError:
            continue
        return taken
    return None


def _answer(taken: Path) -> int:
    number = taken.name.removeprefix("taken-").partition(".")[0]
    response = answer(taken.read_bytes())
    temporary = taken.with_name(f"{PREFIX}{taken.name}")
    temporary.write_bytes(response)
    os.rename(temporary, taken.with_name(f"answer-{number}"))
    taken.unlink(missing_ok=True)
    return 1


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--job", type=int, required=True, help="Number of this worker's job.")
@click.option("--chdir", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
def main(folder: Path, job: int, chdir: Path) -> None:
    """Answer the requests in FOLDER."""
    limit_threads(1)
    os.chdir(chdir)
    name = f"{job}.{os.environ.get('SLURM_PROCID', '0')}"
    print(f"lexatron: worker {name} answered {serve(folder, name)} requests", flush=True)


if __name__ == "__main__":
    main()
