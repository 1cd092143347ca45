from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from lexatron.errors import UserError
from plugins.run_lock import check_free, take
from tests.plugins.jobs import ForkServer, Job


def holder(server: ForkServer, folder: Path, *, child: bool = False) -> Job:
    """A job that takes the lock of a folder and holds it until it is killed."""
    return Job(server, "tests.plugins.lock_holder:hold", folder / "log", folder=str(folder), child=child)


def test_a_second_job_is_refused_until_the_first_is_gone(server: ForkServer, tmp_path: Path) -> None:
    check_free(tmp_path)
    job = holder(server, tmp_path)
    pids = job.run_until(lambda: "held" in job.tail())
    with pytest.raises(UserError, match=f"another job is writing this run .*{pids[0]}"):
        check_free(tmp_path)
    with pytest.raises(UserError):
        take(tmp_path)
    job.kill(pids)
    check_free(tmp_path)


def test_a_child_that_outlives_the_job_does_not_hold_the_lock(server: ForkServer, tmp_path: Path) -> None:
    job = holder(server, tmp_path, child=True)
    pids = job.run_until(lambda: "held" in job.tail() and "child" in job.tail())
    child = int(re.findall(r"child (\d+)", job.tail())[0])
    with pytest.raises(UserError):
        check_free(tmp_path)
    job.kill(pids)
    os.kill(child, 0)  # it is there
    try:
        check_free(tmp_path)
    finally:
        os.kill(child, signal.SIGKILL)
