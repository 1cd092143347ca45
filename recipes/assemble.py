"""The three kinds of training as NeMo partials. Every recipe goes through here: only its settings differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import nemo_run as run
from nemo.collections import llm

from data_prep.manifest import MANIFEST, Manifest
from lexatron.errors import UserError
from plugins.callbacks.forgetting import ForgettingAction
from plugins.callbacks.spikes import GRADIENT, OVERFIT, SPIKE, Action
from recipes import data, layouts, optim, parallel, precision, training
from recipes.layouts import Layout
from recipes.schedule import Schedule, schedule, steps_for_samples, steps_for_tokens
from recipes.settings import PROFILES, Finetuning, Pretraining, Settings
from recipes.training import Behaviour


def pretraining(name: str, model: run.Config, settings: Pretraining, layout: Layout) -> run.Partial:
    """`llm.pretrain` over a corpus folder, from `settings.checkpoint` or from random weights."""
    model = _laid_out(model, layout, settings)
    epochs, max_lr = _profile(settings)
    steps = settings.max_steps or steps_for_tokens(
        settings.tokens or data.training_tokens(settings.corpus),
        epochs,
        settings.seq_length,
        settings.global_batch_size,
    )
    plan = _schedule(steps, settings)
    trainer = _trainer(layout, plan, settings, model, tokens_per_sample=settings.seq_length)
    return run.Partial(
        llm.pretrain,
        model=model,
        data=run.Config(
            data.corpus_data,
            corpus=settings.corpus,
            seq_length=settings.seq_length,
            micro_batch_size=layout.micro_batch_size,
            global_batch_size=settings.global_batch_size,
            seed=settings.seed,
            num_workers=_workers(layout),
        ),
        trainer=trainer,
        optim=_optimizer(layout, plan, settings, trainer, max_lr),
        log=_log(name, layout, plan, settings),
        resume=training.resume(run_dir=settings.run_dir, checkpoint=settings.checkpoint),
    )


def finetuning(
    name: str, model: run.Config, settings: Finetuning, layout: Layout, peft: run.Config | None = None
) -> run.Partial:
    """`llm.finetune` over a folder of chats, from `settings.checkpoint`, loss on the assistant's tokens only.

    Raises:
        UserError: there is no checkpoint to start from.
    """
    if settings.checkpoint is None:
        raise UserError("fine-tuning starts from a checkpoint", remedy="give checkpoint=FOLDER")
    if settings.packed:
        layout = replace(layout, micro_batch_size=1)  # a pack is a micro batch: cu_seqlens are one pack's
    model = _laid_out(model, layout, settings)
    steps = settings.max_steps or steps_for_samples(
        settings.samples or _count(settings, layout), settings.epochs, settings.global_batch_size
    )
    plan = _schedule(steps, settings)
    trainer = _trainer(layout, plan, settings, model, tokens_per_sample=None)
    if settings.packed:
        # Else a pack with few answer tokens would weigh as much as one with many; Megatron then divides by the tokens
        # of all ranks itself, and the collective must not average.
        model.config.calculate_per_token_loss = True
        trainer.strategy.ddp.average_in_collective = False
    return run.Partial(
        llm.finetune,
        model=model,
        data=_chats(settings, layout),
        trainer=trainer,
        optim=_optimizer(layout, plan, settings, trainer, settings.max_lr),
        log=_log(name, layout, plan, settings),
        resume=training.resume(run_dir=settings.run_dir, checkpoint=settings.checkpoint),
        tokenizer="data",
        **({"peft": peft} if peft is not None else {}),
    )


def _count(settings: Finetuning, layout: Layout) -> int:
    """Training sequences of the dataset: packs, which are made now unless they are there, or conversations."""
    if not settings.packed:
        return data.count_questions(settings.dataset)
    return data.packed_count(
        settings.dataset,
        tokenizer=settings.tokenizer,
        seq_length=settings.seq_length,
        context_parallel_size=layout.context_parallel_size,
        chat_template=settings.chat_template,
    )


def _chats(settings: Finetuning, layout: Layout) -> run.Config:
    common = {
        "dataset": settings.dataset,
        "tokenizer": settings.tokenizer,
        "seq_length": settings.seq_length,
        "global_batch_size": settings.global_batch_size,
        "seed": settings.seed,
        "num_workers": _workers(layout),
        "chat_template": settings.chat_template,
    }
    if settings.packed:
        return run.Config(data.packed_chat_data, **common, context_parallel_size=layout.context_parallel_size)
    return run.Config(data.chat_data, **common, micro_batch_size=layout.micro_batch_size)


def _profile(settings: Pretraining) -> tuple[float, float]:
    """Epochs and peak learning rate: what the user gave, else the profile's."""
    if settings.profile not in PROFILES:
        raise UserError(f"unknown profile {settings.profile!r}", remedy=f"one of: {', '.join(PROFILES)}")
    epochs, max_lr = PROFILES[settings.profile]
    return (
        epochs if settings.epochs is None else settings.epochs,
        max_lr if settings.max_lr is None else settings.max_lr,
    )


