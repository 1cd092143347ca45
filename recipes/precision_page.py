"""`docs/precision.md`: what is in which format, read from built recipes, so that it cannot say what is not so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nemo_run as run
import torch

from recipes.optim import STATES
from recipes.precision import PRECISIONS
from recipes.registry import find

RECIPE = "llama33_70b_cpt"
LAYOUT = "b200x8"
NAMES = {
    torch.float32: "FP32",
    torch.bfloat16: "BF16",
    torch.float16: "FP16",
    torch.uint8: "FP8",
}
_FP8_INPUT = {"delayed": "E4M3, scale a tensor from history", "tensorwise": "E4M3, scale a tensor"}
_FP8_GRADIENT = {"delayed": "E5M2, scale a tensor from history", "tensorwise": "E5M2, scale a tensor"}


def components(recipe: run.Partial) -> dict[str, str]:
    """Each component of a training and its format, in the order of the data's way through a step."""
    plugin, optimizer = recipe.trainer.plugins, recipe.optim.config
    rest = "FP32" if plugin.precision == "32" else "BF16"
    return {
        "layers in BF16 throughout": _bf16_layers(plugin, recipe.model.config.num_layers),
        "weights as kept": _kept_weights(plugin, rest),
        "weights of linear layers in matrix products": _weights(plugin, rest),
        "inputs of linear layers": _inputs(plugin, rest),
        "gradients of their outputs": _gradients(plugin, rest),
        "attention, RoPE, SwiGLU, norms, residual stream": rest,
        "embedding and output layer": rest,
        "loss": "FP32, from logits in " + rest,
        "TP, SP, CP and PP communication": _communication(plugin, rest),
        "gradient accumulation and reduction": NAMES[torch.float32] if _fp32_gradients(recipe) else "BF16",
        "weight gathering of the distributed optimizer": _gathered(plugin, rest),
        "master weights": _master(optimizer, rest),
        "first moment": NAMES[getattr(optimizer, "exp_avg_dtype", torch.float32)],
        "second moment": NAMES[getattr(optimizer, "exp_avg_sq_dtype", torch.float32)],
        "checkpoint": f"weights {rest}, master weights and moments as above",
        "export and inference": f"{rest} (Hugging Face safetensors)",
    }


def _fp8(plugin: run.Config) -> str | None:
    return str(plugin.fp8_recipe) if plugin.fp8 else None


def _bf16_layers(plugin: run.Config, num_layers: int) -> str:
    if not (plugin.fp8 or plugin.fp4):
        return "all" if plugin.precision != "32" else "none"
    if not plugin.first_last_layers_bf16:
        return "none"
    first, last = plugin.num_layers_at_start_in_bf16, plugin.num_layers_at_end_in_bf16
    return f"first {first}, last {last} of {num_layers}"


def _kept_weights(plugin: run.Config, rest: str) -> str:
    if plugin.fp8 and plugin.fp8_param_gather:
        return f"FP8 in linear layers, {rest} elsewhere"
    return rest


def _weights(plugin: run.Config, rest: str) -> str:
    if plugin.fp4:
        return "E2M1, E4M3 scale a 16 x 16 block, FP32 scale a tensor"
    return {
        None: rest,
        "blockwise": "E4M3, scale a 128 x 128 block",
        "mxfp8": "E4M3, power-of-two scale for 32 elements",
    }.get(_fp8(plugin), _FP8_INPUT.get(_fp8(plugin) or "", rest))


def _inputs(plugin: run.Config, rest: str) -> str:
    if plugin.fp4:
        return "E2M1, E4M3 scale for 16 elements, FP32 scale a tensor; Hadamard before the weight gradient"
    return {
        None: rest,
        "blockwise": "E4M3, scale for 1 x 128 elements",
        "mxfp8": "E4M3, power-of-two scale for 32 elements",
    }.get(_fp8(plugin), _FP8_INPUT.get(_fp8(plugin) or "", rest))


def _gradients(plugin: run.Config, rest: str) -> str:
    if plugin.fp4:
        return "as inputs, rounded stochastically"
    return {
        None: rest,
        "blockwise": "E4M3, scale for 1 x 128 elements",
        "mxfp8": "E4M3, power-of-two scale for 32 elements",
    }.get(_fp8(plugin), _FP8_GRADIENT.get(_fp8(plugin) or "", rest))


def _communication(plugin: run.Config, rest: str) -> str:
    return f"{rest}; inputs of linear layers quantised first where TE can" if plugin.fp8 or plugin.fp4 else rest


def _fp32_gradients(recipe: run.Partial) -> bool:
    return bool(recipe.trainer.plugins.grad_reduce_in_fp32)  # NeMo copies it over what the strategy says


def _gathered(plugin: run.Config, rest: str) -> str:
    return "FP8" if plugin.fp8 and plugin.fp8_param_gather else rest


def _master(optimizer: run.Config, rest: str) -> str:
    if rest == "FP32":
        return "the weights themselves"
    if optimizer.use_precision_aware_optimizer and not optimizer.optimizer_cpu_offload:
        return "FP32, of which 16 bits are the BF16 weight's"
    return "FP32, in the host's memory" if optimizer.optimizer_cpu_offload else "FP32"


def columns() -> dict[str, Mapping[str, str]]:
    """The components of every precision, for 70B pre-training on 8 B200 with plain Adam."""
    factory = find(RECIPE).load()
    return {
        name: components(factory(layout=LAYOUT, precision=name, tokens=1_000_000))
        for name in PRECISIONS
        if name != "fp32"
    }


def optimizer_rows() -> list[tuple[Any, ...]]:
    """The optimizer choices of a layout: name, master weights, moments, gradients, bytes a parameter."""
    rows = []
    for name, states in STATES.items():
        first, second = (states.get(key, torch.float32) for key in ("exp_avg_dtype", "exp_avg_sq_dtype"))
        gradient = states.get("main_grads_dtype", torch.float32)
        remainder = bool(states.get("store_param_remainders")) and not states.get("optimizer_cpu_offload")
        master = 2 if remainder else 4
        where = " (host)" if states.get("optimizer_cpu_offload") else ""
        optimizer = master + first.itemsize + second.itemsize
        rows.append(
            (
                f"`{name}`",
                f"{'16 more bits' if remainder else 'FP32'}{where}",
                f"{NAMES[first]}, {NAMES[second]}{where}",
                NAMES[gradient],
                f"2 + {gradient.itemsize} + {optimizer} = {2 + gradient.itemsize + optimizer}",
            )
        )
    return rows
