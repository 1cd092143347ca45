"""The cluster file: what a Slurm cluster or a Docker host is like, in YAML, checked key by key (docs/launch.md)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from lexatron.errors import UserError
from lexatron.yaml_file import checked, read_mapping

Kind = Literal["data", "train", "convert", "evaluate", "report"]
"""What a stage does, which decides what it needs; a cluster file may treat each kind otherwise."""
KINDS: tuple[Kind, ...] = get_args(Kind)

SECRET = re.compile(r"(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY)", re.IGNORECASE)
TIME = re.compile(r"(\d+-)?\d{1,2}:\d{2}:\d{2}|\d+:\d{2}")
NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
PAGE = "docs/launch.md"


def _variables(environment: dict[str, str]) -> dict[str, str]:
    for name in environment:
        if SECRET.search(name):
            raise ValueError(
                f"{name} looks like a secret, and this would end up in scripts and logs: put it into a file "
                "that only you can read, and name that file under secrets_file"
            )
        if not NAME.fullmatch(name):
            raise ValueError(f"{name} is not a name in capitals: NeMo-Run would turn it into {name.upper()}")
    return environment


def _time(value: str) -> str:
    if not TIME.fullmatch(value):
        raise ValueError(
            'not a time as Slurm writes it: "24:00:00" or "2-00:00:00", in quotes (YAML reads 24:00:00 as 86400)'
        )
    return value


Environment = Annotated[dict[str, str], AfterValidator(_variables)]
Time = Annotated[str, AfterValidator(_time)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Tunnel(_Section):
    """An SSH connection to the login node; without it the commands run on this machine.

    Attributes:
        host: of the login node.
        user: there.
        job_dir: a folder there, on the file system that the nodes share, for scripts and logs.
        port: of its SSH server.
        identity: private key; None: the agent's or the default ones.
        known_hosts: a file of host keys, beside ~/.ssh/known_hosts; a host that neither knows is refused.
    """

    host: str
    user: str
    job_dir: str
    port: int = 22
    identity: str | None = None
    known_hosts: str | None = None


class Resources(_Section):
    """What one kind of stage asks for, where that differs from the rest of the file; None: as the rest."""

    partition: str | None = None
    qos: str | None = None
    time: Time | None = None
    cpus_per_task: int | None = Field(default=None, ge=1)
    gpus_per_node: int | None = Field(default=None, ge=0)
    mem: str | None = None
    constraint: str | None = None
    container_image: str | None = None


class _Place(_Section):
    """What a Slurm cluster and a Docker host have in common."""

    container_image: str | None = None
    container_mounts: list[str] = Field(default_factory=list)
    workdir: str | None = None
    """Where relative paths are, on the nodes or in the container; None: the folder that the command is given in."""
    python: str | None = None
    """The Python with lexatron; None: this one, or `python` in a container or over SSH."""
    environment: Environment = Field(default_factory=dict)
    secrets_file: str | None = None
    """A file of NAME=value lines that only its owner can read, read by the job when it starts."""
    packager: Literal["none", "git", "pattern"] = "none"
    """Where the code comes from: what is installed there, `git archive` of HEAD, or the files of package_pattern."""
    package_pattern: str = "*.py"
    max_requeues: int = Field(default=20, ge=0)
    """Times that a stage may start again, whatever the reason."""
    jobs: dict[Kind, Resources] = Field(default_factory=dict)

    @property
    def secrets(self) -> str | None:
        """`secrets_file` as the jobs see it: in a container ~ is another folder, and so is the current one in a job."""
        return None if self.secrets_file is None else os.path.abspath(os.path.expanduser(self.secrets_file))

    def resources(self, kind: Kind) -> Resources:
        """What a kind of stage asks for."""
        return self.jobs.get(kind, Resources())


class SlurmCluster(_Place):
    """A Slurm cluster.

    Attributes:
        account: to charge; Slurm accounts are mandatory for NeMo-Run.
        partition: None: the cluster's default.
        nodes: most nodes that a job may have.
        gpus_per_node: GPUs of a node, 0 where it has none.
        gpu_request: `gpus-per-node` or `gres`, whichever the cluster understands; `none` where nodes come whole.
        time: limit of a job; a run that takes longer is requeued and goes on.
        grace_seconds: so long before the limit a training saves and ends, to be requeued.
        mpi: `srun --mpi`; None: the cluster's default.
        setup: shell lines before the job's commands (module load ...).
        additional_parameters: further sbatch options.
        srun_args: further srun options.
    """

    executor: Literal["slurm"]
    account: str
    partition: str | None = None
    qos: str | None = None
    nodes: int = Field(default=1024, ge=1)
    gpus_per_node: int = Field(default=8, ge=0)
    gpu_request: Literal["gpus-per-node", "gres", "none"] = "gpus-per-node"
    cpus_per_task: int | None = Field(default=None, ge=1)
    mem: str | None = "0"
    exclusive: bool = False
    constraint: str | None = None
    time: Time = "24:00:00"
    grace_seconds: int = Field(default=300, ge=1)
    mpi: str | None = None
    setup: list[str] = Field(default_factory=list)
    tunnel: Tunnel | None = None
    additional_parameters: dict[str, str | int | bool] = Field(default_factory=dict)
    srun_args: list[str] = Field(default_factory=list)

    @field_validator("tunnel")
    @classmethod
    def _there(cls, tunnel: Tunnel | None, info: ValidationInfo) -> Tunnel | None:
        """This machine knows neither the home folder nor the current one of the login node."""
        secrets = info.data.get("secrets_file")
        if tunnel is not None and secrets is not None and not os.path.isabs(secrets):
            raise ValueError(f"over SSH secrets_file has to be an absolute path, and is {secrets}")
        return tunnel


class DockerHost(_Place):
    """A Docker engine on this machine.

    Attributes:
        runtime: `nvidia` for GPUs, where the engine has it; None: the default.
        gpus: GPUs of a container: -1 all, 0 none.
        network: `host`, or a network of Docker's.
        shm_size: shared memory, where `ipc_mode` is not `host`.
    """

    executor: Literal["docker"]
    container_image: str | None = "lexatron"
    runtime: str | None = None
    gpus: int = Field(default=-1, ge=-1)
    network: str = "host"
    ipc_mode: str | None = "host"
    shm_size: str | None = None
    ulimits: list[str] = Field(default_factory=lambda: ["memlock=-1", "stack=67108864"])
    privileged: bool = False


Place = SlurmCluster | DockerHost
_MODELS: dict[str, type[SlurmCluster] | type[DockerHost]] = {"slurm": SlurmCluster, "docker": DockerHost}


def seconds(time: str) -> int:
    """A time as Slurm writes it, in seconds: 1-12:00:00, 24:00:00 or 30:00."""
    days, _, clock = time.rpartition("-")
    total = 0
    for part in clock.split(":"):
        total = total * 60 + int(part)
    return total + int(days or 0) * 86_400


def load(path: Path, executor: str) -> Place:
    """Read a cluster file.

    Raises:
        UserError: it is not there, not YAML, for another executor, or a key is unknown, missing or of another type.
    """
    content = read_mapping(path, "a cluster file", f"copy clusters/example-{executor}.yaml and fill it in", PAGE)
    if content.get("executor") != executor:
        found = content.get("executor")
        remedy = f"write executor: {executor}, or give the file of another place with --cluster"
        raise UserError(f"this is not a file for --executor {executor} (executor: {found})", where=path, remedy=remedy)
    return checked(_MODELS[executor], content, path, PAGE)
