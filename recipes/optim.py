"""The optimizer of every recipe: Adam with decoupled weight decay, warm-up and cosine."""

from __future__ import annotations

import nemo_run as run
from megatron.core.optimizer import OptimizerConfig
from nemo import lightning as nl
from nemo.lightning.pytorch.optim import CosineAnnealingScheduler

from recipes.schedule import Schedule


def adam_cosine(
    schedule: Schedule,
    *,
    max_lr: float,
    min_lr: float | None = None,
    weight_decay: float = 0.01,
    clip_grad: float = 1.0,
    adam_beta2: float = 0.95,
    precision: str = "bf16",
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
            bf16=precision != "fp32",
            adam_beta1=0.9,
            adam_beta2=adam_beta2,
            adam_eps=1e-8,
            clip_grad=clip_grad,
            use_distributed_optimizer=use_distributed_optimizer,
        ),
        lr_scheduler=run.Config(
            CosineAnnealingScheduler,
            max_steps=schedule.max_steps,
            warmup_steps=schedule.warmup_steps,
            constant_steps=0,
            min_lr=max_lr / 10 if min_lr is None else min_lr,
        ),
    )
