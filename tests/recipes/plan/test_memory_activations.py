"""Predicted activations against what the same model keeps with real tensors, and against sums by hand for GPUs."""

from __future__ import annotations

from dataclasses import replace

import nemo_run as run
import pytest
import torch
from nemo.collections import llm
from torch.autograd.graph import saved_tensors_hooks

from plugins.cpu.layers import block_spec
from recipes.plan import trace
from recipes.plan.activations import activations, decoder_layer, traced
from recipes.plan.formats import quantised_bytes
from recipes.plan.model import build, plain_config, stage
from recipes.plan.setup import Setup, read
from recipes.plan.trace import Trace
from recipes.plan.world import pretended
from tests.recipes.plan.tiny import PP2, tiny

ROTARY = 64 * 64 * 4  # angles, shared by all layers; the plan leaves them out


@pytest.mark.parametrize(
    ("layout", "precision", "recompute"),
    [
        ("cpu", "fp32", "none"),
        ("cpu", "fp32", "full1"),
        ("cpu", "fp32", "full2"),
        ("cpu_tp2", "fp32", "selective"),
        ("cpu_tp2_sp", "fp32", "none"),
        ("cpu_tp2_sp", "fp32", "full1"),
        ("cpu_tp2_sp", "bf16", "selective"),
    ],
)
def test_predicted_activations_are_those_of_a_real_pass(layout: str, precision: str, recompute: str) -> None:
    setup = read(tiny(f"layout={layout}", f"precision={precision}", recompute=recompute))
    real, saved = _real(setup)
    predicted = activations(setup, stage(setup, 0), 0, on_gpu=False)
    pieces = [traced(setup, piece, on_gpu=False).kept for piece in ("embedding", "output")]
    groups = 2 if recompute == "full2" else 4
    kept = sum(pieces) + groups * decoder_layer(setup, None, on_gpu=False).kept
    assert abs(real.kept - kept) <= ROTARY
    assert abs(real.peak - predicted.layers - predicted.output) <= 2 * ROTARY
    assert real.kept >= saved


def _real(setup: Setup) -> tuple[Trace, int]:
    """A whole model with real tensors, forward and backward; and the storages that autograd saved."""
    saved: dict[int, int] = {}
    with pretended(setup.parallel):
        model = build(plain_config(setup), setup, block_spec, first=True, last=True)
        ids = torch.randint(0, setup.vocabulary, (setup.micro_batch_size, setup.seq_length))
        weights = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}

        def pack(tensor: torch.Tensor) -> torch.Tensor:
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in weights:
                saved[storage.data_ptr()] = storage.nbytes()
            return tensor

        def forward() -> torch.Tensor:
            with saved_tensors_hooks(pack, lambda tensor: tensor):
                output: torch.Tensor = model(ids, ids, None, labels=ids)
            return output

        return trace.run(model, forward, inputs=[ids]), sum(saved.values())


def test_a_gpu_layer_keeps_what_transformer_engine_keeps() -> None:
    """By hand for `[s, b, h]` in BF16: two residual streams and two norms, Q, K, V, output, FC1's and FC2's input."""
    setup = read(tiny("precision=bf16"))
    tokens, hidden, ffn = 64 * 8, 256, 704
    norms = 2 * 4 * tokens
    attention = tokens * (4 * 64 + 2 * 2 * 64 + 4 * 64) * 2 + 4 * tokens * 4  # Q, K, V, output; FP32 log-sums
    expected = 4 * tokens * hidden * 2 + norms + attention + tokens * 2 * ffn * 2 + tokens * ffn * 2
    assert decoder_layer(setup, None, on_gpu=True).kept == expected


@pytest.mark.parametrize("name", ["fp8", "fp8_blockwise", "mxfp8", "nvfp4"])
def test_quantised_layers_keep_their_inputs_quantised(name: str) -> None:
    setup = read(tiny("precision=bf16"))
    tokens, hidden, ffn = 64 * 8, 256, 704
    before = 2 * (tokens * hidden * 2) + tokens * ffn * 2  # two norms' outputs and FC2's input
    inputs = [(tokens, hidden)] * 3 + [(tokens, ffn)]  # QKV, projection, FC1, FC2; attention keeps its output itself
    after = sum(quantised_bytes(name, shape, by_columns=True) for shape in inputs)
    plain = decoder_layer(setup, None, on_gpu=True).kept
    assert decoder_layer(setup, name, on_gpu=True).kept == plain - before + after


def test_sequence_parallel_divides_what_tensor_parallel_leaves_whole() -> None:
    alone, shared = (
        decoder_layer(read(tiny("precision=bf16", f"layout={layout}")), None, on_gpu=True).kept
        for layout in ("cpu", "cpu_tp2_sp")
    )
    assert shared == pytest.approx(alone / 2, rel=1e-3)


def test_full_recomputation_keeps_one_activation_a_layer() -> None:
    setup = read(tiny("precision=bf16", recompute="full1"))
    assert decoder_layer(setup, None, on_gpu=True).kept == 64 * 8 * 256 * 2


def test_a_frozen_base_keeps_no_inputs_for_weight_gradients() -> None:
    setup = read(tiny("precision=bf16"))
    whole = decoder_layer(setup, None, on_gpu=True).kept
    lora = run.Config(llm.peft.LoRA, target_modules=["linear_qkv"], dim=8, dropout=0.0)
    tokens, hidden, ffn, rank = 64 * 8, 256, 704, 8
    adapters = tokens * rank * 2 * 2  # the input of the second factor, and the scaled output's
    lost = tokens * hidden * 2 + tokens * ffn * 2  # FC1's normalised and FC2's input; QKV's feeds the adapter
    kept = decoder_layer(replace(setup, peft=lora), None, on_gpu=True).kept
    assert whole - lost <= kept <= whole - lost + adapters


def test_the_first_stage_holds_more_microbatches_than_the_last() -> None:
    setup = read(tiny("layout=cpu_pp2", "precision=bf16"))
    first, last = (activations(setup, stage(setup, rank), rank, on_gpu=True) for rank in (0, 1))
    layer = decoder_layer(setup, None, on_gpu=True)
    assert first.layers == 2 * 2 * layer.kept + layer.extra
    assert first.output == 0
    assert last.output == traced(setup, "output", on_gpu=True).peak
    assert last.layers == 2 * layer.kept + max(0, layer.extra - last.output)


def test_context_parallel_divides_the_sequence() -> None:
    setup = read(tiny("precision=bf16"))
    halved = replace(setup, parallel=replace(setup.parallel, context=2))
    halved.config.context_parallel_size = 2
    assert decoder_layer(halved, None, on_gpu=True).kept * 2 == decoder_layer(setup, None, on_gpu=True).kept


def test_logits_are_bf16_and_fp32_at_once() -> None:
    setup = read(tiny("precision=bf16", PP2, "layout=cpu"), 2)
    logits = 64 * 8 * 1024
    peak = traced(setup, "output", on_gpu=True).peak
    assert 6 * logits < peak < 6 * logits + 8 * (64 * 8 * 256 * 2)
