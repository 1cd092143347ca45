"""The same bits every time: what has to be set, and where."""

from __future__ import annotations

import os
from typing import Any

import torch
from lightning.pytorch.callbacks import Callback

ENVIRONMENT = {
    "NVTE_ALLOW_NONDETERMINISTIC_ALGO": "0",  # Transformer Engine: attention's backward pass without atomics
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # cuBLAS: one workspace a stream (cuBLAS manual, "Results reproducibility")
    "NCCL_ALGO": "Ring",  # NCCL: reductions in one order; Megatron's deterministic mode asks for it
}
"""To be set before the process starts its CUDA context; a launcher's environment is the place."""


class Deterministic(Callback):
    """Deterministic kernels of torch, Transformer Engine and Megatron; an operation that has none raises an error.

    Two runs of the same recipe on the same hardware then give the same bits. On a CPU that holds without it.
    The environment is set when this is built, before the model is; what the user has set already stays.
    """

    def __init__(self) -> None:
        for name, value in ENVIRONMENT.items():
            os.environ.setdefault(name, value)

    def setup(self, trainer: Any, pl_module: Any, stage: str) -> None:
        torch.use_deterministic_algorithms(True)
        torch.backends.cudnn.benchmark = False
        pl_module.config.deterministic_mode = True
        pl_module.config.cross_entropy_loss_fusion = False  # Megatron-LM's argument check: not deterministic
