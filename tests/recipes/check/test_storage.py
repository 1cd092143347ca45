"""The disk, the run folder and W&B; run folders are those that `lexatron train` claims."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from plugins import run_lock
from recipes.check import storage
from recipes.check.context import Context
from recipes.check.finding import Finding
from recipes.run_folder import claim, describe
from tests.recipes.check.conftest import Make
from tests.recipes.check.test_hardware import plan


def only(findings: list[Finding]) -> Finding:
    [finding] = findings
    return finding


def test_kept_checkpoints(large: Make) -> None:
    for initial, every, best, kept in (("False", None, 0, 1), ("True", 30, 2, 1 + 2 + 3 + 1)):
        made = large("max_steps=100", f"save_initial={initial}")
        made.recipe.log.ckpt.keep_every_n_steps, made.recipe.log.ckpt.keep_best = every, best
        assert storage.kept_checkpoints(made) == kept


def test_disk(cpt: Make, tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    made = replace(cpt("save_initial=False"), plan=plan(1, None))
    assert isinstance(made.plan, type(plan(1, None)))
    count = storage.kept_checkpoints(made) + 1
    assert only(storage.disk(made)).status == "pass"
    for share, status in ((0.95, "warn"), (1.5, "fail")):
        large = replace(made.plan, checkpoint_bytes=int(share * free / count))
        assert only(storage.disk(replace(made, plan=large))).status == status
        assert only(storage.disk(replace(made, plan=large, elsewhere=True))).status == "warn"
    assert storage.disk(replace(made, plan=None)) == []


def test_what_a_resumed_run_has_written_needs_no_more_room(cpt: Make, tmp_path: Path) -> None:
    made = replace(cpt(), plan=plan(1, None))
    (tmp_path / "run" / "checkpoints").mkdir(parents=True)
    (tmp_path / "run" / "checkpoints" / "weights").write_bytes(b"0" * 1000)
    count = storage.kept_checkpoints(made) + 1
    assert isinstance(made.plan, type(plan(1, None)))
    small = replace(made.plan, checkpoint_bytes=1000 // count)
    assert only(storage.disk(replace(made, plan=small))).status == "pass"


def claimed(made: Context, run: Path) -> None:
    run.mkdir(exist_ok=True)
    claim(run, describe(made.recipe, made.name))


def test_a_new_folder_this_run_another_and_no_run_at_all(cpt: Make, tiny_checkpoint: Path, tmp_path: Path) -> None:
    made, run = cpt("max_steps=4"), tmp_path / "run"
    assert "is new" in only(storage.resume(made)).detail
    claimed(made, run)
    assert "without a whole checkpoint" in only(storage.resume(made)).detail
    shutil.copytree(tiny_checkpoint, run / "checkpoints" / "step=1-last")
    assert "from step 2 of 4" in only(storage.resume(made)).detail
    shutil.copytree(tiny_checkpoint, run / "checkpoints" / "step=3-last")
    assert "finished: nothing to do" in only(storage.resume(made)).detail

    other = cpt("max_steps=5")
    assert only(storage.resume(other)).status == "fail"
    assert only(storage.resume(replace(other, fresh=True))).status == "warn"
    (run / "run.json").unlink()
    assert "is not a run" in only(storage.resume(made)).detail


def test_a_folder_that_a_job_writes_to(cpt: Make, tmp_path: Path) -> None:
    made, run = cpt("max_steps=4"), tmp_path / "run"
    claimed(made, run)
    program = (  # what plugins.run_lock.take does, without the seconds that importing Lightning takes
        "import fcntl, os, sys; lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT);"
        "fcntl.lockf(lock, fcntl.LOCK_EX); print(flush=True); input()"
    )
    command = [sys.executable, "-c", program, str(run / run_lock.LOCK)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        finding = only(storage.resume(made))
        assert (finding.status, finding.detail.endswith("another job is writing this run")) == ("fail", True)
    finally:
        holder.communicate("\n")
    assert only(storage.resume(made)).status == "pass"


@pytest.mark.parametrize(
    ("offline", "mode", "login", "status"),
    [
        (True, "", False, "pass"),
        (True, "online", True, "warn"),
        (False, "offline", False, "pass"),
        (False, "", False, "fail"),
        (False, "online", True, "pass"),
    ],
)
def test_wandb(offline: bool, mode: str, login: bool, status: str, cpt: Make) -> None:
    made = cpt(f"log.wandb.offline={offline}")
    machine = replace(made.machine, wandb_mode=mode, wandb_login=login)
    assert only(storage.wandb(replace(made, machine=machine))).status == status


def test_no_wandb(cpt: Make) -> None:
    assert only(storage.wandb(cpt("wandb=False"))).detail == "not used"
