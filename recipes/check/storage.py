"""Checks of what a run writes: disk for checkpoints, the run folder, W&B."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from lexatron.errors import UserError
from plugins.resume import finished_steps, last_whole
from plugins.run_lock import check_free
from recipes.check.context import Context
from recipes.check.finding import ELSEWHERE, Finding, failed, passed, refused, warned
from recipes.run_folder import describe, holds_files

GIB = 2**30

SPARE = 1.1
"""Times what the checkpoints take: logs and the index caches of the data come on top."""

OFFLINE = ("offline", "dryrun", "disabled")


def disk(context: Context) -> list[Finding]:
    """The checkpoints that a run keeps, and the one being written, fit on the disk."""
    if context.plan is None or isinstance(context.plan, UserError):
        return []
    folder = _run_folder(context)
    count = kept_checkpoints(context) + 1
    one = f"{context.plan.checkpoint_bytes / GIB:,.1f} GiB"
    if context.elsewhere:
        return warned("disk", f"not checked here; {count:,} checkpoints of {one} at most", ELSEWHERE)
    needed = max(0, count * context.plan.checkpoint_bytes - _size(folder / "checkpoints"))
    free = shutil.disk_usage(_existing(folder)).free
    detail = f"{count:,} checkpoints of {one} at most, {free / GIB:,.0f} GiB free"
    if needed > free:
        return failed("disk", detail, "free some space, keep fewer (keep_every=, keep_best=), or move run_dir")
    if needed * SPARE > free:
        return warned("disk", detail, "leave a tenth more for logs and index caches")
    return passed("disk", detail)


def kept_checkpoints(context: Context) -> int:
    """The most checkpoints that stand in the run folder at its end: the last, the best, the permanent, the first."""
    config, steps = context.recipe.log.ckpt, int(context.recipe.trainer.max_steps)
    every = getattr(config, "keep_every_n_steps", None)
    permanent = steps // every if every else 0
    first = sum(callback.__fn_or_cls__.__name__ == "InitialCheckpoint" for callback in context.recipe.trainer.callbacks)
    return 1 + int(getattr(config, "keep_best", 0)) + permanent + first


def resume(context: Context) -> list[Finding]:
    """Nobody else writes to the run folder, and what is there is this very run."""
    folder = _run_folder(context)
    file = folder / "run.json"
    try:
        check_free(folder)
    except UserError as error:
        return refused("resume", error)
    if not holds_files(folder):
        return passed("resume", f"{folder} is new: from step 0")
    if not file.is_file():
        return failed("resume", f"{folder} is not a run and not empty", "give another run_dir=...")
    found = json.loads(file.read_text("utf-8"))
    if found.get("fingerprint") != describe(context.recipe, context.name)["fingerprint"]:
        return _another(context, f"{folder} holds a run of {found.get('recipe')}, configured otherwise")
    return _where(folder, int(context.recipe.trainer.max_steps))


def _another(context: Context, detail: str) -> list[Finding]:
    if context.fresh:
        return warned("resume", detail, "--fresh will delete it: leave it out to keep that run")
    return failed("resume", detail, "give another run_dir=..., or --fresh to delete it")


def _where(folder: Path, steps: int) -> list[Finding]:
    checkpoint = last_whole(folder / "checkpoints")
    if checkpoint is None:
        return passed("resume", f"{folder}: this run, without a whole checkpoint: from step 0")
    # NeMo numbers a checkpoint by the index of its last step.
    done = finished_steps(checkpoint) + 1
    if done >= steps:
        return passed("resume", f"{folder}: this run, finished: nothing to do")
    return passed("resume", f"{folder}: this run, from step {done:,} of {steps:,}")


def wandb(context: Context) -> list[Finding]:
    """W&B logs offline, or knows the user: without a key an online run dies when it starts."""
    logger, mode = context.recipe.log.wandb, context.machine.wandb_mode
    if logger is None:
        return passed("W&B", "not used")
    if logger.offline:
        if mode == "online":  # Lightning's WandbLogger sets WANDB_MODE itself
            detail = "offline, although WANDB_MODE=online: the recipe's logger overrides it"
            return warned("W&B", detail, "set log.wandb.offline=False")
        return passed("W&B", "offline; later: wandb sync")
    if mode in OFFLINE:
        return passed("W&B", f"offline by WANDB_MODE={mode}")
    if context.elsewhere:
        return warned("W&B", "online; login not checked here", "log in there: wandb login")
    if not context.machine.wandb_login:
        return failed("W&B", "online, without a login", "wandb login, or log.wandb.offline=True")
    return passed("W&B", "online, logged in")


def _run_folder(context: Context) -> Path:
    return Path(context.recipe.log.ckpt.dirpath).parent


def _existing(folder: Path) -> Path:
    """The nearest folder above that is there: its file system is the one that will be written to."""
    return next(parent for parent in (folder.resolve(), *folder.resolve().parents) if parent.is_dir())


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
