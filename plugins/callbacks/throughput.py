"""Tokens a second, TFLOP/s a device, and MFU, of every step."""

from __future__ import annotations

import time
from typing import Any

import torch
from lightning.pytorch.callbacks import Callback

from plugins.callbacks.flops import Shape, attention_flops, linear_flops


class Throughput(Callback):
    """Measures each step; `MetricsLog` writes what it measured.

    `seconds` is the step itself, without validations, saves and the wait for other callbacks. Where samples differ in
    length, tokens are counted as they pass: padding (the end-of-text token in NeMo's batches) is none. Attention is
    then not counted in the FLOPs, because the lengths within a pack are unknown: the figure is a lower bound.

    Args:
        samples_per_step: the global batch size.
        tokens_per_sample: the sequence length where every sample is that long, else None.
        peak_flops: dense FLOP/s of one device in the run's precision; None leaves MFU out (CPU).
    """

    def __init__(self, samples_per_step: int, tokens_per_sample: int | None = None, peak_flops: float | None = None):
        self.samples_per_step = samples_per_step
        self.tokens_per_sample = tokens_per_sample
        self.peak_flops = peak_flops
        self._started = 0.0
        self._mean: float | None = None  # tokens of a sample: all are as long, or packed data says its mean
        self._padding: int | None = None
        self._real: torch.Tensor | None = None
        self._shape: Shape | None = None
        self._frozen = False
        self._values: dict[str, float] = {}

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        tokenizer = trainer.datamodule.tokenizer
        self._shape = Shape.of(pl_module.config, tokenizer.vocab_size)
        self._mean = self.tokens_per_sample or getattr(trainer.datamodule, "tokens_per_sample", None)
        self._padding = tokenizer.eos_id if self._mean is None else None

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        self._frozen = not all(parameter.requires_grad for parameter in pl_module.parameters())
        self._started, self._real = time.perf_counter(), None

    def on_megatron_microbatch_start(self, step: Any, batch: Any, forward_callback: Any) -> None:
        """Count the tokens of a micro batch, on the pipeline stage that has them."""
        if self._padding is None or step.forward_only or not isinstance(batch, dict) or batch.get("tokens") is None:
            return
        real = (batch["tokens"] != self._padding).sum()
        self._real = real if self._real is None else self._real + real

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        seconds = time.perf_counter() - self._started
        tokens = self._tokens(trainer)
        self._values = speeds(
            seconds,
            samples=self.samples_per_step,
            tokens=tokens,
            flops=self._flops(tokens),
            devices=trainer.world_size,
            peak_flops=self.peak_flops,
        )

    def step_values(self) -> dict[str, float]:
        """What the last step measured."""
        return self._values

    def _tokens(self, trainer: Any) -> int | None:
        """Tokens of the step over all devices; None where they are not known, as on later pipeline stages."""
        if self._mean is not None:
            return round(self.samples_per_step * self._mean)
        if self._real is None:
            return None
        from megatron.core import parallel_state

        total = self._real // len(trainer.strategy.model)  # each virtual stage of the first device sees each batch
        torch.distributed.all_reduce(total, group=parallel_state.get_data_parallel_group(with_context_parallel=True))
        return int(total)

    def _flops(self, tokens: int | None) -> float | None:
        assert self._shape is not None
        if tokens is None:
            return None
        linear = linear_flops(self._shape, tokens, frozen=self._frozen)
        if self.tokens_per_sample is None:
            return linear
        return linear + attention_flops(self._shape, tokens, self.tokens_per_sample)


def speeds(
    seconds: float,
    *,
    samples: int,
    tokens: int | None,
    flops: float | None,
    devices: int,
    peak_flops: float | None,
) -> dict[str, float]:
    """What a step of `seconds` did: by the second, by the device, and against the device's peak."""
    values = {"seconds": round(seconds, 4), "samples_per_second": round(samples / seconds, 2)}
    if tokens is not None:
        values["tokens_per_second"] = round(tokens / seconds, 1)
    if flops is not None:
        rate = flops / seconds / devices
        values["tflop_per_second_per_device"] = round(rate / 1e12, 4)
        if peak_flops:
            values["mfu"] = round(rate / peak_flops, 4)
    return values
