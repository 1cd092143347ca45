"""LoRA under full recomputation: without help, no adapter gets a gradient, and NeMo 2.7 says nothing.

Megatron recomputes a layer in an autograd function whose output needs a gradient only where an input does. With the
embeddings frozen no input does, so the graph ends there; the loss then just stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from megatron.core.models.common.embeddings.language_model_embedding import LanguageModelEmbedding
from nemo.collections.llm.peft.lora import LoRA


def _needing_gradient(module: torch.nn.Module, inputs: Any, output: torch.Tensor) -> torch.Tensor:
    return output.requires_grad_() if torch.is_grad_enabled() and output.is_leaf else output


def let_gradients_through(model: torch.nn.Module) -> None:
    """Have the frozen embeddings' output ask for a gradient where whole layers are recomputed."""
    for module in model.modules():
        if isinstance(module, LanguageModelEmbedding) and module.config.recompute_granularity == "full":
            module.register_forward_hook(_needing_gradient)


@dataclass
class RecomputableLoRA(LoRA):
    """NeMo's `LoRA` that also trains under `recompute_granularity="full"`."""

    def __call__(self, model: Any) -> Any:
        model = super().__call__(model)
        let_gradients_through(model)
        return model
