"""FLOPs of a step against NeMo's formula and against what torch counts."""

from __future__ import annotations

import pytest
import torch
from megatron.core.transformer import TransformerConfig
from nemo.utils.flops_formulas import FLOPSConfig, llama3
from torch.utils.flop_counter import FlopCounterMode
from transformers import LlamaConfig, LlamaForCausalLM

from plugins.callbacks.flops import Shape, attention_flops, linear_flops
from plugins.callbacks.throughput import speeds

LLAMA_8B = Shape(
    num_layers=32,
    hidden_size=4096,
    query_size=4096,
    key_value_size=1024,
    ffn_size=14336,
    gated=True,
    vocab_size=128_256,
)


def test_llama_8b_has_the_flops_of_nemos_formula() -> None:
    theirs = llama3(
        FLOPSConfig(gbs=128, enc_seq_len=4096, hs=4096, layers=32, ffn_hs=14336, attention_heads=32, query_groups=8)
    )
    tokens = 128 * 4096
    ours = linear_flops(LLAMA_8B, tokens) + attention_flops(LLAMA_8B, tokens, 4096)
    assert ours == pytest.approx(theirs, rel=1e-12)


def test_weights_of_llama_8b_without_embedding_and_norms() -> None:
    norms, embedding = 65 * 4096, 128_256 * 4096
    assert LLAMA_8B.matrix_weights == 8_030_261_248 - norms - embedding


@pytest.mark.parametrize("heads", [(4, 4), (4, 2)])
def test_torch_counts_the_same(heads: tuple[int, int]) -> None:
    config = LlamaConfig(
        vocab_size=100,
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=3,
        num_attention_heads=heads[0],
        num_key_value_heads=heads[1],
        attn_implementation="eager",  # the whole square of scores, as matrix products
        tie_word_embeddings=False,
    )
    model, tokens = LlamaForCausalLM(config), torch.randint(100, (2, 32))
    with FlopCounterMode(display=False) as counter:
        model(tokens, labels=tokens).loss.backward()
    shape = Shape(3, 64, 64, 16 * heads[1], 96, True, 100)
    # RoPE's outer product of positions and frequencies is a matrix product to torch: 2 x positions x (16 / 2).
    rope = 2 * 32 * 8
    ours = linear_flops(shape, 64) + attention_flops(shape, 64, 32, causal=False)
    assert counter.get_total_flops() == pytest.approx(ours, abs=2 * rope)


def test_shape_of_a_megatron_config() -> None:
    config = TransformerConfig(
        num_layers=32,
        hidden_size=4096,
        num_attention_heads=32,
        num_query_groups=8,
        ffn_hidden_size=14336,
        gated_linear_unit=True,
    )
    assert Shape.of(config, 128_256) == LLAMA_8B


def test_frozen_weights_cost_a_third_less() -> None:
    assert linear_flops(LLAMA_8B, 10, frozen=True) * 1.5 == linear_flops(LLAMA_8B, 10)


def test_speeds_by_hand() -> None:
    values = speeds(2.0, samples=8, tokens=1000, flops=4e15, devices=4, peak_flops=1e15)
    assert values == {
        "seconds": 2.0,
        "samples_per_second": 4.0,
        "tokens_per_second": 500.0,
        "tflop_per_second_per_device": 500.0,
        "mfu": 0.5,
    }
    assert "mfu" not in speeds(2.0, samples=8, tokens=1000, flops=4e15, devices=4, peak_flops=None)
