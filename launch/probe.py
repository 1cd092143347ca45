"""What is wrong with a place, asked before anything is submitted: each ends with the remedy, and nothing written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from launch.cluster import DockerHost, SlurmCluster, seconds
from launch.reach import Reach
from launch.secrets import check_secrets
from launch.stage import Stage
from lexatron.errors import UserError


def probe_slurm(cluster: SlurmCluster, where: Path, machine: Reach, stages: Sequence[Stage]) -> None:
    """Make sure that a cluster can take the stages.

    Raises:
        UserError: Slurm or pyxis is not there, the account or partition is unknown, a stage wants more than there is.
    """
    if cluster.tunnel is not None and cluster.workdir is None:
        remedy = "add workdir: the folder there in which data/ and runs/ are"
        raise UserError("a tunnel needs a workdir", where=where, remedy=remedy)
    for stage in stages:
        _fits(cluster, where, stage)
    code, text = machine.run(["sbatch", "--version"])
    if code:
        remedy = "run this on a login node, or add a tunnel: to the cluster file"
        raise UserError(f"no Slurm here ({text.strip() or f'code {code}'})", where=where, remedy=remedy)
    if any(cluster.resources(stage.kind).container_image or cluster.container_image for stage in stages):
        _pyxis(cluster, where, machine)
    _partitions(cluster, where, machine, stages)
    _account(cluster, where, machine)
    if cluster.secrets_file is not None and cluster.tunnel is None:
        check_secrets(Path(cluster.secrets_file).expanduser())


def _fits(cluster: SlurmCluster, where: Path, stage: Stage) -> None:
    time = cluster.resources(stage.kind).time or cluster.time
    if stage.kind == "train" and seconds(time) <= cluster.grace_seconds:
        remedy = "raise the one or lower the other: a job has to train before it saves"
        raise UserError(f"time {time} is not above grace_seconds {cluster.grace_seconds}", where=where, remedy=remedy)
    if stage.nodes > cluster.nodes:
        remedy = "take a layout of fewer nodes: lexatron plan RECIPE --compare"
        raise UserError(f"{stage.name} needs {stage.nodes} nodes, nodes: {cluster.nodes}", where=where, remedy=remedy)
    gpus = cluster.gpus_per_node
    if stage.kind == "train" and stage.gpus and stage.gpus > gpus:
        remedy = f"take a layout of {gpus} GPUs a node"
        raise UserError(
            f"{stage.name} needs {stage.gpus} GPUs a node, gpus_per_node: {gpus}", where=where, remedy=remedy
        )


def _pyxis(cluster: SlurmCluster, where: Path, machine: Reach) -> None:
    code, text = machine.run(["srun", "--help"])
    if code or "--container-image" not in text:
        remedy = "have pyxis installed, or take container_image out and name the Python of an installation: python: ..."
        raise UserError("container_image is given, but this Slurm has no pyxis", where=where, remedy=remedy)
    mounted = [mount.split(":")[1 if ":" in mount else 0] for mount in cluster.container_mounts]
    workdir = cluster.workdir or os.getcwd()
    if not any(workdir == path or workdir.startswith(path.rstrip("/") + "/") for path in mounted):
        remedy = f"add {workdir}:{workdir} to container_mounts"
        raise UserError(f"workdir {workdir} is not mounted into the container", where=where, remedy=remedy)


def _partitions(cluster: SlurmCluster, where: Path, machine: Reach, stages: Sequence[Stage]) -> None:
    wanted = {cluster.resources(stage.kind).partition or cluster.partition for stage in stages} - {None}
    code, text = machine.run(["sinfo", "--noheader", "--format=%R"])
    known = set(text.split())
    for name in sorted(str(partition) for partition in wanted):
        if code == 0 and not set(name.split(",")) <= known:
            raise UserError(f"no partition {name}", where=where, remedy=f"one of: {', '.join(sorted(known))}")


def _account(cluster: SlurmCluster, where: Path, machine: Reach) -> None:
    """Where Slurm keeps accounts, this one is among the user's."""
    code, text = machine.run(
        [
            "bash",
            "-c",
            'sacctmgr --noheader --parsable2 show assoc user="$USER_OR_ID" format=account'.replace(
                "$USER_OR_ID", "$(id -un)"
            ),
        ]
    )
    accounts = sorted(set(text.split()))
    if code == 0 and accounts and cluster.account not in accounts:
        remedy = f"account: one of {', '.join(accounts)}"
        raise UserError(f"this user may not charge the account {cluster.account}", where=where, remedy=remedy)


def probe_docker(host: DockerHost, where: Path | None, stages: Sequence[Stage]) -> None:
    """Make sure that a Docker engine answers and has the image.

    Raises:
        UserError: it does not answer, it lacks the image, or the runtime.
    """
    import docker
    from docker.errors import DockerException, ImageNotFound

    try:
        client = docker.from_env()
        client.ping()
    except DockerException as error:
        remedy = "start it, or set DOCKER_HOST to its socket"
        raise UserError(f"no Docker engine answers ({_first_line(error)})", where=where, remedy=remedy) from error
    for stage in stages:
        if stage.nodes > 1:
            remedy = "take a layout of one machine, or --executor slurm"
            raise UserError(f"{stage.name} is for {stage.nodes} machines, and this is one", where=where, remedy=remedy)
        image = host.resources(stage.kind).container_image or host.container_image or "lexatron"
        try:
            client.images.get(image)
        except ImageNotFound as error:
            remedy = f"docker pull {image}, or docker build -f docker/Dockerfile -t {image} ."
            raise UserError(f"this engine has no image {image}", where=where, remedy=remedy) from error
    if host.runtime is not None and host.runtime not in client.info().get("Runtimes", {}):
        remedy = "install the NVIDIA container toolkit, or take runtime: out"
        raise UserError(f"this engine has no runtime {host.runtime}", where=where, remedy=remedy)
    if host.workdir is not None and Path(host.workdir) != Path.cwd():
        remedy = "give the command in that folder, or take workdir out"
        raise UserError(f"workdir {host.workdir} is not the present folder", where=where, remedy=remedy)
    if host.secrets_file is not None:
        check_secrets(Path(host.secrets_file).expanduser())


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
