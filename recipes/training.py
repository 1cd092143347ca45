"""Trainer, logging and resuming, the same for every recipe: only layout, precision and schedule differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import nemo_run as run
from lightning.pytorch.loggers import TensorBoardLogger, WandbLogger
from nemo import lightning as nl

from data_prep.manifest import MANIFEST, Manifest
from lexatron.errors import UserError
from plugins import callbacks
from plugins.callbacks.forgetting import ForgettingAction
from plugins.callbacks.spikes import Action
from plugins.resume import LastWholeCheckpoint
from plugins.run_lock import RunLock
from recipes.layouts import Layout
from recipes.parallel import strategy
from recipes.schedule import Schedule


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How a run watches itself, what it keeps, and when it ends early."""

    peak_flops: float | None = None
    """Dense FLOP/s of one device in the run's precision, for MFU; None leaves it out."""
    gradient_norm_limit: float | None = 100.0
    """Gradient norm, before clipping, that is an event; None: not watched."""
    spike_ratio: float | None = 2.0
    """Loss over the median of the last 100 that is an event; None: not watched."""
    validation_ratio: float | None = 1.5
    """Validation loss over the median of the last 100 training losses that is an event; None: not watched."""
    spike_actions: dict[str, Action] = field(default_factory=dict)
    """Event (`gradient_norm`, `loss_spike`, `validation_over_training`, `non_finite`) -> `warn` or `stop`."""
    general: str | None = None
    """General text: a corpus folder, or .bin/.idx prefixes with commas between them; None: it is not watched."""
    forgetting_limit: float = 0.05
    """Relative rise of the loss on general text that is an event."""
    forgetting_action: ForgettingAction = "warn"
    """warn, stop, or keep_best."""
    forgetting_every: int | None = None
    """Steps between measurements; None: as often as the run saves."""
    general_sequences: int = 256
    """Sequences of general text a measurement."""
    telemetry_every: int = 100
    """Steps between lines of precision telemetry."""
    save_every: int | None = None
    """Steps between checkpoints of which only the newest stays; None: the schedule's."""
    keep_every: int | None = None
    """Steps between checkpoints that stay; None: none does."""
    keep_best: int = 0
    """Checkpoints with the lowest validation loss that stay."""
    bf16_decay: float = 0.0
    """Share of the steps at the end that FP8 and NVFP4 run in BF16."""
    deterministic: bool = False
    """The same bits every time, on GPUs too."""
    max_minutes: float | None = None
    """Minutes of training; None: no such limit."""


def trainer(
    layout: Layout,
    schedule: Schedule,
    *,
    run_dir: str,
    precision: run.Config,
    global_batch_size: int,
    tokens_per_sample: int | None,
    save_initial: bool = False,
    behaviour: Behaviour | None = None,
) -> run.Config:
    """NeMo's trainer; `save_initial` also keeps the weights from before the first step under `run_dir/initial`."""
    behaviour = behaviour or Behaviour()
    return run.Config(
        nl.Trainer,
        accelerator=layout.accelerator,
        devices=layout.devices,
        num_nodes=layout.num_nodes,
        max_steps=schedule.max_steps,
        accumulate_grad_batches=1,
        val_check_interval=schedule.val_check_interval,
        limit_val_batches=schedule.limit_val_batches,
        limit_test_batches=1,
        num_sanity_val_steps=0,
        log_every_n_steps=1,
        use_distributed_sampler=False,
        enable_progress_bar=False,
        strategy=strategy(layout),
        plugins=precision,
        callbacks=[
            run.Config(RunLock, folder=run_dir),
            *_measuring(behaviour, run_dir, global_batch_size, tokens_per_sample),
            *([run.Config(callbacks.InitialCheckpoint, path=str(Path(run_dir) / "initial"))] if save_initial else []),
            *_guarding(behaviour, run_dir, schedule),
            *_optional(behaviour),
            run.Config(callbacks.FinishedBatchCounts),
            run.Config(callbacks.MissedValidation),
            *_limiting(behaviour, run_dir),
            run.Config(callbacks.Preemption, run_dir=run_dir),  # the last: what the others do in a step is done
        ],
    )


