"""The two kinds of training as NeMo partials. Every recipe goes through here: only its arguments differ."""

from __future__ import annotations

import nemo_run as run
from nemo.collections import llm

from recipes import data, layouts, optim, training
from recipes.schedule import Schedule


def _recompute(model: run.Config) -> None:
    """Keep one activation a layer and compute the rest again in the backward pass."""
    model.config.recompute_granularity = "full"
    model.config.recompute_method = "uniform"
    model.config.recompute_num_layers = 1


def pretraining(
    *,
    name: str,
    model: run.Config,
    corpus: str,
    checkpoint: str | None,
    run_dir: str,
    layout: str,
    precision: str,
    seq_length: int,
    global_batch_size: int,
    schedule: Schedule,
    max_lr: float,
    weight_decay: float,
    wandb: bool,
    tensorboard: bool,
    seed: int,
    save_initial: bool = False,
) -> run.Partial:
    """`llm.pretrain` over a corpus folder, from `checkpoint` or from random weights."""
    shape = layouts.layout(layout)
    layouts.check(shape, global_batch_size)
    if shape.recompute:
        _recompute(model)
    return run.Partial(
        llm.pretrain,
        model=model,
        data=run.Config(
            data.corpus_data,
            corpus=corpus,
            seq_length=seq_length,
            micro_batch_size=shape.micro_batch_size,
            global_batch_size=global_batch_size,
            seed=seed,
            num_workers=0 if shape.accelerator == "cpu" else 4,
        ),
        trainer=training.trainer(
            shape,
            schedule,
            run_dir=run_dir,
            precision=precision,
            global_batch_size=global_batch_size,
            tokens_per_sample=seq_length,
            save_initial=save_initial,
        ),
        optim=optim.adam_cosine(schedule, max_lr=max_lr, weight_decay=weight_decay, precision=precision),
        log=training.log(schedule, run_dir=run_dir, name=name, wandb=wandb, tensorboard=tensorboard),
        resume=training.resume(run_dir=run_dir, checkpoint=checkpoint),
    )


def finetuning(
    *,
    name: str,
    model: run.Config,
    dataset: str,
    tokenizer: str,
    checkpoint: str,
    run_dir: str,
    layout: str,
    precision: str,
    seq_length: int,
    global_batch_size: int,
    schedule: Schedule,
    max_lr: float,
    weight_decay: float,
    wandb: bool,
    tensorboard: bool,
    seed: int,
) -> run.Partial:
    """`llm.finetune` over a folder of chats, from `checkpoint`, loss on the assistant's tokens only."""
    shape = layouts.layout(layout)
    layouts.check(shape, global_batch_size)
    if shape.recompute:
        _recompute(model)
    return run.Partial(
        llm.finetune,
        model=model,
        data=run.Config(
            data.chat_data,
            dataset=dataset,
            tokenizer=tokenizer,
            seq_length=seq_length,
            micro_batch_size=shape.micro_batch_size,
            global_batch_size=global_batch_size,
            seed=seed,
            num_workers=0 if shape.accelerator == "cpu" else 4,
        ),
        trainer=training.trainer(
            shape,
            schedule,
            run_dir=run_dir,
            precision=precision,
            global_batch_size=global_batch_size,
            tokens_per_sample=None,
        ),
        optim=optim.adam_cosine(schedule, max_lr=max_lr, weight_decay=weight_decay, precision=precision),
        log=training.log(schedule, run_dir=run_dir, name=name, wandb=wandb, tensorboard=tensorboard),
        resume=training.resume(run_dir=run_dir, checkpoint=checkpoint),
        tokenizer="data",
    )
