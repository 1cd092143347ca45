"""The shell lines that decide whether a Slurm job starts again, in a real bash; only Slurm's two commands are stood in
for, by scripts that write down how they were called (tests/cluster runs the same lines on a real Slurm)."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from launch.requeue import FINAL, lines

SET = {"as NeMo-Run's script": ("set -evx", "set +e", "set -e"), "plain": ("", "", "")}
"""What NeMo-Run's batch script sets: at its top, before the job's command, and after it."""


@dataclass
class Job:
    """A folder for the stand-ins, and a batch script with these lines, run with bash."""

    folder: Path
    max_requeues: int = 3

    def command(self, name: str, text: str) -> None:
        file = self.folder / name
        file.write_text(f'#!/bin/bash\necho {name} "$@" >> {self.folder}/calls\n{text}\n', "utf-8")
        file.chmod(0o755)

    def run(self, command: str, *, restarts: str | None = "0", shell: tuple[str, str, str] = SET["plain"]) -> int:
        """The code of a job whose only command is this one."""
        top, before, after = shell
        script = "\n".join([top, before, *lines(self.max_requeues), command, "exitcode=$?", after, "exit $exitcode"])
        environment = {"PATH": f"{self.folder}:{os.environ['PATH']}", "SLURM_JOB_ID": "4711"}
        if restarts is not None:
            environment["SLURM_RESTART_COUNT"] = restarts
        done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
        self.said = done.stdout
        return done.returncode

    @property
    def requeued(self) -> bool:
        file = self.folder / "calls"
        return file.is_file() and "scontrol requeue 4711" in file.read_text("utf-8").splitlines()


@pytest.fixture
def job(tmp_path: Path) -> Job:
    job = Job(tmp_path)
    job.command("squeue", "echo RUNNING/None")
    job.command("scontrol", "")
    return job


@pytest.mark.parametrize("shell", SET)
@pytest.mark.parametrize("code", [0, 2, 70, 79])
def test_a_final_code_is_final(job: Job, code: int, shell: str) -> None:
    assert code in FINAL
    assert job.run(f"(exit {code})", shell=SET[shell]) == code
    assert not (job.folder / "calls").exists(), "Slurm is not even asked"


@pytest.mark.parametrize("shell", SET)
@pytest.mark.parametrize("code", [1, 75, 137])
def test_another_code_is_tried_again(job: Job, code: int, shell: str) -> None:
    assert job.run(f"(exit {code})", shell=SET[shell]) == code
    assert job.requeued
    assert f"ended with code {code}; requeued" in job.said


@pytest.mark.parametrize(("restarts", "requeued"), [(None, True), ("2", True), ("3", False), ("10", False)])
def test_so_often_and_no_more(job: Job, restarts: str | None, requeued: bool) -> None:
    assert job.run("(exit 1)", restarts=restarts) == 1
    assert job.requeued == requeued
    assert ("not requeued after 3 restarts" in job.said) != requeued


def test_never_where_the_user_wants_none(job: Job) -> None:
    job.max_requeues = 0
    assert job.run("(exit 75)") == 75
    assert not job.requeued


@pytest.mark.parametrize("code", [1, 75, 143])
@pytest.mark.parametrize("state", ["CANCELLED/None", "COMPLETING/None"])
def test_a_cancelled_job_stays_cancelled(job: Job, state: str, code: int) -> None:
    job.command("squeue", f"echo {state}")
    assert job.run(f"(exit {code})") == code
    assert not job.requeued
    assert (job.folder / "calls").read_text("utf-8") == "squeue --noheader --format=%T/%r --jobs=4711\n"


def test_a_job_at_its_time_limit_goes_on(job: Job) -> None:
    job.command("squeue", "echo COMPLETING/TimeLimit")
    assert job.run("(exit 143)") == 143
    assert job.requeued


@pytest.mark.parametrize("shell", SET)
def test_where_slurm_does_not_answer_the_code_is_kept(job: Job, shell: str) -> None:
    """A controller that is down for a moment: squeue says nothing, and scontrol fails."""
    job.command("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1")
    job.command("scontrol", "exit 1")
    assert job.run("(exit 75)", shell=SET[shell]) == 75
    assert job.requeued
    assert "scontrol could not requeue it" in job.said


def test_a_batch_script_that_fails_before_its_command_is_tried_again(job: Job) -> None:
    """The lines are at the top: a `module load` that ends the script counts like the job itself."""
    assert job.run("exit 9; true") == 9
    assert job.requeued
