"""One stage in one container, through a NeMo-Run experiment."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import nemo_run as run

from launch.cluster import DockerHost
from launch.executors import docker
from launch.experiment import open_experiment
from launch.order import Order, job_arguments, python_of
from launch.records import read_attempts
from launch.stage import Stage
from lexatron.errors import UserError
from recipes.quiet import unattended

LOST = 137
"""The code of a container that ended without saying how: killed, most likely for want of memory."""


def request(order: Order, stage: Stage, fingerprint: str) -> str:
    """What the engine will be asked for, as YAML, without asking it."""
    with open_experiment(order.name, order.experiments) as experiment:
        _add(experiment, order, stage, fingerprint)
        with unattended():
            experiment.dryrun(log=False, delete_exp_dir=False)
        return str(experiment.jobs[0]._dryrun_info.request)


def run_container(order: Order, stage: Stage, fingerprint: str, log: Path) -> int:
    """Run a stage in a container to its end; its exit code.

    Args:
        log: becomes a link to the container's output.
    """
    before = len(read_attempts(order.folder, stage.name))
    with open_experiment(order.name, order.experiments) as experiment:
        _add(experiment, order, stage, fingerprint)
        folder = Path(experiment._exp_dir) / stage.name
        name = f"{experiment._id}_{stage.name}".replace("_", "-")
        log.parent.mkdir(parents=True, exist_ok=True)
        log.unlink(missing_ok=True)
        log.symlink_to((folder / f"log_{name}.out").absolute())
        with unattended():
            experiment.run(detach=False, tail_logs=False)
    return _code(order, stage, before, folder / f"status_{name}.out")


def _add(experiment: run.Experiment, order: Order, stage: Stage, fingerprint: str) -> None:
    assert isinstance(order.place, DockerHost)
    arguments = job_arguments(order, stage, fingerprint)
    for argument in arguments:
        if set(argument) & set('"$`\\'):  # NeMo-Run puts the command between double quotes
            raise UserError(f"{argument!r} cannot be passed into a container", remedy='leave out ", $, ` and \\')
    experiment.add(
        run.Script(
            path="launch.job",
            m=True,
            entrypoint=python_of(order, stage),
            args=[shlex.quote(argument) for argument in arguments],
        ),
        executor=docker(order.place, stage),
        name=stage.name,
    )


def _code(order: Order, stage: Stage, before: int, status: Path) -> int:
    """What the stage's record says, else what NeMo-Run's status file says, else that nobody knows."""
    for event in reversed(read_attempts(order.folder, stage.name)[before:]):
        if event["event"] == "ended":
            return int(event["code"])
    if status.is_file():
        return int(json.loads(status.read_text("utf-8"))["exit_code"])
    return LOST


def tell_container(order: Order, stage: Stage) -> None:
    """Tell the stage's process in its container to save and end; where it has not begun, remove the container.

    The first process of the container is a shell, which passes no signals on.
    """
    import docker as engine
    from docker.errors import DockerException

    started = [event for event in read_attempts(order.folder, stage.name) if event["event"] != "ended"]
    try:
        for container in engine.from_env().containers.list(
            filters={"label": f"nemo-run/name={_running(order, stage)}"}
        ):
            if started:
                container.exec_run(["bash", "-c", f"kill -TERM {int(started[-1]['pid'])}"], user="0")
            else:
                container.remove(force=True)
    except (DockerException, OSError):
        return  # it has ended, and is removed


def _running(order: Order, stage: Stage) -> str:
    """The name of a stage's newest container."""
    folders = sorted((order.experiments / "experiments" / order.name).glob(f"{order.name}_*"))
    return f"{folders[-1].name}_{stage.name}".replace("_", "-")
