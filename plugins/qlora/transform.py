"""QLoRA for NeMo and Megatron: LoRA on a base model whose decoder linears are frozen in NF4.

    recipe.peft = run.Config(QLoRA, dim=64, alpha=128, dropout=0.05)

NeMo builds the model, restores the base weights, and then calls this transform, which replaces one linear layer after
another. Until then the model stays on the host: of the full-precision base, one weight at a time is on the device.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from nemo.lightning.pytorch.utils import is_trainer_attached

from lexatron.errors import UserError
from plugins.qlora.linear import NF4Linear, is_quantised
from plugins.qlora.mended_lora import MendedLoRA

ON_HOST = {"use_cpu_initialization": True, "perform_initialization": False}


@dataclass
class QLoRA(MendedLoRA):
    """NeMo's `LoRA`, same arguments, on a base in 4 bits (arXiv 2305.14314).

    All of `linear_qkv`, `linear_proj`, `linear_fc1` and `linear_fc2` of the decoder layers are kept in NF4, also those
    that `target_modules` leaves without an adapter; norms, embeddings and the output layer stay as they are. The base
    is used in the dtype of the activations (BF16), gets no gradient, and is in no checkpoint of the run.

    Args:
        double_quantisation: keep the scales in 8 bits too: 4.127 instead of 4.5 bits a weight.
    """

    double_quantisation: bool = True

    _before: dict[str, Any] = field(init=False, repr=False, default_factory=dict)
    _config: Any = field(init=False, repr=False, default=None)
    _device: torch.device | None = field(init=False, repr=False, default=None)

    def setup(self, trainer: Any, pl_module: Any, stage: str) -> None:
        """Before the model is built: have it built on the host, without drawing random base weights.

        Raises:
            UserError: FP8 or FP4 is on.
        """
        config = self._config = pl_module.config
        if getattr(config, "fp8", None) or getattr(config, "fp4", None):
            raise UserError("QLoRA unpacks its 4-bit base to BF16: FP8 and FP4 have no effect", remedy="precision=bf16")
        super().setup(trainer, pl_module, stage)
        self._before = {name: getattr(config, name) for name in ON_HOST}
        for name, value in ON_HOST.items():
            setattr(config, name, value)

    def apply_transform(self, trainer: Any) -> None:
        """After the base weights are there: quantise them and add the adapters.

        Raises:
            UserError: no base weights were restored.
        """
        if self.wrapped_io.model_ckpt_path is None:
            raise UserError("QLoRA needs a trained base", remedy="give checkpoint=... of the base model")
        super().apply_transform(trainer)

    def __call__(self, model: Any) -> Any:
        for name, value in self._before.items():  # adapters are initialised, and where other parameters are
            setattr(self._config, name, value)
        self._device = model.trainer.strategy.root_device if is_trainer_attached(model) else None
        return super().__call__(model)

    def transform(self, m: Any, name: str | None = None, prefix: str | None = None) -> Any:
        """The layer with its adapter, as LoRA makes it, and its weight in NF4."""
        wrapped = super().transform(m, name, prefix)
        if not is_quantised(f"{prefix}.{name}"):
            return wrapped
        packed = NF4Linear(m, self._device, self.double_quantisation)
        if wrapped is m:
            return packed
        wrapped.to_wrap = packed
        return wrapped
