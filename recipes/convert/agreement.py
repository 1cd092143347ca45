"""Do two models give the same logits? The proof of a conversion that `--verify` prints."""

from __future__ import annotations

from typing import Any

import torch

PROBE_LENGTH = 64  # tokens


def probe(vocab_size: int) -> torch.Tensor:
    """A fixed pseudo-random sequence, int64 [1, PROBE_LENGTH]."""
    return torch.randint(0, vocab_size, (1, PROBE_LENGTH), generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def nemo_logits(model: Any, tokens: torch.Tensor, vocab_size: int) -> torch.Tensor:
    """Logits of a NeMo model without Megatron's padding of the vocabulary, FP32 [1, tokens, vocab_size].

    Transformer Engine's layers compute on a GPU only, so where there is one the model goes there.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    positions = torch.arange(tokens.shape[1]).unsqueeze(0)
    model.config.fp8 = model.config.fp4 = None  # what training computed in 8 or 4 bits is stored in 16
    module = model.module.eval().to(device)
    return module(tokens.to(device), positions.to(device), None)[..., :vocab_size].float().cpu()


@torch.no_grad()
def hf_logits(model: Any, tokens: torch.Tensor) -> torch.Tensor:
    """Logits of a Hugging Face or PEFT model, FP32 [1, tokens, vocab_size]."""
    return model.eval()(tokens).logits.float()


def difference(nemo: Any, hf: Any) -> float:
    """Largest absolute difference of the logits of two models on one sequence."""
    vocab_size = hf.config.vocab_size
    tokens = probe(vocab_size)
    return float((nemo_logits(nemo, tokens, vocab_size) - hf_logits(hf, tokens)).abs().max())
