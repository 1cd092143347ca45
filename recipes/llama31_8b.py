"""Llama 3.1 8B, and Llama 3 8B: continued pre-training, fine-tuning, LoRA and QLoRA.

lexatron import DOWNLOADED_LLAMA -o checkpoints/llama31_8b
lexatron plan llama31_8b_cpt layout=h100x8
lexatron train llama31_8b_cpt corpus=data/cpt

Llama 3 8B is the same network without scaled RoPE: `model.config.scale_factor=1.0`.
"""

import nemo_run as run
from nemo.collections import llm

from recipes import adapters, assemble
from recipes.layout_tables import LAYOUTS
from recipes.layouts import Layout
from recipes.recipe import recipe
from recipes.settings import Adapting, Finetuning, Pretraining

CHECKPOINT = "checkpoints/llama31_8b"
FULL, LORA, QLORA = (LAYOUTS["llama31_8b", family] for family in ("full", "lora", "qlora"))


def model() -> run.Config:
    """NeMo's Llama 3.1 8B."""
    return run.Config(llm.LlamaModel, config=run.Config(llm.Llama31Config8B, vocab_size=128_256))


@recipe(llm.pretrain, Pretraining, FULL, layout="h100x8", checkpoint=CHECKPOINT)
def llama31_8b_cpt(settings: Pretraining, layout: Layout) -> run.Partial:
    """Continued pre-training, all weights: 4096 tokens, 5 epochs."""
    return assemble.pretraining("llama31_8b_cpt", model(), settings, layout)


@recipe(llm.pretrain, Pretraining, FULL, layout="h100x8", checkpoint=CHECKPOINT, seq_length=3072, epochs=2.0)
def llama31_8b_cpt_fast(settings: Pretraining, layout: Layout) -> run.Partial:
    """Continued pre-training, fast: 3072 tokens, 2 epochs."""
    return assemble.pretraining("llama31_8b_cpt_fast", model(), settings, layout)


@recipe(llm.finetune, Finetuning, FULL, layout="h100x8", checkpoint="runs/llama31_8b_cpt", chat_template="llama3")
def llama31_8b_sft(settings: Finetuning, layout: Layout) -> run.Partial:
    """Supervised fine-tuning on cited questions, all weights."""
    return assemble.finetuning("llama31_8b_sft", model(), settings, layout)


@recipe(llm.finetune, Adapting, LORA, layout="h100x8", checkpoint=CHECKPOINT, chat_template="llama3")
def llama31_8b_lora(settings: Adapting, layout: Layout) -> run.Partial:
    """LoRA of rank 64 on all linear layers, the base frozen in BF16."""
    return assemble.finetuning("llama31_8b_lora", model(), settings, layout, adapters.lora(settings))


@recipe(llm.finetune, Adapting, QLORA, layout="h100x1", checkpoint=CHECKPOINT, chat_template="llama3")
def llama31_8b_qlora(settings: Adapting, layout: Layout) -> run.Partial:
    """LoRA of rank 64 on all linear layers, the base frozen in 4 bits (NF4)."""
    return assemble.finetuning("llama31_8b_qlora", model(), settings, layout, adapters.qlora(settings))
