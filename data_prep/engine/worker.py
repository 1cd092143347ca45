"""Runs a part of a phase's tasks as a process of its own: what a job of a batch system calls.

python -m data_prep.engine.worker data/.tmp-cpt read --part 3/16

The stage has written `read.phase.json` into its work folder; part 3 of 16 runs every 16th task from the third on. A
finished task is not run again, so that a part that was killed, or given out twice, is simply run once more. When
all parts are done, the stage finds every task finished and only collects the results.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from data_prep.engine.phase import Phase
from data_prep.engine.process import call
from lexatron.console import console
from lexatron.errors import UserError


def run_part(folder: Path, name: str, part: int, parts: int) -> int:
    """Run every `parts`-th task of a phase from the `part`-th on, 1 being the first; how many were not finished.

    Raises:
        UserError: the folder holds no such phase, or its description is damaged.
        Exception: whatever a task raised.
    """
    phase = Phase(folder.resolve(), name)
    if not phase.description.exists():
        raise UserError("there is no such phase", where=phase.description, remedy="let the stage describe it first")
    missing = [number for number in phase.missing() if number % parts == part - 1]
    for number in missing:
        call(phase, number)
    return len(missing)


def _parse_part(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", value)
    if found is None or int(found[1]) > int(found[2]):
        raise click.BadParameter("give a part like 3/16, from 1/16 to 16/16")
    return int(found[1]), int(found[2])


@click.command()
@click.argument("work_folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("name")
@click.option("--part", callback=_parse_part, default="1/1", show_default=True, help="Which tasks: part I of N.")
def main(work_folder: Path, name: str, part: tuple[int, int]) -> None:
    """Run a part of the tasks of the phase NAME in WORK_FOLDER."""
    try:
        run = run_part(work_folder, name, *part)
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    console.print(f"{name}, part {part[0]}/{part[1]}: {run:,} tasks run")


if __name__ == "__main__":
    main()
