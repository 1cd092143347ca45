"""Lumi: small Llama-shaped models from random weights. `lumi_demo` is sized for eight minutes on two CPU cores."""

from __future__ import annotations

import nemo_run as run
from nemo.collections import llm
from nemo.collections.llm.gpt.model.llama import Llama3Config

from recipes import data, layouts, optim, schedule, training


def model(num_layers: int, hidden_size: int, *, seq_length: int) -> run.Config:
    """A Llama 3 shaped model: heads of 64, half as many key-value heads, SwiGLU of 8/3 rounded up to 64."""
    heads = hidden_size // 64
    ffn = -(-hidden_size * 8 // 3 // 64) * 64
    return run.Config(
        llm.LlamaModel,
        config=run.Config(
            Llama3Config,
            num_layers=num_layers,
            hidden_size=hidden_size,
            num_attention_heads=heads,
            num_query_groups=max(1, heads // 2),
            ffn_hidden_size=ffn,
            seq_length=seq_length,
            rotary_base=10_000,
            init_method_std=0.02,
        ),
    )


@run.cli.factory(target=llm.pretrain)
def lumi_demo_cpt(
    corpus: str = "runs/demo/corpus",
    run_dir: str = "runs/demo/cpt",
    checkpoint: str | None = None,
    layout: str = "cpu",
    precision: str = "fp32",
    seq_length: int = 512,
    global_batch_size: int = 8,
    epochs: float = 3.0,
    max_steps: int | None = None,
    max_lr: float = 2e-3,
    num_layers: int = 4,
    hidden_size: int = 256,
    wandb: bool = True,
    tensorboard: bool = True,
    seed: int = 1234,
) -> run.Partial:
    """Pre-training of the demo's model, from random weights or from those of `checkpoint`."""
    shape = layouts.layout(layout)
    layouts.check(shape, global_batch_size)
    steps = max_steps or schedule.steps_for_tokens(
        data.training_tokens(corpus), epochs, seq_length, global_batch_size
    )
    plan = schedule.schedule(steps, validations=5, limit_val_batches=4, saves=5)
    return run.Partial(
        llm.pretrain,
        model=model(num_layers, hidden_size, seq_length=seq_length),
        data=run.Config(
            data.corpus_data,
            corpus=corpus,
            seq_length=seq_length,
            micro_batch_size=shape.micro_batch_size,
            global_batch_size=global_batch_size,
            seed=seed,
        ),
        trainer=training.trainer(
            shape,
            plan,
            run_dir=run_dir,
            precision=precision,
            tokens_per_step=global_batch_size * seq_length,
            save_initial=True,
        ),
        optim=optim.adam_cosine(plan, max_lr=max_lr, weight_decay=0.1, precision=precision),
        log=training.log(plan, run_dir=run_dir, name="lumi_demo_cpt", wandb=wandb, tensorboard=tensorboard),
        resume=training.resume(run_dir=run_dir, checkpoint=checkpoint),
    )


@run.cli.factory(target=llm.finetune)
def lumi_demo_sft(
    dataset: str = "runs/demo/qa",
    checkpoint: str = "runs/demo/cpt/last",
    tokenizer: str = "runs/demo/corpus/tokenizer",
    run_dir: str = "runs/demo/sft",
    layout: str = "cpu",
    precision: str = "fp32",
    seq_length: int = 512,
    global_batch_size: int = 32,
    epochs: float = 3.0,
    max_steps: int | None = None,
    max_lr: float = 1e-3,
    num_layers: int = 4,
    hidden_size: int = 256,
    wandb: bool = True,
    tensorboard: bool = True,
    seed: int = 1234,
) -> run.Partial:
    """Supervised fine-tuning of the demo's model on cited questions, loss on the answers only."""
    shape = layouts.layout(layout)
    layouts.check(shape, global_batch_size)
    steps = max_steps or schedule.steps_for_samples(data.count_questions(dataset), epochs, global_batch_size)
    plan = schedule.schedule(steps, validations=5, limit_val_batches=4, saves=5)
    return run.Partial(
        llm.finetune,
        model=model(num_layers, hidden_size, seq_length=seq_length),
        data=run.Config(
            data.chat_data,
            dataset=dataset,
            tokenizer=tokenizer,
            seq_length=seq_length,
            micro_batch_size=shape.micro_batch_size,
            global_batch_size=global_batch_size,
            seed=seed,
        ),
        trainer=training.trainer(
            shape, plan, run_dir=run_dir, precision=precision, tokens_per_step=global_batch_size * seq_length
        ),
        optim=optim.adam_cosine(plan, max_lr=max_lr, weight_decay=0.01, precision=precision),
        log=training.log(plan, run_dir=run_dir, name="lumi_demo_sft", wandb=wandb, tensorboard=tensorboard),
        resume=training.resume(run_dir=run_dir, checkpoint=checkpoint),
        tokenizer="data",
    )
