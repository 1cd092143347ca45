"""How many floating point operations a training step of a Llama-shaped model is: the numerator of MFU.

Model FLOPs as PaLM's appendix B (arXiv 2204.02311) counts them: the matrix products that the model needs, two
operations a multiply-add, the backward pass twice the forward pass; recomputed activations do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Shape:
    """What the count depends on; sizes in elements."""

    num_layers: int
    hidden_size: int
    query_size: int
    key_value_size: int
    ffn_size: int
    gated: bool
    vocab_size: int

    @classmethod
    def of(cls, config: Any, vocab_size: int) -> Shape:
        """The shape of a Megatron `TransformerConfig`; the vocabulary without Megatron's padding."""
        channels = config.kv_channels or config.hidden_size // config.num_attention_heads
        groups = config.num_query_groups or config.num_attention_heads
        return cls(
            num_layers=config.num_layers,
            hidden_size=config.hidden_size,
            query_size=channels * config.num_attention_heads,
            key_value_size=channels * groups,
            ffn_size=config.ffn_hidden_size,
            gated=bool(config.gated_linear_unit),
            vocab_size=vocab_size,
        )

    @property
    def matrix_weights(self) -> int:
        """Weights that every token is multiplied with: the layers' and the output layer's."""
        attention = self.hidden_size * (2 * self.query_size + 2 * self.key_value_size)
        ffn = self.hidden_size * self.ffn_size * (3 if self.gated else 2)
        return self.num_layers * (attention + ffn) + self.hidden_size * self.vocab_size


def linear_flops(shape: Shape, tokens: float, *, frozen: bool = False) -> float:
    """FLOPs of all linear layers for so many tokens, forward and backward: 6 a weight and token.

    `frozen` weights (LoRA, QLoRA) get no gradient: 4 a weight and token; the adapters, below 2 %, are not counted.
    """
    return (4.0 if frozen else 6.0) * shape.matrix_weights * tokens


def attention_flops(shape: Shape, tokens: float, seq_length: float, *, causal: bool = True) -> float:
    """FLOPs of the scores and the weighted sum, forward and backward, in sequences of one length.

    A token meets on average half the sequence where attention is `causal`; kernels that compute the whole square
    do twice the work, which MFU does not credit them.
    """
    forward = 4.0 * shape.num_layers * shape.query_size * seq_length * tokens
    return 3.0 * forward * (0.5 if causal else 1.0)
