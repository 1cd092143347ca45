"""Precision by name: the settings of NeMo, Megatron and Transformer Engine spelled out, and what hardware they need.

A plugin says everything that differs from BF16. Linear layers of Transformer Engine compute in FP8 or FP4; attention,
norms, embeddings, the output layer, the residual stream, master weights and moments do not: see docs/precision.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

import nemo_run as run
import torch
from nemo import lightning as nl

from lexatron.errors import UserError
from plugins.emulation.callback import PrecisionEmulation
from plugins.emulation.schemes import KINDS
from recipes.hardware import Gpu
from recipes.layouts import Layout
from recipes.settings import Settings


def fp32() -> run.Config:
    """Everything in FP32: the reference for tests, and as fast as BF16 on most CPUs."""
    return run.Config(nl.MegatronMixedPrecision, precision="32", params_dtype=torch.float32, autocast_enabled=False)


def bf16() -> run.Config:
    """BF16 weights and activations; FP32 master weights, moments and gradient reduction."""
    return run.Config(
        nl.MegatronMixedPrecision,
        precision="bf16-mixed",
        params_dtype=torch.bfloat16,
        pipeline_dtype=torch.bfloat16,
        autocast_enabled=False,
        grad_reduce_in_fp32=True,
    )


def fp8() -> run.Config:
    """Delayed scaling, a scale a tensor: E4M3 forward, E5M2 gradients, the largest of the last 1024 amax values.

    As NeMo's `bf16_with_fp8_mixed`, and Transformer Engine's `DelayedScaling`; weights are kept and gathered in FP8.
    """
    plugin = bf16()
    plugin.fp8 = "hybrid"
    plugin.fp8_recipe = "delayed"
    plugin.fp8_margin = 0
    plugin.fp8_amax_history_len = 1024
    plugin.fp8_amax_compute_algo = "max"
    plugin.fp8_param_gather = True
    return plugin


def fp8_current() -> run.Config:
    """Current scaling: a scale a tensor from the tensor itself; the first and the last layer stay in BF16.

    As NeMo's `bf16_with_fp8_current_scaling_mixed`, and Transformer Engine's `Float8CurrentScaling`.
    """
    plugin = bf16()
    plugin.fp8 = "hybrid"
    plugin.fp8_recipe = "tensorwise"
    plugin.first_last_layers_bf16 = True
    plugin.num_layers_at_start_in_bf16 = 1
    plugin.num_layers_at_end_in_bf16 = 1
    plugin.fp8_param_gather = True
    return plugin


def fp8_blockwise() -> run.Config:
    """A scale for 1 x 128 elements of inputs and gradients and 128 x 128 of weights, E4M3 throughout.

    Transformer Engine's `Float8BlockScaling`, after DeepSeek-V3 (arXiv 2412.19437). Weights are kept in BF16: NeMo 2.7
    has no factory for it, and gathering block-scaled weights is newer than the container's release.
    """
    plugin = bf16()
    plugin.fp8 = "e4m3"
    plugin.fp8_recipe = "blockwise"
    plugin.fp8_param_gather = False
    return plugin


def mxfp8() -> run.Config:
    """OCP microscaling: E4M3 with a power-of-two scale for every 32 elements, in the tensor cores of Blackwell.

    As NeMo's `bf16_with_mxfp8_mixed`, and Transformer Engine's `MXFP8BlockScaling`; the gradient buffer is used again
    for gathering weights.
    """
    plugin = bf16()
    plugin.fp8 = "e4m3"
    plugin.fp8_recipe = "mxfp8"
    plugin.fp8_param_gather = True
    plugin.reuse_grad_buf_for_mxfp8_param_ag = True
    return plugin


def nvfp4(num_layers: int) -> run.Config:
    """E2M1 with an E4M3 scale for every 16 elements and an FP32 scale a tensor; weights in 16 x 16 blocks, stochastic
    rounding of gradients, a random Hadamard transform before the weight gradient.

    Transformer Engine's `NVFP4BlockScaling`. Of 62 layers the 2 first and the 8 last stay in BF16, as in arXiv
    2509.25149, where training all in FP4 diverged; here the same shares of `num_layers`. Weights are kept in BF16.
    """
    plugin = bf16()
    plugin.fp4 = "e2m1"
    plugin.fp4_recipe = "nvfp4"
    plugin.first_last_layers_bf16 = True
    plugin.num_layers_at_start_in_bf16 = max(1, round(num_layers * 2 / 62))
    plugin.num_layers_at_end_in_bf16 = max(1, round(num_layers * 8 / 62))
    return plugin


@dataclass(frozen=True)
class Precision:
    """A precision and what it needs.

    Attributes:
        summary: what it is, in a few words.
        make: builds the plugin for a model of so many layers.
        compute_capability: CUDA's, at least; (0, 0) where a CPU does as well.
        peak: key of `Gpu.peak_flops` for the linear layers.
        needs: why that hardware, in words for an error.
    """

    name: str
    summary: str
    make: Callable[[int], run.Config]
    compute_capability: tuple[int, int]
    peak: str
    needs: str = ""


_FP8_CORES = "FP8 tensor cores (compute capability 8.9: Ada, Hopper, Blackwell)"
PRECISIONS = {
    p.name: p
    for p in (
        Precision("fp32", "everything in FP32", lambda layers: fp32(), (0, 0), "bf16"),
        Precision("bf16", "BF16 with FP32 master weights", lambda layers: bf16(), (0, 0), "bf16"),
        Precision(
            "fp8",
            "FP8, delayed scaling: E4M3 and E5M2, amax history 1024",
            lambda layers: fp8(),
            (8, 9),
            "fp8",
            _FP8_CORES,
        ),
        Precision(
            "fp8_current",
            "FP8, current scaling; first and last layer in BF16",
            lambda layers: fp8_current(),
            (8, 9),
            "fp8",
            _FP8_CORES,
        ),
        Precision(
            "fp8_blockwise",
            "FP8, E4M3 with scales for 1 x 128 and 128 x 128 blocks",
            lambda layers: fp8_blockwise(),
            (9, 0),
            "fp8",
            "compute capability 9.0 (Hopper)",
        ),
        Precision(
            "mxfp8",
            "FP8, E4M3 with power-of-two scales for 32 elements",
            lambda layers: mxfp8(),
            (10, 0),
            "fp8",
            "compute capability 10.0 (Blackwell)",
        ),
        Precision(
            "nvfp4",
            "NVFP4, E2M1; about one layer in six in BF16",
            nvfp4,
            (10, 0),
            "fp4",
            "compute capability 10.0 (Blackwell)",
        ),
    )
}


def find(name: str) -> Precision:
    """The precision of that name.

    Raises:
        UserError: it is unknown; the nearest name is suggested.
    """
    if name in PRECISIONS:
        return PRECISIONS[name]
    near = get_close_matches(name, PRECISIONS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(PRECISIONS)}"
    raise UserError(f"unknown precision {name!r}", remedy=hint)


def check(precision: Precision, gpu: Gpu | None) -> None:
    """Refuse a precision that the hardware lacks: without Transformer Engine it would be ignored in silence.

    Raises:
        UserError: why, and what to use instead.
    """
    if precision.compute_capability == (0, 0):
        return
    if gpu is None:
        raise UserError(
            f"precision {precision.name} needs {precision.needs}, and this layout is for a CPU",
            remedy="use precision=bf16 or fp32; precision_emulation= studies FP8 and NVFP4 on a CPU",
        )
    if gpu.compute_capability < precision.compute_capability:
        mine = ".".join(map(str, gpu.compute_capability))
        raise UserError(
            f"precision {precision.name} needs {precision.needs}; {gpu.name} has {mine}",
            remedy="use fp8_current or bf16 there",
        )


def plugin(name: str, num_layers: int, layout: Layout) -> run.Config:
    """The plugin of a precision for a model and a layout: gradients are reduced in the optimizer's gradient format.

    Raises:
        UserError: the precision is unknown.
    """
    made = find(name).make(num_layers)
    if layout.optimizer in ("adam_bf16", "adam_fp8"):
        made.grad_reduce_in_fp32 = False
    return made


def emulation(settings: Settings, num_layers: int) -> run.Config:
    """The callback that fake-quantises on any machine, with the layers in BF16 that the real precision keeps.

    Raises:
        UserError: there is no emulation of that name.
    """
    kind = settings.precision_emulation or ""
    if kind not in KINDS:
        raise UserError(f"precision emulation {kind!r} is unknown", remedy=f"one of: {', '.join(KINDS)}")
    real = find(kind).make(num_layers)
    return run.Config(
        PrecisionEmulation,
        kind=kind,
        bf16_first_layers=real.num_layers_at_start_in_bf16,
        bf16_last_layers=real.num_layers_at_end_in_bf16,
        seed=settings.seed,
        bf16_after_fraction=1 - settings.bf16_decay if settings.bf16_decay else None,
    )
