"""Lumi: small Llama-shaped models from random weights, on a laptop or one GPU.

lexatron train lumi_tiny corpus=runs/demo/corpus             # 6 x 256, on a CPU
lexatron train lumi_base corpus=data/cpt layout=h100x8       # 24 x 768
lexatron train lumi_sft checkpoint=runs/lumi_tiny dataset=data/sft tokenizer=data/cpt/tokenizer

`lumi_demo` is sized for eight minutes on two CPU cores. Parameters: docs/recipes.md.
"""

from dataclasses import dataclass

import nemo_run as run
from nemo.collections import llm
from nemo.collections.llm.gpt.model.llama import Llama3Config

from recipes import adapters, assemble
from recipes.layout_tables import LAYOUTS
from recipes.layouts import Layout
from recipes.recipe import recipe
from recipes.settings import Adapting, Finetuning, Pretraining, Settings

FULL, LORA, QLORA = (LAYOUTS["lumi", family] for family in ("full", "lora", "qlora"))


@dataclass(frozen=True, kw_only=True)
class LumiShape(Settings):
    """The size of a Lumi model; a fine-tuning has to have that of its checkpoint."""

    num_layers: int = 6
    hidden_size: int = 256
    precision: str = "fp32"


@dataclass(frozen=True, kw_only=True)
class LumiPretraining(LumiShape, Pretraining):
    """Pre-training of a Lumi model from random weights, or from those of `checkpoint`."""

    seq_length: int = 1024
    global_batch_size: int = 64
    profile: str = "scratch"
    weight_decay: float = 0.1


@dataclass(frozen=True, kw_only=True)
class LumiFinetuning(LumiShape, Finetuning):
    """Fine-tuning of a Lumi model on cited questions."""

    seq_length: int = 512
    global_batch_size: int = 16
    max_lr: float = 2e-3


@dataclass(frozen=True, kw_only=True)
class LumiAdapting(LumiShape, Adapting):
    """LoRA on a Lumi model."""

    seq_length: int = 512
    global_batch_size: int = 16
    max_lr: float = 2e-3
    lora_rank: int = 16
    lora_alpha: int = 32


def model(shape: LumiShape) -> run.Config:
    """A Llama 3 shaped model: heads of 64, half as many key-value heads, SwiGLU of 8/3 rounded up to 64."""
    heads = shape.hidden_size // 64
    return run.Config(
        llm.LlamaModel,
        config=run.Config(
            Llama3Config,
            num_layers=shape.num_layers,
            hidden_size=shape.hidden_size,
            num_attention_heads=heads,
            num_query_groups=max(1, heads // 2),
            ffn_hidden_size=-(-shape.hidden_size * 8 // 3 // 64) * 64,
            rotary_base=10_000,
            init_method_std=0.02,
        ),
    )


@recipe(llm.pretrain, LumiPretraining, FULL, layout="cpu", max_lr=2e-3)
def lumi_tiny(settings: LumiPretraining, layout: Layout) -> run.Partial:
    """Pre-training from random weights, 6 layers of 256, on a CPU."""
    return assemble.pretraining("lumi_tiny", model(settings), settings, layout)


@recipe(
    llm.pretrain, LumiPretraining, FULL, layout="h100x1", precision="bf16", num_layers=12, hidden_size=512, max_lr=1e-3
)
def lumi_small(settings: LumiPretraining, layout: Layout) -> run.Partial:
    """Pre-training from random weights, 12 layers of 512."""
    return assemble.pretraining("lumi_small", model(settings), settings, layout)


@recipe(
    llm.pretrain, LumiPretraining, FULL, layout="h100x1", precision="bf16", num_layers=24, hidden_size=768, max_lr=6e-4
)
def lumi_base(settings: LumiPretraining, layout: Layout) -> run.Partial:
    """Pre-training from random weights, 24 layers of 768."""
    return assemble.pretraining("lumi_base", model(settings), settings, layout)


@recipe(llm.finetune, LumiFinetuning, FULL, layout="cpu", checkpoint="runs/lumi_tiny")
def lumi_sft(settings: LumiFinetuning, layout: Layout) -> run.Partial:
    """Supervised fine-tuning on cited questions, all weights."""
    return assemble.finetuning("lumi_sft", model(settings), settings, layout)


@recipe(llm.finetune, LumiAdapting, LORA, layout="cpu", checkpoint="runs/lumi_tiny")
def lumi_lora(settings: LumiAdapting, layout: Layout) -> run.Partial:
    """LoRA on all linear layers, the base frozen."""
    return assemble.finetuning("lumi_lora", model(settings), settings, layout, adapters.lora(settings))


@recipe(llm.finetune, LumiAdapting, QLORA, layout="cpu", checkpoint="runs/lumi_tiny")
def lumi_qlora(settings: LumiAdapting, layout: Layout) -> run.Partial:
    """LoRA on all linear layers, the base frozen in 4 bits (NF4)."""
    return assemble.finetuning("lumi_qlora", model(settings), settings, layout, adapters.qlora(settings))


_DEMO = {
    "layout": "cpu",
    "num_layers": 4,
    "seq_length": 512,
    "validations": 5,
    "limit_val_batches": 4,
    "saves": 5,
    "keep_best": 0,
}


@recipe(
    llm.pretrain,
    LumiPretraining,
    FULL,
    **_DEMO,
    corpus="runs/demo/corpus",
    run_dir="runs/demo/cpt",
    global_batch_size=8,
    epochs=3.0,
    max_lr=2e-3,
    save_initial=True,
)
def lumi_demo_cpt(settings: LumiPretraining, layout: Layout) -> run.Partial:
    """Pre-training of the demo's model, on a CPU."""
    return assemble.pretraining("lumi_demo_cpt", model(settings), settings, layout)


@recipe(
    llm.finetune,
    LumiFinetuning,
    FULL,
    **_DEMO,
    dataset="runs/demo/qa",
    tokenizer="runs/demo/corpus/tokenizer",
    checkpoint="runs/demo/cpt",
    run_dir="runs/demo/sft",
    packed=False,
)
def lumi_demo_sft(settings: LumiFinetuning, layout: Layout) -> run.Partial:
    """Fine-tuning of the demo's model on cited questions, on a CPU."""
    return assemble.finetuning("lumi_demo_sft", model(settings), settings, layout)
