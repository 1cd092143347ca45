"""Precision by name. FP8 and NVFP4 are not built yet; the names here are those that train today."""

from __future__ import annotations

import nemo_run as run
import torch
from nemo import lightning as nl

from lexatron.errors import UserError


def fp32() -> run.Config:
    """Everything in FP32: the reference for tests, and as fast as BF16 on most CPUs."""
    return run.Config(nl.MegatronMixedPrecision, precision="32", params_dtype=torch.float32, autocast_enabled=False)


def bf16() -> run.Config:
    """BF16 weights and activations, FP32 master weights, moments and gradient reduction."""
    return run.Config(
        nl.MegatronMixedPrecision,
        precision="bf16-mixed",
        params_dtype=torch.bfloat16,
        pipeline_dtype=torch.bfloat16,
        autocast_enabled=False,
        grad_reduce_in_fp32=True,
    )


PRECISIONS = {"fp32": fp32, "bf16": bf16}


def precision(name: str) -> run.Config:
    """The precision plugin of that name.

    Raises:
        UserError: it is unknown, or known and not built yet.
    """
    if name not in PRECISIONS:
        raise UserError(f"precision {name!r} is not built", remedy=f"one of: {', '.join(PRECISIONS)}")
    return PRECISIONS[name]()
