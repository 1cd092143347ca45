"""Trainer, logging and resuming, the same for every recipe: only layout, precision and schedule differ."""

from __future__ import annotations

from pathlib import Path

import nemo_run as run
from lightning.pytorch.loggers import TensorBoardLogger, WandbLogger
from nemo import lightning as nl
from nemo.lightning.pytorch.callbacks import ModelCheckpoint

from plugins.callbacks import FinishedBatchCounts, InitialCheckpoint, MetricsLog
from plugins.resume import LastWholeCheckpoint
from plugins.run_lock import RunLock
from recipes.layouts import Layout
from recipes.parallel import strategy
from recipes.schedule import Schedule


def trainer(
    layout: Layout,
    schedule: Schedule,
    *,
    run_dir: str,
    precision: run.Config,
    global_batch_size: int,
    tokens_per_sample: int | None,
    save_initial: bool = False,
) -> run.Config:
    """NeMo's trainer; `save_initial` also keeps the weights from before the first step under `run_dir/initial`."""
    callbacks = [
        run.Config(RunLock, folder=run_dir),
        run.Config(
            MetricsLog,
            path=str(Path(run_dir) / "metrics.jsonl"),
            samples_per_step=global_batch_size,
            tokens_per_sample=tokens_per_sample,
        ),
        run.Config(FinishedBatchCounts),
    ]
    if save_initial:
        callbacks.append(run.Config(InitialCheckpoint, path=str(Path(run_dir) / "initial")))
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
        callbacks=callbacks,
    )


def log(
    schedule: Schedule, *, run_dir: str, name: str, wandb: bool, tensorboard: bool, keep_optimizer: bool = True
) -> run.Config:
    """Checkpoints under `run_dir/checkpoints`, logs under `run_dir/logs`.

    W&B runs offline unless `WANDB_MODE=online` is set in the environment of the job; a key is never stored.
    """
    folder = Path(run_dir)
    return run.Config(
        nl.NeMoLogger,
        name=name,
        explicit_log_dir=str(folder / "logs"),
        update_logger_directory=False,
        ckpt=run.Config(
            ModelCheckpoint,
            dirpath=str(folder / "checkpoints"),
            filename="{step}",
            monitor="reduced_train_loss",
            every_n_train_steps=schedule.save_interval,
            save_last=True,
            save_top_k=0,
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
