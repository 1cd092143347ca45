"""Losses and gradients that tell of trouble: noticed, written down, and where asked, the run is stopped."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from lightning.pytorch.callbacks import Callback

from lexatron.run_files import GUARD_STOPPED, Ending
from plugins.callbacks.ending import end_run, highest, write_ending
from plugins.callbacks.metrics import metrics_log, record_event

Action = Literal["warn", "stop"]
NON_FINITE, GRADIENT, SPIKE, OVERFIT = "non_finite", "gradient_norm", "loss_spike", "validation_over_training"


@dataclass(frozen=True)
class Limits:
    """What counts as trouble; None switches a check off.

    Attributes:
        gradient_norm: highest gradient norm, before clipping.
        spike_ratio: highest loss over the median of the last `window` losses.
        window: steps that the median looks back on; the spike check starts when it is half full.
        validation_ratio: highest validation loss over that median.
    """

    gradient_norm: float | None = 100.0
    spike_ratio: float | None = 2.0
    window: int = 100
    validation_ratio: float | None = 1.5


@dataclass(frozen=True)
class Finding:
    """One trouble: its event name, the value, and the limit that it broke (None for a value that is not finite)."""

    event: str
    value: float
    limit: float | None


class Watch:
    """The checks, without a trainer: feed losses, take findings.

    A loss that is a spike does not enter the median, so that a plateau of spikes stays one.
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self.losses: deque[float] = deque(maxlen=limits.window)

    def step(self, loss: float, gradient_norm: float | None) -> list[Finding]:
        """What is wrong with a training step."""
        values = [loss] if gradient_norm is None else [loss, gradient_norm]
        findings = [Finding(NON_FINITE, value, None) for value in values if not math.isfinite(value)]
        limit = self.limits.gradient_norm
        if gradient_norm is not None and limit is not None and math.isfinite(gradient_norm) and gradient_norm > limit:
            findings.append(Finding(GRADIENT, gradient_norm, limit))
        ratio = self.limits.spike_ratio
        if ratio is not None and 2 * len(self.losses) >= self.limits.window and math.isfinite(loss):
            highest_loss = ratio * median(self.losses)
            if loss > highest_loss:
                return [*findings, Finding(SPIKE, loss, highest_loss)]
        if math.isfinite(loss):
            self.losses.append(loss)
        return findings

    def validation(self, loss: float) -> list[Finding]:
        """What is wrong with a validation."""
        if not math.isfinite(loss):
            return [Finding(NON_FINITE, loss, None)]
        ratio = self.limits.validation_ratio
        if ratio is None or not self.losses or loss <= ratio * median(self.losses):
            return []
        return [Finding(OVERFIT, loss, ratio * median(self.losses))]


class SpikeGuard(Callback):
    """Watches loss, gradient norm and validation loss of every step.

    A stop saves a checkpoint, ends with exit code 79, and says why in `ending.json`. Only values that are not finite
    save none: the weights may be ruined, and the last checkpoint before stands. Megatron itself raises before the
    optimizer steps on gradients that are not finite (`check_for_nan_in_grad`): that too becomes an event and this
    exit code.

    Args:
        run_dir: where the reason is left.
        limits: what counts as trouble.
        actions: event name -> `warn` or `stop`; events not named only warn, except `non_finite`, which stops.
    """

    def __init__(self, run_dir: str, limits: Limits | None = None, actions: dict[str, Action] | None = None):
        self.run_dir = run_dir
        self.actions: dict[str, Action] = {NON_FINITE: "stop", **(actions or {})}
        self._watch = Watch(limits or Limits())

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        known = trainer.callback_metrics
        norm = float(known["grad_norm"]) if "grad_norm" in known else None
        findings = self._watch.step(float(known["reduced_train_loss"]), norm) if trainer.is_global_zero else []
        self._act(trainer, findings)

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        loss = trainer.callback_metrics.get("val_loss")
        found = trainer.is_global_zero and loss is not None and not trainer.sanity_checking
        self._act(trainer, self._watch.validation(float(loss)) if found else [])

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        if not isinstance(exception, RuntimeError) or "in local grad norm" not in str(exception):
            return
        reason = str(exception).strip().splitlines()[-1]
        log = metrics_log(trainer)
        if log is not None:  # by the process that saw it: the first one may be waiting for this one for ever
            log.append(trainer.global_step + 1, {"event": NON_FINITE, "action": "stop", "reason": reason})
        write_ending(self.run_dir, Ending(GUARD_STOPPED, trainer.global_step, reason))
        raise SystemExit(GUARD_STOPPED) from exception

    def _act(self, trainer: Any, findings: list[Finding]) -> None:
        """Write findings down, and stop where one of them asks for it; every process hears of it."""
        verdict = 0
        for finding in findings:
            action = self.actions.get(finding.event, "warn")
            limit = {} if finding.limit is None else {"limit": finding.limit}
            record_event(trainer, finding.event, action=action, value=finding.value, **limit)
            if action == "stop":
                verdict = max(verdict, 2 if finding.event == NON_FINITE else 1)
        verdict = highest(verdict)
        if verdict:
            reason = "; ".join(describe(finding) for finding in findings)
            end_run(trainer, self.run_dir, code=GUARD_STOPPED, reason=reason, save=verdict == 1)

    def state_dict(self) -> dict[str, Any]:
        return {"losses": list(self._watch.losses)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._watch.losses.extend(state_dict["losses"])


def describe(finding: Finding) -> str:
    """A finding in words."""
    name = finding.event.replace("_", " ")
    return f"{name}: {finding.value:g}" + ("" if finding.limit is None else f", above {finding.limit:g}")
