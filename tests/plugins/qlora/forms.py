"""Loads a QLoRA checkpoint in every form and writes how they differ; in a process of its own, as Megatron's state is
global."""

from __future__ import annotations

import json
import weakref
from pathlib import Path
from typing import Any

import torch
from nemo.collections.llm.api import load_connector_from_trainer_ckpt

from plugins.qlora import adapted, dequantised_base, merged, packed_bytes
from plugins.qlora.linear import NF4Linear, is_quantised
from plugins.qlora.merge import _add_adapters, _restore_base


@torch.no_grad()
def logits(loaded: tuple[Any, Any]) -> torch.Tensor:
    """`[1, 64, vocabulary]` for one pseudo-random sequence."""
    tokens = torch.randint(0, 1024, (1, 64), generator=torch.Generator().manual_seed(0))
    return loaded[0].module.eval()(tokens, torch.arange(64)[None], None)


def sizes(checkpoint: Path) -> dict[str, int]:
    """Bytes of the decoder's linear weights, whole and packed, and how many whole ones outlive the packing."""
    model, trainer, peft = _restore_base(checkpoint, None)
    weights = [module.weight for name, module in model.named_modules() if is_quantised(name)]
    whole, shapes = sum(weight.nbytes for weight in weights), [weight.shape for weight in weights]
    left = [weakref.ref(weight) for weight in weights]
    del weights
    _add_adapters(model, trainer, peft, checkpoint)
    packed = sum(module.base.nbytes for module in model.modules() if isinstance(module, NF4Linear))
    alive = sum(weight() is not None for weight in left)
    return {"whole": whole, "packed": packed, "planned": sum(map(packed_bytes, shapes)), "alive": alive}


def compare(order: dict[str, Any]) -> None:
    """Write what there is to know of `order["checkpoint"]` to `found`, and its adapter in PEFT's format to `peft`."""
    checkpoint = Path(order["checkpoint"])
    trained = logits(adapted(checkpoint))
    one = merged(checkpoint)
    found = {
        "merged": float((logits(one) - trained).abs().max()),
        "base": float((logits(dequantised_base(checkpoint)) - trained).abs().max()),
        "adapters_left": sum("adapter" in name for name, _ in one[0].named_modules()),
        **sizes(checkpoint),
    }
    load_connector_from_trainer_ckpt(checkpoint, "hf-peft").apply(Path(order["peft"]))
    Path(order["found"]).write_text(json.dumps(found), "utf-8")
