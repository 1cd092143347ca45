"""`--executor docker` on a real engine: the tiny recipe trained in a container, crashed, cancelled and resumed."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from lexatron.run_files import PREEMPTED, read_ending
from tests.cluster.docker import DockerEngine
from tests.cluster.launches import QUIET, SHAPE, curve, lexatron, stages, starts, steps, wait_for
from tests.cluster.processes import command_line, processes

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.usefixtures("launches_end")]

WAIT = 400.0
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(docker_engine: DockerEngine, tmp_path: Path, tiny_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Docker file whose image is this machine's programs, mounted read-only; commands are given in `tmp_path`."""
    docker_engine.import_image("machine:1")
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "docker.yaml"
    settings = {
        "executor": "docker",
        "container_image": "machine:1",
        "gpus": 0,
        "ulimits": [],
        "python": sys.executable,
        "container_mounts": [*docker_engine.machine_volumes(), f"{ROOT}:{ROOT}:ro", f"{tiny_data}:{tiny_data}"],
        "environment": {
            "OMP_NUM_THREADS": "1",
            "HF_HUB_OFFLINE": "1",
            "HOME": "/tmp",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(ROOT),
        },
        "max_requeues": 1,
    }
    file.write_text(json.dumps(settings))
    return file


def test_a_container_that_crashes_is_started_again(
    tiny_data: Path, place: Path, docker_engine: DockerEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    """Detached, killed with -9 in the middle, it goes on in a second container; its losses are in one file."""
    arguments = (f"corpus={tiny_data / 'corpus'}", "run_dir=runs/boxed", *SHAPE, "max_steps=300", "saves=10", *QUIET)
    command = ("train", "lumi_demo_cpt", *arguments, "--executor", "docker", "--cluster", place)
    assert lexatron(*command, "--detach") == 0
    run = Path("runs/boxed")
    wait_for(lambda: steps(run) > 60, WAIT, "sixty steps")
    assert docker_engine.run(["docker", "ps", "--format={{.Image}}"]).split() == ["machine:1"]
    assert lexatron(*command) == 2
    assert "boxed is running already" in capfd.readouterr().err
    ours = f"--run {run.absolute()} "
    for process in processes(lambda pid: ours in command_line(pid) and "bash" not in command_line(pid)):
        os.kill(process, signal.SIGKILL)
    wait_for(lambda: starts(run) == 2, WAIT, "a second container")
    wait_for(lambda: stages(run)["train"].state == "done", WAIT, "the end")
    assert [line[0] for line in curve(run) if line[1] is not None] == list(range(1, 301))
    assert lexatron("logs", "boxed") == 0
    assert "step 300/300" in capfd.readouterr().out
    wait_for(lambda: not docker_engine.run(["docker", "ps", "--all", "--quiet"]).split(), 60, "the container to go")


def test_cancelled_it_saves(tiny_data: Path, place: Path, docker_engine: DockerEngine) -> None:
    arguments = (f"corpus={tiny_data / 'corpus'}", "run_dir=runs/boxed", *SHAPE, "max_steps=5000", "saves=1", *QUIET)
    command = ("train", "lumi_demo_cpt", *arguments, "--executor", "docker", "--cluster", place, "--detach")
    assert lexatron(*command) == 0
    run = Path("runs/boxed")
    wait_for(lambda: steps(run) > 20, WAIT, "twenty steps")
    assert lexatron("cancel", "boxed") == 0
    ending = read_ending(run)
    assert ending is not None
    assert (ending.code, 20 < ending.step < 5000) == (PREEMPTED, True)
    assert stages(run)["train"].state == "preempted"
    assert not docker_engine.run(["docker", "ps", "--all", "--quiet"]).split()


def test_what_cannot_work_is_refused(
    place: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("train", "lumi_tiny", "tokens=100000", "run_dir=runs/none", "--executor", "docker")
    assert lexatron(*command) == 2
    assert "this engine has no image lexatron (docker pull lexatron, or docker build" in capfd.readouterr().err
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    assert lexatron(*command, "--cluster", place) == 2
    assert "no Docker engine answers" in capfd.readouterr().err
    assert not Path("runs").exists()
