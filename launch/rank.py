"""One rank of a training that Slurm started: the first builds the recipe, the others take it from a file.

Every rank would build the same recipe, but 64 of them would count, pack and check the same data at the same time, and
a file that changes meanwhile would make them differ. The file is named by job and restart, so that none is mistaken for
another's.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from launch.records import FOLDER
from lexatron.atomic import write_text
from lexatron.errors import UserError
from lexatron.run_files import GUARD_STOPPED, PREEMPTED, read_ending

FINISHED = "finished"
LOCK_WAIT_S = 180
"""As long as a requeued job waits for processes of its former self, on a node that Slurm lost sight of, to end."""


def run_rank(run_dir: Path, stage: str, arguments: tuple[str, ...], rank: int) -> int:
    """Train as one rank; the exit code.

    Raises:
        UserError: the recipe cannot be built, its data is damaged, or the folder is another's.
        SystemExit: the run was preempted, a guard stopped it, or its time budget is spent.
    """
    from recipes.quiet import import_nemo

    import_nemo(loudly=True)
    file = run_dir / FOLDER / "stages" / f"{stage}.recipe-{token()}"
    if rank == 0:
        for old in file.parent.glob(f"{stage}.recipe-*"):
            old.unlink(missing_ok=True)
        return _first(file, arguments)
    while not file.is_file():  # srun ends this process where the first one fails
        time.sleep(0.2)
    recipe = file.read_text("utf-8")
    return 0 if recipe == FINISHED else _train(recipe)


def token() -> str:
    """What tells this start of this job from every other."""
    return f"{os.environ.get('SLURM_JOB_ID', '0')}.{os.environ.get('SLURM_RESTART_COUNT', '0')}"


def _first(file: Path, arguments: tuple[str, ...]) -> int:
    from nemo_run.core.serialization.zlib_json import ZlibJSONSerializer

    from launch.prepare import preflight, take_folder
    from launch.train_arguments import TrainArguments
    from recipes.run_folder import finished, run_folder

    given = TrainArguments.parse(arguments)
    recipe, gpu = given.build()
    folder = run_folder(recipe).resolve()
    ending = read_ending(folder)
    if ending is not None and ending.code == GUARD_STOPPED and os.environ.get("SLURM_RESTART_COUNT", "0") != "0":
        print(f"lexatron: a guard stopped the run at step {ending.step}: {ending.reason}", file=sys.stderr)
        return GUARD_STOPPED
    if not _wait_until_free(folder):
        print("lexatron: another job still writes this run: to be started again", file=sys.stderr)
        return PREEMPTED
    if not given.no_check:
        preflight(recipe, given.recipe, gpu, fresh=given.fresh)
    folder, before = take_folder(recipe, given.recipe, fresh=given.fresh, whole=given.no_check)
    steps = recipe.trainer.max_steps
    if before is not None:
        write_text(file, FINISHED)
        print(f"lexatron: {folder} is finished: nothing to do", file=sys.stderr)
        return 0
    serialised = ZlibJSONSerializer().serialize(recipe)
    write_text(file, serialised)
    code = _train(serialised)
    if code == 0 and finished(folder, steps) is None:
        print(f"lexatron: training returned before step {steps}: no success", file=sys.stderr)
        return 1
    return code


def _wait_until_free(folder: Path) -> bool:
    """Whether nobody writes to the run folder, now or within a few minutes."""
    from plugins.run_lock import check_free

    until = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            check_free(folder)
            return True
        except UserError:
            if time.monotonic() > until:
                return False
            time.sleep(2)


def _train(serialised: str) -> int:
    """Do what NeMo-Run's own runner does with a serialised recipe."""
    import fiddle as fdl
    import nemo_run as run
    from nemo_run.core.serialization.zlib_json import ZlibJSONSerializer

    recipe: Any = ZlibJSONSerializer().deserialize(serialised)
    fdl.build(fdl.cast(run.Partial, recipe))()
    return 0
