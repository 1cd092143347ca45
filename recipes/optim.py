"""The optimizer of every recipe: Adam with decoupled weight decay, warm-up and cosine; its states by the layout."""

from __future__ import annotations

from typing import Any

import nemo_run as run
import torch
from megatron.core.optimizer import OptimizerConfig
from nemo import lightning as nl
from nemo.lightning.pytorch.optim import CosineAnnealingScheduler

from recipes.layouts import Optimizer
from recipes.schedule import Schedule

# Transformer Engine's FusedAdam with states of fewer bits; FP32 master weights are the BF16 weights and 16 bits more.
_PRECISION_AWARE = {
    "use_precision_aware_optimizer": True,
    "main_grads_dtype": torch.bfloat16,
    "main_params_dtype": torch.float32,
    "store_param_remainders": True,
}
STATES: dict[Optimizer, dict[str, Any]] = {
    "adam": {},
    "adam_bf16": {**_PRECISION_AWARE, "exp_avg_dtype": torch.bfloat16, "exp_avg_sq_dtype": torch.bfloat16},
    # The first moment bears FP8, the second one does not: FP8-LM, arXiv 2310.18313. uint8 is FusedAdam's word for FP8.
    "adam_fp8": {**_PRECISION_AWARE, "exp_avg_dtype": torch.uint8, "exp_avg_sq_dtype": torch.float16},
    "cpu_offload": {
        "use_precision_aware_optimizer": True,  # Megatron's hybrid optimizer goes through that path; all stays FP32
        "optimizer_cpu_offload": True,
        "optimizer_offload_fraction": 1.0,
        "overlap_cpu_optimizer_d2h_h2d": True,
    },
}


def _states(states: Optimizer, precision: run.Config) -> dict[str, Any]:
    """The settings of `states`; weights that are FP8 themselves have no 16 bits that a remainder would go on from."""
    settings = dict(STATES[states])
    if precision.fp8 and precision.fp8_param_gather and settings.get("store_param_remainders"):
        settings["store_param_remainders"] = False
    return settings


def adam_cosine(
    schedule: Schedule,
    *,
    max_lr: float,
    min_lr: float | None = None,
    weight_decay: float = 0.01,
    clip_grad: float = 1.0,
    adam_beta2: float = 0.95,
    precision: run.Config,
    states: Optimizer = "adam",
    use_distributed_optimizer: bool = True,
) -> run.Config:
    """Adam (0.9, `adam_beta2`), linear warm-up, cosine to `min_lr` (a tenth of `max_lr` where not given)."""
    return run.Config(
        nl.MegatronOptimizerModule,
        config=run.Config(
            OptimizerConfig,
            optimizer="adam",
            lr=max_lr,
            weight_decay=weight_decay,
            bf16=precision.precision != "32",
            # Megatron decides by it how the states are kept before NeMo copies the precision into this configuration.
            **({"fp8_recipe": precision.fp8_recipe} if precision.fp8 else {}),
            adam_beta1=0.9,
            adam_beta2=adam_beta2,
            adam_eps=1e-8,
            clip_grad=clip_grad,
            use_distributed_optimizer=use_distributed_optimizer,
            **_states(states, precision),
        ),
        lr_scheduler=run.Config(
            CosineAnnealingScheduler,
            max_steps=schedule.max_steps,
            warmup_steps=schedule.warmup_steps,
            constant_steps=0,
            min_lr=max_lr / 10 if min_lr is None else min_lr,
        ),
    )
