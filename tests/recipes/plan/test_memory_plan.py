"""Whole plans: known parameter counts, what a plan leaves behind, its price in seconds and bytes, what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nemo_run as run
import pytest
import torch
from megatron.core import parallel_state

from lexatron.errors import UserError
from recipes import precision as precisions
from recipes.hardware import find_gpu
from recipes.layout_tables import row
from recipes.overrides import build
from recipes.plan import activations, model
from recipes.plan.memory import COMPONENTS, MemoryPlan, plan_memory
from recipes.registry import find
from tests.recipes.plan.tiny import PP2, tiny

ROOT = Path(__file__).resolve().parents[3]
LINEAR_8B = 32 * ((4096 * 6144) + (4096 * 4096) + (4096 * 28672) + (14336 * 4096))  # Llama 3.1 8B
WITHOUT_VIRTUAL = "trainer.strategy.virtual_pipeline_model_parallel_size=None"
B200, H100 = find_gpu("B200"), find_gpu("H100")


def llama(name: str, *arguments: str) -> run.Partial:
    """A Llama recipe without data on disk."""
    size = "tokens=446470190" if "cpt" in name else "samples=1000"
    return build(find(name).load(), [size, "model.config.vocab_size=128256", *arguments])


def test_70b_over_64_gpus_has_its_published_parameters() -> None:
    plan = plan_memory(llama("llama33_70b_cpt", "layout=h100x64", WITHOUT_VIRTUAL), H100)
    assert plan.total_parameters == 70_553_706_496
    assert [rank.parameters for rank in plan.ranks] == [4_541_186_048, 4_278_517_760, 4_278_517_760, 4_541_194_240]
    norms = 161 * 8192  # whole on each of the four tensor-parallel ranks, which all write their optimizer
    assert plan.checkpoint_bytes == 14 * plan.total_parameters + 3 * 12 * norms
    assert plan.worst.pipeline_rank == 0
    assert plan.headroom == H100.memory_bytes - plan.worst.total


def test_70b_on_4_b200_does_not_fit_with_any_adam_on_the_device() -> None:
    """1.27 TB of states against 0.72 TB; FusedAdam's temporaries rule out narrow moments too."""
    function = find("llama33_70b_cpt").load()
    for optimizer, held_bytes in (("adam", 18), ("adam_bf16", 10), ("adam_fp8", 9)):
        layout = row("B200", 4, tp=4, recompute="full", optimizer=optimizer)
        plan = plan_memory(function.with_layout(layout, tokens=1_000_000), B200)
        assert not plan.fits
        held = sum(getattr(plan.worst, name) for name in ("weights", "gradients", "optimizer"))
        assert held == pytest.approx(held_bytes * plan.worst.parameters, rel=1e-3)
    assert plan_memory(llama("llama33_70b_cpt", "layout=b200x4"), B200).fits, "with the states on the host"


@pytest.mark.parametrize(
    ("precision", "share", "copies"),
    [
        ("fp8", 1, 0),
        ("fp8_current", 30 / 32, 0),  # the first and the last layer stay in BF16
        ("mxfp8", 1, 33 / 32),  # the columns' copy; a byte for every 32 elements is its scale
    ],
)
def test_fp8_weights_take_a_byte_and_blackwell_needs_no_transpose(precision: str, share: float, copies: float) -> None:
    recipe = llama("llama31_8b_cpt", "layout=h100x8")
    bf16 = plan_memory(recipe, B200).worst
    recipe.trainer.plugins = precisions.find(precision).make(32)
    plan = plan_memory(recipe, B200).worst
    linear = share * LINEAR_8B / 2
    saved = linear
    if precision == "mxfp8":  # a scale for every 32 elements, and a buffer to gather the weights that stay in BF16
        saved = 31 / 32 * linear - (bf16.weights - 2 * LINEAR_8B / 2)
    assert bf16.weights - plan.weights == pytest.approx(saved, rel=1e-3)
    assert plan.precision_buffers == pytest.approx(copies * linear, rel=1e-3, abs=2**23)


@pytest.mark.parametrize(("precision", "copies"), [("fp8_blockwise", 2), ("nvfp4", 2 * (1 / 2 + 1 / 16))])
def test_weights_that_stay_in_bf16_have_quantised_copies(precision: str, copies: float) -> None:
    recipe = llama("llama31_8b_cpt", "layout=h100x8")
    recipe.trainer.plugins = precisions.find(precision).make(32)
    share = (32 - 1 - 4) / 32 if precision == "nvfp4" else 1
    plan = plan_memory(recipe, B200).worst
    assert plan.weights == pytest.approx(2 * plan.parameters, rel=1e-3)
    assert plan.precision_buffers == pytest.approx(copies * share * LINEAR_8B / 2, rel=1e-3)


def test_hopper_keeps_the_transpose_of_fp8_weights() -> None:
    plan = plan_memory(llama("llama31_8b_cpt", "layout=h100x8", "precision=fp8"), H100)
    assert plan.worst.precision_buffers == pytest.approx(LINEAR_8B / 2, rel=0.01)


def test_lora_trains_the_adapters_alone_and_qlora_keeps_the_base_in_four_bits() -> None:
    lora = plan_memory(llama("llama31_8b_lora", "layout=h100x1"), H100)
    qlora = plan_memory(llama("llama31_8b_qlora", "layout=h100x1"), H100)
    adapters = lora.worst.trainable_parameters
    assert adapters == 64 * 32 * ((4096 + 6144) + (4096 + 4096) + (4096 + 28672) + (14336 + 4096))
    assert lora.worst.weights == pytest.approx(2 * lora.worst.parameters, rel=1e-3)
    assert lora.worst.gradients + lora.worst.optimizer == pytest.approx(16 * adapters, rel=1e-3)
    assert lora.checkpoint_bytes == 14 * adapters
    outside = 2 * 128256 * 4096 + 65 * 4096
    assert qlora.worst.weights == pytest.approx(2 * (outside + adapters) + LINEAR_8B * 4.127 / 8, rel=1e-3)


