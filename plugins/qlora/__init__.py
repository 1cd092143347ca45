"""QLoRA in Megatron: the base frozen in NF4, adapters in BF16, and the way back to one whole model.

    recipe.peft = run.Config(QLoRA, dim=64, alpha=128, dropout=0.05)
    model, trainer = merged("runs/qlora/checkpoints/step=99-last")

`docs/qlora.md` says what it costs and what it was checked against.
"""

from __future__ import annotations

from plugins.qlora.mended_lora import MendedLoRA
from plugins.qlora.merge import adapted, base_of, dequantised_base, merge_adapters, merged, round_to_nf4
from plugins.qlora.nf4 import NF4Weight
from plugins.qlora.size import packed_bytes
from plugins.qlora.transform import QLoRA

__all__ = [
    "MendedLoRA",
    "NF4Weight",
    "QLoRA",
    "adapted",
    "base_of",
    "dequantised_base",
    "merge_adapters",
    "merged",
    "packed_bytes",
    "round_to_nf4",
]
