"""LoRA and QLoRA as NeMo's `peft`: adapters on every linear layer of the decoder."""

from __future__ import annotations

import nemo_run as run

from plugins.qlora import MendedLoRA, QLoRA
from recipes.settings import Adapting

LINEAR_LAYERS = ["linear_qkv", "linear_proj", "linear_fc1", "linear_fc2"]


def lora(settings: Adapting) -> run.Config:
    """LoRA (arXiv 2106.09685) in BF16 on a frozen base: NeMo's, mended (docs/qlora.md)."""
    return run.Config(MendedLoRA, **_arguments(settings))


def qlora(settings: Adapting) -> run.Config:
    """QLoRA (arXiv 2305.14314): the same adapters on a base in NF4."""
    return run.Config(QLoRA, **_arguments(settings))


def _arguments(settings: Adapting) -> dict[str, object]:
    return {
        "target_modules": list(LINEAR_LAYERS),
        "dim": settings.lora_rank,
        "alpha": settings.lora_alpha,
        "dropout": settings.lora_dropout,
    }
