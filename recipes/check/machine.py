"""What this machine has: Python, packages, CUDA, GPUs and whether W&B knows the user; read once, then plain data."""

from __future__ import annotations

import netrc
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distributions, requires
from pathlib import Path
from urllib.parse import urlsplit

import torch
from packaging.utils import canonicalize_name

import plugins.cpu

WANDB_HOST = "https://api.wandb.ai"


@dataclass(frozen=True)
class FoundGpu:
    """A GPU as PyTorch sees it; `memory_bytes` is all of its memory."""

    name: str
    compute_capability: tuple[int, int]
    memory_bytes: int


@dataclass(frozen=True)
class Machine:
    """The environment of a run.

    Attributes:
        python: its version.
        requirements: lexatron's own, extras included, as in its metadata; None where it is not installed.
        versions: canonical name of every installed package -> version.
        cuda: the CUDA that PyTorch was built for; None for a CPU build.
        gpus: those that this process may use.
        cores: of the CPU.
        memory_bytes: of the host.
        wandb_mode: the environment's `WANDB_MODE`, or an empty string.
        wandb_login: whether a key of W&B is there; the key itself is not kept.
    """

    python: tuple[int, int, int]
    requirements: tuple[str, ...] | None
    versions: Mapping[str, str]
    cuda: str | None
    gpus: tuple[FoundGpu, ...]
    cores: int
    memory_bytes: int
    wandb_mode: str
    wandb_login: bool


def this_machine() -> Machine:
    """Look at the machine that runs this process."""
    return Machine(
        python=sys.version_info[:3],
        requirements=_requirements(),
        versions={canonicalize_name(found.name): found.version for found in distributions() if found.name},
        cuda=torch.version.cuda,
        gpus=() if plugins.cpu.is_installed() else _gpus(),
        cores=os.cpu_count() or 1,
        memory_bytes=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        wandb_mode=os.environ.get("WANDB_MODE", ""),
        wandb_login=_wandb_login(os.environ),
    )


def _requirements() -> tuple[str, ...] | None:
    try:
        return tuple(requires("lexatron") or ())
    except PackageNotFoundError:
        return None


def _gpus() -> tuple[FoundGpu, ...]:
    devices = [torch.cuda.get_device_properties(number) for number in range(torch.cuda.device_count())]
    return tuple(FoundGpu(device.name, (device.major, device.minor), device.total_memory) for device in devices)


def _wandb_login(environment: Mapping[str, str]) -> bool:
    """Whether W&B would find a key: in `WANDB_API_KEY`, or in the netrc file where `wandb login` writes it."""
    if environment.get("WANDB_API_KEY"):
        return True
    host = urlsplit(environment.get("WANDB_BASE_URL", WANDB_HOST)).netloc
    try:
        file = Path(environment.get("NETRC", "~/.netrc")).expanduser()
        return netrc.netrc(str(file)).authenticators(host) is not None
    except (OSError, netrc.NetrcParseError):
        return False
