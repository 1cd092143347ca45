"""NeMo's LoRA with two things mended: full recomputation, and resuming with dropout.

Megatron recomputes a layer in an autograd function whose output needs a gradient only where an input does. With the
embeddings frozen no input does, so in NeMo 2.7 no adapter gets a gradient, and nothing says so. And NeMo's checkpoints
hold no state of random numbers, so after a resume dropout drops other elements than in an uninterrupted run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from megatron.core import parallel_state
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
class MendedLoRA(LoRA):
    """NeMo's `LoRA`, same arguments, that trains under full recomputation and resumes with the same bits."""

    _seed: int = field(init=False, repr=False, default=0)

    def __call__(self, model: Any) -> Any:
        model = super().__call__(model)
        let_gradients_through(model)
        return model

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Keep the seed that NeMo has set; it is the same in a resumed run."""
        self._seed = torch.initial_seed()

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        """Seed dropout by the step, differently on each data-parallel rank and alike within a tensor-parallel group."""
        rank = parallel_state.get_data_parallel_rank(with_context_parallel=True)
        torch.manual_seed(self._seed + 1000 * (trainer.global_step + 1) + rank)
