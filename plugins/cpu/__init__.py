"""Unmodified NeMo 2.x and Megatron-Core on a machine without a GPU: gloo, plain torch, the same parameter names.

    from plugins.cpu import install
    install()          # True where the backend is on, False (and nothing touched) where CUDA is there

`import plugins` calls it, so every process that can rebuild a recipe has it: torchrun workers, NeMo-Run's
task runner, `nemo llm pretrain`, the spawned process that writes a checkpoint. `LEXATRON_CPU_BACKEND=0`
prevents it. `patches()` lists everything that is replaced, and why.
"""

from __future__ import annotations

import os

from plugins.cpu.patching import Patch, patches

__all__ = ["Patch", "install", "is_installed", "patches"]

_installed = False


def is_installed() -> bool:
    """Whether this process runs on the CPU backend."""
    return _installed


def install() -> bool:
    """Put the CPU backend in place, once a process; True where it is on.

    On a machine with CUDA nothing is touched. Call it before the first NeMo object is built; NeMo may be
    imported already.
    """
    global _installed
    if _installed or os.environ.get("LEXATRON_CPU_BACKEND") == "0":
        return _installed
    import torch

    if torch.cuda.is_available():
        return False
    _installed = True
    os.environ.setdefault("DS_ACCELERATOR", "cpu")  # DeepSpeed, which NeMo imports where it is, warns on stdout else
    from plugins.cpu import megatron_core, nemo_lightning, torch_cuda

    torch_cuda.apply()
    megatron_core.apply()
    nemo_lightning.apply()
    return True