def test_planning_leaves_no_trace() -> None:
    before = {name: value for name, value in vars(parallel_state).items() if name.startswith("_")}
    random = torch.get_rng_state()
    device = torch.cuda.current_device
    plan_memory(tiny("layout=cpu_pp2"), None)
    assert {name: value for name, value in vars(parallel_state).items() if name.startswith("_")} == before
    assert not torch.distributed.is_initialized()
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.cuda.current_device is device


def test_a_plan_is_the_same_without_the_cpu_backend_and_costs_little() -> None:
    """As on a machine with GPUs; 70B over 64 GPUs in under 60 s and 4 GB, imports included."""
    # Without Transformer Engine Megatron refuses the fused rotary embedding, which the plan does not ask for.
    words = ("layout=h100x64", "model.config.apply_rope_fusion=False")
    code = f"""
import json, resource, time
start = time.time()
from tests.recipes.plan.test_memory_plan import H100, llama, plan_memory
from plugins.cpu import is_installed
plan = plan_memory(llama("llama33_70b_cpt", *{words!r}), H100)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([is_installed(), plan.worst.total, plan.checkpoint_bytes, peak, time.time() - start]))
"""
    environment = os.environ | {"LEXATRON_CPU_BACKEND": "0", "PYTHONPATH": str(ROOT)}
    outcome = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    backend, total, checkpoint, kilobytes, seconds = json.loads(outcome.stdout.splitlines()[-1])
    here = plan_memory(llama("llama33_70b_cpt", *words), H100)
    assert (backend, total, checkpoint) == (False, here.worst.total, here.checkpoint_bytes)
    assert kilobytes < 4e6
    print(f"70B over 64 GPUs: {seconds:.1f} s, {kilobytes / 1e6:.2f} GB")


def test_what_was_traced_once_is_not_traced_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = plan_memory(llama("llama31_8b_cpt", "layout=h100x8"), H100)

    def refuse(*arguments: object) -> None:
        raise AssertionError("traced again")

    monkeypatch.setattr(activations, "pretended", refuse)
    monkeypatch.setattr(model, "pretended", refuse)
    assert plan_memory(llama("llama31_8b_cpt", "layout=h100x8", "max_lr=1e-5"), H100) == first
    with pytest.raises(AssertionError, match="traced again"):
        plan_memory(llama("llama31_8b_cpt", "layout=h100x8", "seq_length=2048"), H100)


def test_the_recipe_says_the_truth_not_the_layouts_name() -> None:
    cp = ("layout=h100x8", "trainer.strategy.context_parallel_size=2", "trainer.strategy.tensor_model_parallel_size=2")
    plain = plan_memory(llama("llama31_8b_cpt", "layout=h100x8"), H100)
    split = plan_memory(llama("llama31_8b_cpt", *cp), H100)
    assert split.worst.activations < plain.worst.activations
    assert split.worst.communication > 0
    assert any("context parallel" in note for note in split.notes)


def test_on_a_cpu_nothing_is_added_to_what_was_counted() -> None:
    plan = plan_memory(tiny("layout=cpu_pp2"), None)
    assert plan.capacity is None
    assert plan.fits
    assert plan.headroom is None
    assert [rank.overhead + rank.communication + rank.precision_buffers for rank in plan.ranks] == [0, 0]


def test_offload_is_counted_on_the_host_of_a_node() -> None:
    plan = plan_memory(llama("llama31_8b_cpt", "layout=h100x1"), H100)
    assert plan.worst.optimizer == 0
    assert plan.host_bytes_per_node == 16 * plan.total_parameters


def test_processes_that_do_not_divide_are_refused() -> None:
    with pytest.raises(UserError, match="3 devices do not divide"):
        plan_memory(tiny("layout=cpu_pp2"), None, world_size=3)


def test_an_unknown_vocabulary_is_asked_for(tmp_path: Path) -> None:
    recipe = tiny(f"corpus={tmp_path}", "model.config.vocab_size=None")
    with pytest.raises(UserError, match="no such manifest"):
        plan_memory(recipe, None)


def test_fully_sharded_weights_are_gathered_layer_by_layer() -> None:
    recipe = llama("llama31_8b_cpt", "layout=h100x8", "trainer.strategy.tensor_model_parallel_size=1")
    recipe.trainer.strategy.sequence_parallel = False
    recipe.trainer.strategy.ddp.use_megatron_fsdp = True
    recipe.trainer.strategy.ddp.data_parallel_sharding_strategy = "optim_grads_params"
    plan = plan_memory(recipe, H100)
    states = plan.worst.weights + plan.worst.gradients + plan.worst.optimizer
    assert states == pytest.approx(18 * plan.total_parameters / 8, rel=0.01)
    assert plan.worst.communication > 2 * plan.total_parameters / 32


def test_the_worst_rank_is_the_largest_sum_of_components() -> None:
    plan = plan_memory(tiny(PP2, "layout=cpu_tp2"), None, world_size=4)
    worst = max(plan.ranks, key=lambda rank: sum(getattr(rank, name) for name in COMPONENTS))
    assert plan.worst == worst
    smaller = replace(plan, capacity=worst.total - 1)
    assert isinstance(smaller, MemoryPlan)
    assert smaller.headroom == -1
    assert not smaller.fits
