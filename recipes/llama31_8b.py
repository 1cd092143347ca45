"""Llama 3.1 8B: continued pre-training and fine-tuning on 8 GPUs of 80 GB.

lexatron import DOWNLOADED_LLAMA -o checkpoints/llama31_8b
lexatron train llama31_8b_cpt corpus=data/cpt
"""

# No postponed annotations and no `int | None` here: NeMo-Run reads a factory's types to parse its arguments.
from typing import Optional

import nemo_run as run
from nemo.collections import llm

from recipes import assemble, data
from recipes.schedule import schedule, steps_for_samples, steps_for_tokens


def model(seq_length: int) -> run.Config:
    """NeMo's Llama 3.1 8B."""
    return run.Config(llm.LlamaModel, config=run.Config(llm.Llama31Config8B, seq_length=seq_length))


@run.cli.factory(target=llm.pretrain)
def llama31_8b_cpt(
    corpus: str = "data/cpt",
    checkpoint: str = "checkpoints/llama31_8b",
    run_dir: str = "runs/llama31_8b_cpt",
    layout: str = "h100x8_8b",
    precision: str = "bf16",
    seq_length: int = 4096,
    global_batch_size: int = 128,
    epochs: float = 5.0,
    tokens: Optional[int] = None,  # noqa: UP045
    max_steps: Optional[int] = None,  # noqa: UP045
    max_lr: float = 2e-5,
    wandb: bool = True,
    tensorboard: bool = True,
    seed: int = 1234,
) -> run.Partial:
    """Continued pre-training of `checkpoint`; steps come from the corpus manifest unless `tokens` or `max_steps` do."""
    steps = max_steps or steps_for_tokens(tokens or data.training_tokens(corpus), epochs, seq_length, global_batch_size)
    return assemble.pretraining(
        name="llama31_8b_cpt",
        model=model(seq_length),
        corpus=corpus,
        checkpoint=checkpoint,
        run_dir=run_dir,
        layout=layout,
        precision=precision,
        seq_length=seq_length,
        global_batch_size=global_batch_size,
        schedule=schedule(steps),
        max_lr=max_lr,
        weight_decay=0.01,
        wandb=wandb,
        tensorboard=tensorboard,
        seed=seed,
    )


@run.cli.factory(target=llm.finetune)
def llama31_8b_sft(
    dataset: str = "data/sft",
    tokenizer: str = "data/cpt/tokenizer",
    checkpoint: str = "runs/llama31_8b_cpt",
    run_dir: str = "runs/llama31_8b_sft",
    layout: str = "h100x8_8b",
    precision: str = "bf16",
    seq_length: int = 2048,
    global_batch_size: int = 128,
    epochs: float = 3.0,
    samples: Optional[int] = None,  # noqa: UP045
    max_steps: Optional[int] = None,  # noqa: UP045
    max_lr: float = 5e-6,
    wandb: bool = True,
    tensorboard: bool = True,
    seed: int = 1234,
) -> run.Partial:
    """Supervised fine-tuning on cited questions; steps come from the dataset unless `samples` or `max_steps` do."""
    steps = max_steps or steps_for_samples(samples or data.count_questions(dataset), epochs, global_batch_size)
    return assemble.finetuning(
        name="llama31_8b_sft",
        model=model(seq_length),
        dataset=dataset,
        tokenizer=tokenizer,
        checkpoint=checkpoint,
        run_dir=run_dir,
        layout=layout,
        precision=precision,
        seq_length=seq_length,
        global_batch_size=global_batch_size,
        schedule=schedule(steps),
        max_lr=max_lr,
        weight_decay=0.01,
        wandb=wandb,
        tensorboard=tensorboard,
        seed=seed,
    )
