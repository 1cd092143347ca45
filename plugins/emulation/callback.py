"""Puts an emulated precision into the transformer layers of a run, and its state into the run's checkpoints.

recipe.trainer.callbacks.insert(1, run.Config(PrecisionEmulation, kind="nvfp4", bf16_last_layers=1))
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from lightning.pytorch.callbacks import Callback
from megatron.core import parallel_state
from megatron.core.tensor_parallel.layers import ColumnParallelLinear, RowParallelLinear
from megatron.core.transformer.transformer_layer import TransformerLayer

from lexatron.errors import UserError
from plugins.callbacks.telemetry import amax_summary
from plugins.emulation.hadamard import random_hadamard
from plugins.emulation.linear import EmulatedForward
from plugins.emulation.scaling import scale_for
from plugins.emulation.schemes import HYBRID, KINDS, Bf16, Fp8Current, Fp8Delayed, Nvfp4, Scheme


class PrecisionEmulation(Callback):
    """Fake-quantises the linear layers inside transformer layers; embedding, attention and output layer stay.

    Layers that are kept in BF16, and all layers in the BF16 phase, round their operands to BF16 whatever the run's own
    precision. So a run in FP32 emulates BF16 too, which on CPUs without BF16 units is several times as fast.

    Amax histories are saved as the layers' extra state, where Transformer Engine keeps them. Random numbers need no
    saving: they are a function of seed, step and rank.

    Args:
        kind: `bf16`, `fp8` (delayed scaling), `fp8_current` or `nvfp4`.
        bf16_first_layers: transformer layers kept in BF16 at the model's input.
        bf16_last_layers: the same at its output.
        seed: of stochastic rounding and of the random Hadamard transform.
        bf16_after_fraction: the part of the run's steps after which everything is BF16 (the decay phase); None: never.

    Raises:
        UserError: an unknown kind or an impossible count or fraction.
    """

    def __init__(
        self,
        kind: str,
        bf16_first_layers: int = 0,
        bf16_last_layers: int = 0,
        seed: int = 1234,
        bf16_after_fraction: float | None = None,
    ):
        if kind not in KINDS:
            raise UserError(f"precision emulation {kind!r} is unknown", remedy=f"one of: {', '.join(KINDS)}")
        if min(bf16_first_layers, bf16_last_layers) < 0:
            raise UserError("the number of BF16 layers is negative", remedy="give 0 or more")
        if bf16_after_fraction is not None and not 0 <= bf16_after_fraction <= 1:
            raise UserError(f"bf16_after_fraction is {bf16_after_fraction}", remedy="give a fraction from 0 to 1")
        self.kind = kind
        self.bf16_first_layers = bf16_first_layers
        self.bf16_last_layers = bf16_last_layers
        self.seed = seed
        self.bf16_after_fraction = bf16_after_fraction
        self._generator = torch.Generator()
        self._emulated: list[tuple[EmulatedForward, Scheme]] = []

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        """Put the emulation in: after the model is built, before a checkpoint is loaded into it.

        Raises:
            UserError: there is no layer to emulate, or more BF16 layers than layers.
        """
        rotation = random_hadamard(self.seed)
        for chunk in trainer.strategy.megatron_parallel:
            for layer in (module for module in chunk.modules() if isinstance(module, TransformerLayer)):
                kept = self._is_kept(layer.layer_number, layer.config.num_layers)
                for linear in linear_layers(layer):
                    scheme = Bf16() if kept else self._scheme(rotation)
                    self._emulated.append((attach(linear, scheme), scheme))
        if not self._emulated:
            raise UserError(
                "no linear layer of Megatron's own is here to emulate",
                remedy="emulate on a CPU layout: Transformer Engine's layers have the real formats",
            )

    def _is_kept(self, number: int, layers: int) -> bool:
        if self.bf16_first_layers + self.bf16_last_layers > layers:
            kept = f"{self.bf16_first_layers} + {self.bf16_last_layers}"
            raise UserError(f"{kept} layers in BF16, the model has {layers}", remedy="keep fewer in BF16")
        return number <= self.bf16_first_layers or number > layers - self.bf16_last_layers

    def _scheme(self, rotation: torch.Tensor) -> Scheme:
        if self.kind == "nvfp4":
            return Nvfp4(rotation, self._generator)
        simple: dict[str, type[Scheme]] = {"bf16": Bf16, "fp8": Fp8Delayed, "fp8_current": Fp8Current}
        return simple[self.kind]()

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        """Choose the phase and start the step's own random numbers."""
        step, fraction = trainer.global_step, self.bf16_after_fraction
        in_bf16 = fraction is not None and step >= fraction * trainer.max_steps
        for forward, scheme in self._emulated:
            forward.scheme = Bf16() if in_bf16 else scheme
        entropy = np.random.SeedSequence([self.seed, trainer.global_rank, step])
        self._generator.manual_seed(int(entropy.generate_state(1, np.uint64)[0]))

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Move the step's amaxes, reduced over the ranks that hold the same layers, into the histories.

        Lightning calls checkpoint callbacks last, so a checkpoint holds the finished step.
        """
        delayed = [forward.scheme for forward, _ in self._emulated if isinstance(forward.scheme, Fp8Delayed)]
        if not delayed:
            return
        amaxes = torch.stack([scheme.pending for scheme in delayed])
        group = parallel_state.get_amax_reduction_group(with_context_parallel=True)
        torch.distributed.all_reduce(amaxes, op=torch.distributed.ReduceOp.MAX, group=group)
        for scheme, amax in zip(delayed, amaxes, strict=True):
            scheme.finish_step(amax)

    def telemetry(self) -> dict[str, dict[str, float]]:
        """What delayed scaling keeps, by operand (`emulated_x`, `_w`, `_g`), for `PrecisionTelemetry`.

        Smallest and largest scale of the layers, largest amax of their histories, and the share of layers whose newest
        amax is above the history that its scale was made of. The other kinds keep nothing.
        """
        histories = [scheme.history for _, scheme in self._emulated if isinstance(scheme, Fp8Delayed)]
        if not histories:
            return {}
        found = {}
        for role, history in zip(HYBRID, torch.stack(histories, dim=1), strict=True):
            scales = scale_for(history.amax(dim=1), HYBRID[role])
            extremes = {"scale_min": float(scales.min()), "scale_max": float(scales.max())}
            found[f"emulated_{role}"] = extremes | amax_summary(history.flip(1).t())
        return found


def linear_layers(layer: torch.nn.Module) -> Iterator[torch.nn.Module]:
    """Megatron's linear layers inside a transformer layer; LoRA's adapters stay in their own precision."""
    for name, module in layer.named_modules():
        if isinstance(module, ColumnParallelLinear | RowParallelLinear) and "adapter" not in name.split("."):
            yield module


def attach(linear: torch.nn.Module, scheme: Scheme) -> EmulatedForward:
    """Let a Megatron linear layer compute by a scheme, and keep the scheme's history in its checkpoints."""
    forward = EmulatedForward(scheme)
    linear._forward_impl = forward
    if isinstance(scheme, Fp8Delayed):
        linear.get_extra_state = scheme.get_history
        linear.set_extra_state = scheme.set_history
    return forward
