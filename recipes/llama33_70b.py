"""Llama 3.3 70B, which has the architecture of Llama 3.1 70B: continued pre-training, fine-tuning, LoRA and QLoRA.

lexatron import DOWNLOADED_LLAMA -o checkpoints/llama33_70b
lexatron plan llama33_70b_cpt layout=b200x8
lexatron train llama33_70b_cpt corpus=data/cpt

There is a 3.3 Instruct checkpoint only; `checkpoint=` may as well be an imported Llama 3.1 70B base.
"""

import nemo_run as run
from nemo.collections import llm

from recipes import adapters, assemble
from recipes.layout_tables import LAYOUTS
from recipes.layouts import Layout
from recipes.recipe import recipe
from recipes.settings import Adapting, Finetuning, Pretraining

CHECKPOINT = "checkpoints/llama33_70b"
FULL, LORA, QLORA = (LAYOUTS["llama33_70b", family] for family in ("full", "lora", "qlora"))


def model() -> run.Config:
    """The 70B of Llama 3.1 and 3.3."""
    return run.Config(llm.LlamaModel, config=run.Config(llm.Llama31Config70B, vocab_size=128_256))


@recipe(llm.pretrain, Pretraining, FULL, layout="b200x8", checkpoint=CHECKPOINT)
def llama33_70b_cpt(settings: Pretraining, layout: Layout) -> run.Partial:
    """Continued pre-training, all weights: 4096 tokens, 5 epochs."""
    return assemble.pretraining("llama33_70b_cpt", model(), settings, layout)


@recipe(llm.pretrain, Pretraining, FULL, layout="b200x8", checkpoint=CHECKPOINT, seq_length=3072, epochs=2.0)
def llama33_70b_cpt_fast(settings: Pretraining, layout: Layout) -> run.Partial:
    """Continued pre-training, fast: 3072 tokens, 2 epochs."""
    return assemble.pretraining("llama33_70b_cpt_fast", model(), settings, layout)


@recipe(llm.finetune, Finetuning, FULL, layout="b200x8", checkpoint="runs/llama33_70b_cpt", chat_template="llama3")
def llama33_70b_sft(settings: Finetuning, layout: Layout) -> run.Partial:
    """Supervised fine-tuning on cited questions, all weights."""
    return assemble.finetuning("llama33_70b_sft", model(), settings, layout)


@recipe(llm.finetune, Adapting, LORA, layout="b200x8", checkpoint=CHECKPOINT, chat_template="llama3")
def llama33_70b_lora(settings: Adapting, layout: Layout) -> run.Partial:
    """LoRA of rank 64 on all linear layers, the base frozen in BF16."""
    return assemble.finetuning("llama33_70b_lora", model(), settings, layout, adapters.lora(settings))


@recipe(llm.finetune, Adapting, QLORA, layout="h200x1", checkpoint=CHECKPOINT, chat_template="llama3")
def llama33_70b_qlora(settings: Adapting, layout: Layout) -> run.Partial:
    """LoRA of rank 64 on all linear layers, the base frozen in 4 bits (NF4)."""
    return assemble.finetuning("llama33_70b_qlora", model(), settings, layout, adapters.qlora(settings))
