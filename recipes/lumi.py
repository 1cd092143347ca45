"""Lumi: small Llama-shaped models from random weights. `lumi_demo` is sized for eight minutes on two CPU cores.

lexatron train lumi_demo_cpt corpus=runs/demo/corpus
lexatron train lumi_demo_cpt layout=cpu_tp2 run_dir=runs/tp2
"""

# No postponed annotations and no `int | None` here: NeMo-Run reads a factory's types to parse its arguments.
from typing import Optional

import nemo_run as run
from nemo.collections import llm
from nemo.collections.llm.gpt.model.llama import Llama3Config

from recipes import assemble, data
from recipes.schedule import schedule, steps_for_samples, steps_for_tokens


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
    checkpoint: Optional[str] = None,  # noqa: UP045
    run_dir: str = "runs/demo/cpt",
    layout: str = "cpu",
    precision: str = "fp32",
    seq_length: int = 512,
    global_batch_size: int = 8,
    epochs: float = 3.0,
    tokens: Optional[int] = None,  # noqa: UP045
    max_steps: Optional[int] = None,  # noqa: UP045
    max_lr: float = 2e-3,
    num_layers: int = 4,
    hidden_size: int = 256,
    wandb: bool = True,
    tensorboard: bool = True,
    seed: int = 1234,
) -> run.Partial:
    """Pre-training of the demo's model, from random weights or from those of `checkpoint`."""
    steps = max_steps or steps_for_tokens(tokens or data.training_tokens(corpus), epochs, seq_length, global_batch_size)
    return assemble.pretraining(
        name="lumi_demo_cpt",
        model=model(num_layers, hidden_size, seq_length=seq_length),
        corpus=corpus,
        checkpoint=checkpoint,
        run_dir=run_dir,
        layout=layout,
        precision=precision,
        seq_length=seq_length,
        global_batch_size=global_batch_size,
        schedule=schedule(steps, validations=5, limit_val_batches=4, saves=5),
        max_lr=max_lr,
        weight_decay=0.1,
        wandb=wandb,
        tensorboard=tensorboard,
        seed=seed,
        save_initial=True,
    )


@run.cli.factory(target=llm.finetune)
def lumi_demo_sft(
    dataset: str = "runs/demo/qa",
    tokenizer: str = "runs/demo/corpus/tokenizer",
    checkpoint: str = "runs/demo/cpt",
    run_dir: str = "runs/demo/sft",
    layout: str = "cpu",
    precision: str = "fp32",
    seq_length: int = 512,
    global_batch_size: int = 16,
    epochs: float = 3.0,
    samples: Optional[int] = None,  # noqa: UP045
    max_steps: Optional[int] = None,  # noqa: UP045
    max_lr: float = 2e-3,
    num_layers: int = 4,
    hidden_size: int = 256,
    wandb: bool = True,
    tensorboard: bool = True,
    seed: int = 1234,
) -> run.Partial:
    """Supervised fine-tuning of the demo's model on cited questions, loss on the answers only."""
    steps = max_steps or steps_for_samples(samples or data.count_questions(dataset), epochs, global_batch_size)
    return assemble.finetuning(
        name="lumi_demo_sft",
        model=model(num_layers, hidden_size, seq_length=seq_length),
        dataset=dataset,
        tokenizer=tokenizer,
        checkpoint=checkpoint,
        run_dir=run_dir,
        layout=layout,
        precision=precision,
        seq_length=seq_length,
        global_batch_size=global_batch_size,
        schedule=schedule(steps, validations=5, limit_val_batches=4, saves=5),
        max_lr=max_lr,
        weight_decay=0.01,
        wandb=wandb,
        tensorboard=tensorboard,
        seed=seed,
    )
