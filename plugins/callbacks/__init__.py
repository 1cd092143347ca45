"""Callbacks on every recipe. A checkpoint names a callback's class, so none may be defined in a function."""

from __future__ import annotations

from plugins.callbacks.budget import TimeBudget
from plugins.callbacks.checkpoints import Checkpoints, FinishedBatchCounts, InitialCheckpoint
from plugins.callbacks.decay import Bf16Decay
from plugins.callbacks.determinism import Deterministic
from plugins.callbacks.forgetting import ForgettingGuard
from plugins.callbacks.metrics import MetricsLog
from plugins.callbacks.missed_validation import MissedValidation
from plugins.callbacks.preemption import Preemption
from plugins.callbacks.spikes import Limits, SpikeGuard
from plugins.callbacks.telemetry import PrecisionTelemetry
from plugins.callbacks.throughput import Throughput

__all__ = [
    "Bf16Decay",
    "Checkpoints",
    "Deterministic",
    "FinishedBatchCounts",
    "ForgettingGuard",
    "InitialCheckpoint",
    "Limits",
    "MetricsLog",
    "MissedValidation",
    "PrecisionTelemetry",
    "Preemption",
    "SpikeGuard",
    "Throughput",
    "TimeBudget",
]
