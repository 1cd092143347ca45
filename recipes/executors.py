"""Where a recipe runs, as NeMo-Run executors. Today: this machine. Docker and Slurm are not built yet."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nemo_run as run

from plugins.callbacks.determinism import ENVIRONMENT


def local(devices: int = 1, *, on_cpu: bool, deterministic: bool = False) -> run.LocalExecutor:
    """This machine: one process, or torchrun with one process a device.

    On a CPU the cores are divided among the processes, unless OMP_NUM_THREADS is set;
    W&B stays quiet, and nothing is looked up on the hub.
    """
    # NeMo-Run starts `python`, whatever that is on the PATH: it has to be this one.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    env = {"PATH": path, "TOKENIZERS_PARALLELISM": "false", "WANDB_SILENT": "true", "PYTHONUNBUFFERED": "1"}
    if on_cpu:
        env["OMP_NUM_THREADS"] = os.environ.get("OMP_NUM_THREADS") or str(max(1, (os.cpu_count() or 1) // devices))
        env["HF_HUB_OFFLINE"] = "1"
    if deterministic:
        env |= ENVIRONMENT
    launcher = "torchrun" if devices > 1 else None
    return run.LocalExecutor(launcher=launcher, ntasks_per_node=devices, env_vars=env)
