"""Launch an order: refuse what cannot work, skip what is done, and hand the rest to its executor."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from launch.cluster import DockerHost, SlurmCluster
from launch.fingerprint import Answer, answer_of, answers, question
from launch.order import Order, python_of
from launch.probe import probe_docker, probe_slurm
from launch.reach import OverSsh, Reach, reach
from launch.records import Launch, Launched, read_launch, write_launch
from launch.stage import Stage, sized
from lexatron.console import console, next_step
from lexatron.errors import UserError


def start(order: Order, *, dryrun: bool = False, detach: bool = False) -> int:
    """Launch an order, and unless detached stay with it to its end; the exit code.

    Raises:
        UserError: it cannot be launched; nothing has been.
    """
    _not_from_a_job(order)
    machine = reach(order.place)
    if not dryrun:
        _not_running(order, machine)
    if order.executor != "local":
        order = replace(order, stages=tuple(sized(stage) for stage in order.stages))
    found = _answers(order, machine)
    if dryrun:
        return _show(order, found)
    _probe(order, machine)
    to_run = [stage for stage in order.stages if not found[stage.name].done]
    if not to_run:
        console.print(f"{order.name}: every stage is done: nothing to do.", highlight=False)
        return 0
    if order.executor == "slurm":
        return _on_slurm(order, to_run, found, detach=detach)
    return _here(order, found, detach=detach)


def _not_from_a_job(order: Order) -> None:
    """A launch script that a job imports or runs again would submit itself without end."""
    job = os.environ.get("LEXATRON_JOB")
    if job is not None and order.executor != "local":
        remedy = "launch from the login node, and guard scripts with if __name__ == '__main__'"
        raise UserError(f"this is already inside the job {job}: it may not launch others", remedy=remedy)


def _not_running(order: Order, machine: Reach) -> None:
    from launch.status import is_active

    launch = read_launch(order.folder)
    if launch is not None and is_active(launch, machine):
        remedy = f"lexatron status {order.name}, or lexatron cancel {order.name}"
        raise UserError(f"{order.name} is running already", where=order.folder, remedy=remedy)


def _answers(order: Order, machine: Reach) -> dict[str, Answer]:
    """Fingerprints of the stages, computed where their inputs are."""
    if not isinstance(machine, OverSsh):
        return answers(order.folder, order.stages, order.workdir)
    asked = question(order.folder, order.stages, order.workdir)
    code, text = machine.run([python_of(order, order.stages[0]), "-m", "launch.fingerprint"], stdin=asked)
    if code:
        last = text.strip().splitlines()[-1] if text.strip() else f"code {code}"
        remedy = "name the Python there that has lexatron: python: ... in the cluster file"
        raise UserError(f"lexatron does not answer on the login node ({last})", where=order.cluster, remedy=remedy)
    return answer_of(text)


def _probe(order: Order, machine: Reach) -> None:
    if isinstance(order.place, SlurmCluster):
        assert order.cluster is not None
        probe_slurm(order.place, order.cluster, machine, order.stages)
    elif isinstance(order.place, DockerHost):
        probe_docker(order.place, order.cluster, order.stages)


def _show(order: Order, found: Mapping[str, Answer]) -> int:
    """Print what would be run: commands, batch scripts or requests to Docker's engine."""
    fingerprints = {name: answer.fingerprint for name, answer in found.items()}
    if order.executor == "slurm":
        from launch.on_slurm import scripts

        for name, text in scripts(order, order.stages, fingerprints).items():
            waits = ", ".join(next(stage for stage in order.stages if stage.name == name).after)
            click.echo(f"# ---- {name}{f' (after {waits})' if waits else ''}\n{text}")
        return 0
    for stage in order.stages:
        if order.executor == "docker":
            from launch.in_docker import request

            click.echo(f"# ---- {stage.name}\n{request(order, stage, fingerprints[stage.name])}")
        else:
            done = "  # done before" if found[stage.name].done else ""
            click.echo(f"lexatron {' '.join(stage.arguments)}{done}")
    return 0


def _on_slurm(order: Order, to_run: Sequence[Stage], found: Mapping[str, Answer], *, detach: bool) -> int:
    from launch.on_slurm import submit

    jobs = submit(order, to_run, {name: answer.fingerprint for name, answer in found.items()})
    write_launch(order.folder, _launch(order, found, jobs))
    for stage in order.stages:
        words = f"job {jobs[stage.name][0]}" if stage.name in jobs else "done before"
        console.print(f"  {stage.name}: {words}", highlight=False)
    if detach:
        next_step(f"lexatron status {order.folder}")
        return 0
    from launch.follow import follow

    return follow(order.folder)


def _here(order: Order, found: Mapping[str, Answer], *, detach: bool) -> int:
    from launch.driver import detach as leave
    from launch.driver import drive

    if detach:
        process = leave(order)
        write_launch(order.folder, replace(_launch(order, found, {}), process=process))
        console.print(f"  process {process}", highlight=False)
        next_step(f"lexatron status {order.folder}")
        return 0
    write_launch(order.folder, replace(_launch(order, found, {}), process=os.getpid()))
    return drive(order, found)


def _launch(order: Order, found: Mapping[str, Answer], jobs: Mapping[str, tuple[str, str]]) -> Launch:
    launched = [
        Launched(
            name=stage.name,
            kind=stage.kind,
            arguments=list(stage.arguments),
            after=list(stage.after),
            run_dir=stage.run_dir,
            fingerprint=found[stage.name].fingerprint,
            outputs=list(stage.outputs),
            job=jobs[stage.name][0] if stage.name in jobs else None,
            log=jobs[stage.name][1] if stage.name in jobs else None,
            skipped=found[stage.name].done,
        )
        for stage in order.stages
    ]
    return Launch(
        name=order.name,
        command=list(order.command),
        cwd=os.getcwd(),
        executor=order.executor,
        cluster=str(order.cluster.absolute()) if order.cluster else None,
        workdir=str(order.workdir),
        remote=str(order.remote_folder) if order.executor == "slurm" else None,
        submitted=round(time.time(), 1),
        stages=launched,
    )
