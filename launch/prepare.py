"""Before the first step of a training, once a run: data, checks, whose folder it is, and whether it is finished."""

from __future__ import annotations

from pathlib import Path

import nemo_run as run

from lexatron.console import console
from lexatron.errors import UserError
from plugins.run_lock import check_free
from recipes.check.damage import check
from recipes.check.finding import fails
from recipes.check.report import show
from recipes.check.run import run_checks
from recipes.hardware import Gpu
from recipes.quiet import quietly
from recipes.run_folder import claim, describe, finished, run_folder


class CheckFailed(UserError):
    """The pre-flight list has a failure; it has been shown."""


def preflight(recipe: run.Partial, name: str, gpu: Gpu | None, *, fresh: bool = False, elsewhere: bool = False) -> None:
    """Run `lexatron check` and stop where something fails.

    Raises:
        UserError: the data is damaged.
        CheckFailed: another check fails; the list has been shown.
    """
    with console.status("checking"), quietly():
        check(recipe)
        plan = gpu is not None
        findings = run_checks(recipe, name, gpu=gpu, fresh=fresh, whole=False, plan=plan, elsewhere=elsewhere)
    if fails(findings):
        show(name, findings)
        raise CheckFailed("the check failed", remedy="mend what it lists, or --no-check")


def take_folder(recipe: run.Partial, name: str, *, fresh: bool = False, whole: bool = True) -> tuple[Path, Path | None]:
    """Make the run folder this recipe's; the folder, and the last checkpoint where the run is finished.

    Args:
        whole: read the data through first; False where `preflight` has done that.

    Raises:
        UserError: the data or the checkpoint is missing, damaged or another's; the folder holds another run,
            or a job is writing it.
    """
    if whole:
        check(recipe)
    folder = run_folder(recipe).resolve()
    check_free(folder)
    claim(folder, describe(recipe, name), fresh=fresh)
    return folder, finished(folder, recipe.trainer.max_steps)
