"""The tensors that a Llama has to have, against transformers."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import LlamaConfig, LlamaForCausalLM

from recipes.convert.hf_folder import expected_shapes


@st.composite
def configs(draw: st.DrawFn) -> dict[str, Any]:
    groups, heads_per_group, head = draw(st.tuples(*[st.integers(1, 4)] * 3))
    config: dict[str, Any] = {
        "vocab_size": draw(st.integers(1, 300)),
        "hidden_size": groups * heads_per_group * head * 2,
        "intermediate_size": draw(st.integers(1, 40)),
        "num_hidden_layers": draw(st.integers(1, 3)),
        "num_attention_heads": groups * heads_per_group,
        "num_key_value_heads": groups,
        "tie_word_embeddings": draw(st.booleans()),
    }
    return config | draw(st.sampled_from([{}, {"head_dim": head * 4}]))


@settings(deadline=None, max_examples=30)
@given(configs())
def test_expected_shapes_are_those_of_transformers(config: dict[str, Any]) -> None:
    with torch.device("meta"):
        model = LlamaForCausalLM(LlamaConfig(**config))
    assert expected_shapes(config) == {name: tuple(weight.shape) for name, weight in model.named_parameters()}
