"""What a user may set on a recipe, one dataclass a kind of training; every recipe shares one of them.

A recipe changes defaults, never meanings. `lexatron train RECIPE key=value` sets them by name. The annotations are real
types and `Optional`, not strings and `| None`: NeMo-Run reads them to parse the arguments of a factory.
"""

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every kind of training has."""

    checkpoint: Optional[str] = None  # noqa: UP045
    """A NeMo checkpoint or run folder to start from; None: random weights."""
    run_dir: str = "runs/unnamed"
    """Checkpoints, metrics and logs go there; a run that is there is resumed."""
    layout: str = "cpu"
    """A row of docs/layouts.md, or `auto:4xB200` (`auto`: this machine's GPUs): the fastest that fits by the plan."""
    precision: str = "bf16"
    """fp32, bf16, fp8, fp8_current, fp8_blockwise, mxfp8 or nvfp4 (docs/precision.md)."""
    bf16_decay: float = 0.0
    """Share of the steps at the end that FP8 or NVFP4 run in BF16."""
    precision_emulation: Optional[str] = None  # noqa: UP045
    """bf16, fp8, fp8_current or nvfp4: fake-quantise the linear layers, to study a precision on any machine."""
    seq_length: int = 4096
    """Tokens of one sequence."""
    global_batch_size: int = 128
    """Sequences (packs, where packed) of one optimizer step, over all devices."""
    max_steps: Optional[int] = None  # noqa: UP045
    """Optimizer steps; None: computed from the data and the epochs."""
    max_minutes: Optional[float] = None  # noqa: UP045
    """Minutes of training after which the run ends with a checkpoint, whatever its steps; None: no such limit."""
    min_lr: Optional[float] = None  # noqa: UP045
    """Where the cosine ends; None: a tenth of the peak."""
    warmup: float = 0.1
    """Share of the steps with linear warm-up."""
    weight_decay: float = 0.01
    clip_grad: float = 1.0
    validations: int = 20
    """Validations of a run."""
    limit_val_batches: int = 32
    """Global batches of a validation."""
    saves: int = 10
    """Checkpoints of a run, of which the newest is kept."""
    keep_every: Optional[int] = None  # noqa: UP045
    """Optimizer steps between checkpoints that are kept for good; None: none is."""
    keep_best: int = 1
    """Checkpoints with the lowest validation loss that are kept."""
    save_initial: bool = False
    """Also keep the weights from before the first step."""
    spike_action: str = "warn"
    """What a loss spike or a huge gradient leads to: warn, or stop with a checkpoint. NaN always stops."""
    general: Optional[str] = None  # noqa: UP045
    """Held-out general text that forgetting is measured on: a corpus folder, or .bin/.idx prefixes with commas. None:
    that of the corpus, where it has some."""
    forgetting_limit: float = 0.05
    """Relative rise of the loss on general text that is too much."""
    forgetting_action: str = "warn"
    """warn, stop, or keep_best: what too much of a rise leads to."""
    deterministic: bool = False
    """Only kernels and collectives that give the same bits every time; slower on GPUs."""
    wandb: bool = True
    """Log to W&B, offline; online with log.wandb.offline=False. A key is never stored."""
    tensorboard: bool = True
    seed: int = 1234


@dataclass(frozen=True, kw_only=True)
class Pretraining(Settings):
    """Pre-training on a corpus, from random weights or continued."""

    corpus: str = "data/cpt"
    """A folder of `lexatron data corpus`."""
    tokens: Optional[int] = None  # noqa: UP045
    """Training tokens; None: the manifest's."""
    epochs: Optional[float] = None  # noqa: UP045
    """Times that the tokens are seen; None: the profile's."""
    max_lr: Optional[float] = None  # noqa: UP045
    """Peak learning rate; None: the profile's."""
    profile: str = "balanced"
    """conservative (4 epochs, peak 1.5e-5), balanced (5, 2e-5), aggressive (6, 3e-5), or scratch (1, 1e-3)."""


@dataclass(frozen=True, kw_only=True)
class Finetuning(Settings):
    """Supervised fine-tuning on conversations, loss on the answers alone."""

    dataset: str = "data/sft"
    """A folder with training.jsonl and validation.jsonl in NeMo's chat format, or of `lexatron data pack`."""
    tokenizer: str = "data/cpt/tokenizer"
    """The tokenizer, with the chat template, of the checkpoint."""
    chat_template: Optional[str] = None  # noqa: UP045
    """None: the tokenizer's own; `llama3` (answers marked), `chatml`, `instruct` or `plain`; or a Jinja file."""
    packed: bool = True
    """Several conversations a sequence, none of which sees another."""
    samples: Optional[int] = None  # noqa: UP045
    """Training sequences (packs, where packed); None: counted."""
    epochs: float = 3.0
    max_lr: float = 5e-6
    seq_length: int = 2048


@dataclass(frozen=True, kw_only=True)
class Adapting(Finetuning):
    """LoRA and QLoRA: the base is frozen, adapters on all linear layers are trained."""

    lora_rank: int = 64
    lora_alpha: int = 128
    """Adapters are scaled by alpha / rank; 16 is the other usual value."""
    lora_dropout: float = 0.05
    max_lr: float = 2e-4
    """5e-6 for targeted training."""


PROFILES = {
    "conservative": (4.0, 1.5e-5),
    "balanced": (5.0, 2e-5),
    "aggressive": (6.0, 3e-5),
    "scratch": (1.0, 1e-3),
}
"""Epochs and peak learning rate; `scratch` is for random weights."""
