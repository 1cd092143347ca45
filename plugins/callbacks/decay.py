"""BF16 for the end of a run: NVFP4 and FP8 cost most where the learning rate decays (arXiv 2509.25149, section 5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lightning.pytorch.callbacks import Callback

from lexatron.errors import UserError
from plugins.callbacks.metrics import record_event


class Bf16Decay(Callback):
    """Switches the quantisation of Transformer Engine's layers off for the last part of a run.

    Megatron asks its config for `fp8` and `fp4` at each forward pass and opens TE's autocast, or not; here they are
    set to None from the first step of the last `fraction` on. Weights must be kept in BF16 or FP32
    (`fp8_param=False`), as all our recipes do: a weight that exists in FP8 only has no BF16 to go back to.

    Args:
        fraction: share of the steps at the end, from 0 to 1.

    Raises:
        UserError: the fraction is none.
    """

    def __init__(self, fraction: float):
        if not 0 <= fraction <= 1:
            raise UserError(f"a share of the steps is between 0 and 1, not {fraction}")
        self.fraction = fraction

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        first = round(trainer.max_steps * (1 - self.fraction))
        if trainer.global_step < first:
            return
        was = switch_off(pl_module.modules())
        if was and trainer.global_step == first:  # not again where a run is resumed in its decay phase
            record_event(trainer, "bf16_decay", action="switch", formats=sorted(was))


def switch_off(modules: Iterable[Any]) -> set[str]:
    """Set `fp8` and `fp4` to None in the configs of all modules; the formats that were on.

    Raises:
        UserError: the weights themselves are kept in FP8 or FP4.
    """
    was = set()
    configs = {id(module.config): module.config for module in modules if hasattr(module, "config")}
    for config in configs.values():
        for name in ("fp8", "fp4"):
            if not getattr(config, name, None):
                continue
            if getattr(config, f"{name}_param", False):
                raise UserError(f"{name}_param keeps the weights in {name}: they cannot go on in BF16")
            was.add(name)
            setattr(config, name, None)
    return was