def _measuring(
    behaviour: Behaviour, run_dir: str, global_batch_size: int, tokens_per_sample: int | None
) -> list[run.Config]:
    """Throughput comes before the log that writes what it measured; the log before all that write to it."""
    return [
        run.Config(
            callbacks.Throughput,
            samples_per_step=global_batch_size,
            tokens_per_sample=tokens_per_sample,
            peak_flops=behaviour.peak_flops,
        ),
        run.Config(callbacks.MetricsLog, path=str(Path(run_dir) / "metrics.jsonl")),
        run.Config(callbacks.PrecisionTelemetry, every=behaviour.telemetry_every),
    ]


def _guarding(behaviour: Behaviour, run_dir: str, schedule: Schedule) -> list[run.Config]:
    limits = run.Config(
        callbacks.Limits,
        gradient_norm=behaviour.gradient_norm_limit,
        spike_ratio=behaviour.spike_ratio,
        validation_ratio=behaviour.validation_ratio,
    )
    guards = [run.Config(callbacks.SpikeGuard, run_dir=run_dir, limits=limits, actions=dict(behaviour.spike_actions))]
    if behaviour.general is not None:
        guards.append(
            run.Config(
                callbacks.ForgettingGuard,
                run_dir=run_dir,
                prefixes=run.Config(general_prefixes, source=behaviour.general),
                limit=behaviour.forgetting_limit,
                every=behaviour.forgetting_every or behaviour.save_every or schedule.save_interval,
                sequences=behaviour.general_sequences,
                action=behaviour.forgetting_action,
            )
        )
    return guards


def _limiting(behaviour: Behaviour, run_dir: str) -> list[run.Config]:
    minutes = behaviour.max_minutes
    return [] if minutes is None else [run.Config(callbacks.TimeBudget, run_dir=run_dir, minutes=minutes)]


def _optional(behaviour: Behaviour) -> list[run.Config]:
    decay = [run.Config(callbacks.Bf16Decay, fraction=behaviour.bf16_decay)] if behaviour.bf16_decay else []
    return decay + ([run.Config(callbacks.Deterministic)] if behaviour.deterministic else [])


def general_prefixes(source: str) -> list[str]:
    """Prefixes of held-out general text: those of a corpus folder's validation split, or the ones given.

    Raises:
        UserError: the corpus is missing or damaged, or holds no general text.
    """
    if not (Path(source) / MANIFEST).is_file():
        return source.split(",")
    manifest = Manifest.load(Path(source).resolve())
    names = [name for name, dataset in manifest.splits["validation"].items() if dataset.kind == "general"]
    if not names:
        remedy = "build it with general text, or name .bin/.idx prefixes"
        raise UserError("the validation split has no general text", where=source, remedy=remedy)
    return [str(prefix) for name in names for prefix in manifest.prefixes("validation", name)]


def log(
    schedule: Schedule,
    *,
    run_dir: str,
    name: str,
    wandb: bool,
    tensorboard: bool,
    keep_optimizer: bool = True,
    behaviour: Behaviour | None = None,
) -> run.Config:
    """Checkpoints under `run_dir/checkpoints`, logs under `run_dir/logs`.

    W&B runs offline unless `log.wandb.offline=False` is given; a key is never stored.
    """
    folder, behaviour = Path(run_dir), behaviour or Behaviour()
    return run.Config(
        nl.NeMoLogger,
        name=name,
        explicit_log_dir=str(folder / "logs"),
        update_logger_directory=False,
        ckpt=run.Config(
            callbacks.Checkpoints,
            dirpath=str(folder / "checkpoints"),
            every_n_train_steps=behaviour.save_every or schedule.save_interval,
            keep_every_n_steps=behaviour.keep_every,
            keep_best=behaviour.keep_best,
            save_optim_on_train_end=keep_optimizer,
        ),
        tensorboard=run.Config(TensorBoardLogger, save_dir=str(folder), name="tensorboard", version="")
        if tensorboard
        else None,
        wandb=run.Config(WandbLogger, project="lexatron", name=name, save_dir=str(folder), offline=True)
        if wandb
        else None,
    )


def resume(*, run_dir: str, checkpoint: str | None = None) -> run.Config:
    """Continue this run from its last whole checkpoint; else start from the weights of `checkpoint`, else from scratch.

    `checkpoint` is a checkpoint folder or a run folder, whose last whole checkpoint is then taken when the job starts.
    """
    restore = run.Config(nl.RestoreConfig, path=checkpoint) if checkpoint else None
    return run.Config(
        LastWholeCheckpoint,
        restore_config=restore,
        resume_if_exists=True,
        resume_ignore_no_checkpoint=True,
        resume_from_directory=str(Path(run_dir) / "checkpoints"),
    )
