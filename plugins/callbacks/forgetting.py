"""Continued pre-training forgets: the loss on general text that the run does not train on, watched from step 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import torch
from lightning.pytorch.callbacks import Callback

from lexatron.run_files import GUARD_STOPPED
from plugins.callbacks.ending import end_run
from plugins.callbacks.general_text import micro_batches, windows
from plugins.callbacks.metrics import record, record_event

ForgettingAction = Literal["warn", "stop", "keep_best"]
FORGETTING = "forgetting"


class ForgettingGuard(Callback):
    """Measures the loss on held-out general text before the first step and every `every` steps.

    Each measurement is a line of the metrics file (`general_loss`). When the loss has risen by more than `limit` of
    what it was at step 0, an event line is written, and: `warn` goes on; `stop` saves a checkpoint and ends with exit
    code 79; `keep_best` goes on, but the newest checkpoint from before stays for good. Where the run saves as often as
    this measures, that is the last one within the limit.

    The forward passes are NeMo's own validation steps, so every parallelism works. Weights, gradients, random numbers
    and the training data are not touched: a watched run is bit for bit the unwatched one.

    Args:
        run_dir: where the reason of a stop is left.
        prefixes: of `.bin/.idx` pairs of general text in the run's own tokens.
        limit: highest rise, as a share: 0.05 is 5 %.
        every: steps between measurements.
        sequences: how many sequences are measured, shared among the pairs.
        action: what to do on a breach.
    """

    def __init__(
        self,
        run_dir: str,
        prefixes: Sequence[str],
        limit: float,
        every: int,
        sequences: int = 256,
        action: ForgettingAction = "warn",
    ):
        self.run_dir = run_dir
        self.prefixes = list(prefixes)
        self.limit = limit
        self.every = every
        self.sequences = sequences
        self.action = action
        self.first: float | None = None
        self.is_breached = False

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if self.first is None:
            self.first = self.measure(trainer)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        if trainer.global_step % self.every:
            return
        assert self.first is not None
        loss, highest = self.measure(trainer), self.first * (1 + self.limit)
        was_breached, self.is_breached = self.is_breached, loss > highest
        if self.is_breached and not was_breached:
            self._act(trainer, loss, highest)

    def _act(self, trainer: Any, loss: float, highest: float) -> None:
        kept = trainer.checkpoint_callback.keep_newest(trainer) if self.action == "keep_best" else None
        note = {} if kept is None else {"kept": kept}
        record_event(trainer, FORGETTING, action=self.action, value=loss, limit=highest, **note)
        if self.action == "stop":
            reason = f"general loss {loss:.4f}, more than {self.limit:.1%} above the {self.first:.4f} of step 0"
            end_run(trainer, self.run_dir, code=GUARD_STOPPED, reason=reason)

    def measure(self, trainer: Any) -> float:
        """The mean loss a token, the same on all ranks, and a line of the metrics file; all ranks call it."""
        losses = [(loss, tokens) for loss, tokens in self._losses(trainer)]
        total = sum(tokens for _, tokens in losses)
        mean = sum(loss * tokens for loss, tokens in losses) / total
        record(trainer, general_loss=mean)
        return mean

    def _losses(self, trainer: Any) -> list[tuple[float, int]]:
        """Mean loss and number of tokens of each global batch."""
        from megatron.core import parallel_state

        sampler = trainer.datamodule.data_sampler
        text = windows(self.prefixes, sampler.seq_len, self.sequences)
        batches = micro_batches(
            text,
            global_batch_size=sampler.global_batch_size,
            micro_batch_size=sampler.micro_batch_size,
            rank=parallel_state.get_data_parallel_rank(),
            ranks=parallel_state.get_data_parallel_world_size(),
        )
        losses = forward_only(trainer, batches)
        size = sampler.global_batch_size
        rows = [min(size, len(text) - number * size) for number in range(len(batches))]
        return [(loss, count * sampler.seq_len) for loss, count in zip(losses, rows, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        return {"first": self.first, "is_breached": self.is_breached}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.first, self.is_breached = state_dict["first"], state_dict["is_breached"]


@torch.no_grad()
def forward_only(trainer: Any, batches: list[list[dict[str, torch.Tensor]]]) -> list[float]:
    """The mean loss of each global batch by NeMo's validation step, the same on all ranks."""
    from nemo.lightning._strategy_lib import _sync_from_last_pipeline_stage

    strategy = trainer.strategy
    at_once = trainer.datamodule.data_sampler.dataloader_type == "batch"
    modes = {module: module.training for module in strategy.model.modules()}
    strategy.model.eval()
    trainer.validating = True
    losses = []
    with strategy.precision_plugin.val_step_context():
        for batch in batches:
            loss = strategy.model.validation_step(fed(batch, at_once=at_once)).detach().clone()
            _sync_from_last_pipeline_stage(loss, broadcast=True)
            losses.append(float(loss))
    trainer.training = True
    for module, training in modes.items():
        module.training = training
    return losses


def fed(batch: list[dict[str, torch.Tensor]], *, at_once: bool) -> Iterator[Any]:
    """Micro batches as Megatron's step takes them: one by one, or, with NeMo's fine-tuning sampler, all `at_once`."""
    if not at_once:
        return iter(batch)
    joined = {key: torch.cat([part[key] for part in batch]) for key in batch[0]}
    return iter([(joined, None, None)])