def _schedule(steps: int, settings: Settings) -> Schedule:
    return schedule(
        steps,
        warmup_fraction=settings.warmup,
        validations=settings.validations,
        limit_val_batches=settings.limit_val_batches,
        saves=settings.saves,
    )


def _laid_out(model: run.Config, layout: Layout, settings: Settings) -> run.Config:
    """The model with what the layout and the precision change in it, once it is known that they fit together."""
    shape = layouts.Shape(
        num_layers=model.config.num_layers,
        num_attention_heads=model.config.num_attention_heads,
        num_query_groups=model.config.num_query_groups,
        seq_length=settings.seq_length,
        global_batch_size=settings.global_batch_size,
    )
    layouts.check(layout, shape)
    precision.check(precision.find(settings.precision), layout.hardware)
    model.config.seq_length = settings.seq_length
    parallel.recompute(model, layout)
    return model


def _trainer(
    layout: Layout, plan: Schedule, settings: Settings, model: run.Config, *, tokens_per_sample: int | None
) -> run.Config:
    made = training.trainer(
        layout,
        plan,
        run_dir=settings.run_dir,
        precision=precision.plugin(settings.precision, model.config.num_layers, layout),
        global_batch_size=settings.global_batch_size,
        tokens_per_sample=tokens_per_sample,
        save_initial=settings.save_initial,
        behaviour=_behaviour(layout, settings),
    )
    if settings.precision_emulation:
        made.callbacks.insert(1, precision.emulation(settings, model.config.num_layers))
    return made


def _behaviour(layout: Layout, settings: Settings) -> Behaviour:
    for key, value, known in (
        ("spike_action", settings.spike_action, get_args(Action)),
        ("forgetting_action", settings.forgetting_action, get_args(ForgettingAction)),
    ):
        if value not in known:
            raise UserError(f"{key}={value!r} is unknown", remedy=f"one of: {', '.join(known)}")
    action: Any = settings.spike_action
    forgetting_action: Any = settings.forgetting_action
    gpu = layout.hardware
    return Behaviour(
        peak_flops=gpu.peak_flops[precision.find(settings.precision).peak] if gpu else None,
        spike_actions=dict.fromkeys((GRADIENT, SPIKE, OVERFIT), action),
        general=_general(settings),
        forgetting_limit=settings.forgetting_limit,
        forgetting_action=forgetting_action,
        keep_every=settings.keep_every,
        keep_best=settings.keep_best,
        bf16_decay=settings.bf16_decay if settings.precision not in ("fp32", "bf16") else 0.0,
        deterministic=settings.deterministic,
        max_minutes=settings.max_minutes,
    )


def _general(settings: Settings) -> str | None:
    """The general text that forgetting is measured on: what the user named, else a corpus that has some held out."""
    if settings.general or not isinstance(settings, Pretraining):
        return settings.general
    if not (Path(settings.corpus) / MANIFEST).is_file():
        return None
    held_out = Manifest.load(settings.corpus).splits["validation"].values()
    return settings.corpus if any(dataset.kind == "general" for dataset in held_out) else None


def _optimizer(layout: Layout, plan: Schedule, settings: Settings, trainer: run.Config, max_lr: float) -> run.Config:
    return optim.adam_cosine(
        plan,
        max_lr=max_lr,
        min_lr=settings.min_lr,
        weight_decay=settings.weight_decay,
        clip_grad=settings.clip_grad,
        precision=trainer.plugins,
        states=layout.optimizer,
    )


def _log(name: str, layout: Layout, plan: Schedule, settings: Settings) -> run.Config:
    return training.log(
        plan,
        run_dir=settings.run_dir,
        name=name,
        wandb=settings.wandb,
        tensorboard=settings.tensorboard,
        behaviour=_behaviour(layout, settings),
    )


def _workers(layout: Layout) -> int:
    return 0 if layout.accelerator == "cpu" else 4
