"""Where a stage runs, as NeMo-Run executors: this machine, Docker, Slurm. Plain functions, for scripts too."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import nemo_run as run

from launch.cluster import DockerHost, Place, Resources, SlurmCluster
from launch.port import quiet_port
from launch.requeue import lines
from launch.stage import Stage
from recipes.hardware import Gpu

JOB = {"PYTHONUNBUFFERED": "1", "TOKENIZERS_PARALLELISM": "false", "WANDB_SILENT": "true"}
"""What every job is given."""
OTHERS_GRACE_S = 60
"""Seconds before its time limit that a stage without checkpoints is told to end: what it has finished is kept."""


def local(recipe: run.Partial, gpu: Gpu | None = None) -> run.LocalExecutor:
    """This machine: one process, or torchrun with one process a device.

    The cores are divided among the processes (torchrun gives each one thread, and Adam runs on the host where the
    optimizer is offloaded). What the user has set stays as it is.

    Args:
        recipe: what will run.
        gpu: what its layout is for; None on a CPU.
    """
    from recipes.environment import environment

    devices = recipe.trainer.devices
    # NeMo-Run starts `python`, whatever that is on the PATH: it has to be this one.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    needed = {"OMP_NUM_THREADS": str(threads(devices)), **JOB, **environment(recipe, gpu)}
    env = {"PATH": path, **{name: os.environ.get(name) or value for name, value in needed.items()}}
    if devices == 1 and (port := quiet_port()) is not None:
        env.setdefault("MASTER_PORT", os.environ.get("MASTER_PORT") or str(port))
    launcher = "torchrun" if devices > 1 else None
    return run.LocalExecutor(launcher=launcher, ntasks_per_node=devices, env_vars=env)


def threads(processes: int) -> int:
    """The cores that this process may use, shared out over so many of its kind."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // processes)


def docker(host: DockerHost, stage: Stage) -> run.DockerExecutor:
    """A container on this machine, for one stage; a training starts its processes inside, as on the machine itself.

    It runs as this user, so that what it writes belongs to them; the folder of relative paths is mounted where it is.
    """
    resources = host.resources(stage.kind)
    workdir = os.path.abspath(host.workdir or os.getcwd())
    mounts = [*host.container_mounts, f"{workdir}:{workdir}", *_secrets_mount(host, read_only=True)]
    wants_gpus = stage.kind in ("train", "evaluate") and stage.gpus != 0
    gpus = resources.gpus_per_node if resources.gpus_per_node is not None else host.gpus
    return run.DockerExecutor(
        container_image=resources.container_image or host.container_image or "lexatron",
        runtime=host.runtime,
        num_gpus=gpus if wants_gpus and gpus else None,
        network=host.network,
        ipc_mode=host.ipc_mode,
        shm_size=host.shm_size,
        ulimits=list(host.ulimits),
        privileged=host.privileged,
        volumes=mounts,
        env_vars=_environment(host, stage),
        packager=_packager(host),
        additional_kwargs={"user": f"{os.getuid()}:{os.getgid()}"},
    )


def slurm(cluster: SlurmCluster, stage: Stage, *, name: str, experiments: Path) -> run.SlurmExecutor:
    """A Slurm job for one stage: `srun` starts a process a device, so that signals and exit codes reach the batch
    script as they are (torchrun gives a job 30 seconds to save, and turns every code into 1).

    Args:
        cluster: what the cluster is like.
        stage: what the job runs.
        name: of the launch; the job is called NAME.STAGE.
        experiments: where NeMo-Run keeps scripts and logs of a job that is submitted from this machine.
    """
    resources = cluster.resources(stage.kind)
    tunnel = cluster.tunnel
    cpus = resources.cpus_per_task or cluster.cpus_per_task
    image = resources.container_image or cluster.container_image
    variables = {k: shlex.quote(v) for k, v in _environment(cluster, stage).items()} | _rendezvous(stage)
    additional: dict[str, object] = {"kill_on_invalid_dep": "yes", **cluster.additional_parameters}
    return run.SlurmExecutor(
        account=cluster.account,
        partition=resources.partition or cluster.partition,
        qos=resources.qos or cluster.qos,
        job_name_prefix=f"{name}.",
        time=resources.time or cluster.time,
        nodes=stage.nodes,
        ntasks_per_node=stage.tasks,
        cpus_per_task=cpus,
        mem=resources.mem or cluster.mem,
        exclusive=cluster.exclusive or None,
        constraint=resources.constraint or cluster.constraint,
        signal=f"USR1@{cluster.grace_seconds if stage.kind == 'train' else OTHERS_GRACE_S}",
        container_image=image,
        # Without this pyxis lets the values of an image win over those of a job.
        container_env=sorted(variables) if image else None,
        container_mounts=[*cluster.container_mounts, *_secrets_mount(cluster)],
        additional_parameters=additional,
        srun_args=[*_srun(cluster, cpus), *cluster.srun_args],
        tunnel=run.LocalTunnel(job_dir=str(experiments))
        if tunnel is None
        else run.SSHTunnel(
            host=tunnel.host,
            user=tunnel.user,
            port=tunnel.port,
            identity=os.path.expanduser(tunnel.identity) if tunnel.identity else None,
            job_dir=tunnel.job_dir,
        ),
        packager=_packager(cluster),
        env_vars=variables,
        setup_lines="\n".join([*lines(cluster.max_requeues), *cluster.setup]),
        poll_estimated_start_time=False,
        **_gpus(cluster, resources, stage),
    )


def _srun(cluster: SlurmCluster, cpus: int | None) -> list[str]:
    """Options of srun.

    Every node opens the log by itself, and would empty it. Since Slurm 22.05 srun does not take --cpus-per-task over
    from sbatch: each rank would get one CPU.
    """
    mpi = [f"--mpi={cluster.mpi}"] if cluster.mpi else []
    return ["--open-mode=append", *mpi, *([f"--cpus-per-task={cpus}"] if cpus else [])]


def _gpus(cluster: SlurmCluster, resources: Resources, stage: Stage) -> dict[str, object]:
    """How many GPUs a node are asked for, in the cluster's words."""
    default = cluster.gpus_per_node if stage.kind in ("train", "evaluate") else 0
    if stage.gpus is not None:
        default = stage.gpus
    count = default if resources.gpus_per_node is None else resources.gpus_per_node
    if not count or cluster.gpu_request == "none":
        return {}
    return {"gres": f"gpu:{count}"} if cluster.gpu_request == "gres" else {"gpus_per_node": count}


def _rendezvous(stage: Stage) -> dict[str, str]:
    """Where the ranks find each other: the first node's address, which NeMo-Run's batch script looks up; of several,
    such as one of IPv6 beside one of IPv4, the first."""
    return {"MASTER_ADDR": "${head_node_ip%% *}"} if stage.kind == "train" else {}


def _environment(place: Place, stage: Stage) -> dict[str, str]:
    """What every job, the recipe and the cluster file set, the latter before the former."""
    return JOB | stage.environment | place.environment


def _secrets_mount(place: Place, *, read_only: bool = False) -> list[str]:
    path = place.secrets
    if path is None:
        return []
    return [f"{path}:{path}:ro"] if read_only else [f"{path}:{path}"]


def _packager(place: Place) -> run.Packager:
    if place.packager == "git":
        return run.GitArchivePackager(check_uncommitted_changes=True)
    if place.packager == "pattern":
        return run.PatternPackager(include_pattern=place.package_pattern, relative_path=os.getcwd())
    return run.Packager()
