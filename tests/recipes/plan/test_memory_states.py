"""Predicted weights, gradients and optimizer states against real Megatron objects, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import fiddle
import nemo_run as run
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from megatron.core import parallel_state
from megatron.core.distributed import DistributedDataParallel
from megatron.core.optimizer import get_megatron_optimizer

from plugins.cpu.layers import block_spec
from recipes.plan.model import Parameter, build, plain_config, stage
from recipes.plan.setup import Setup, read
from recipes.plan.states import lay_out, states
from recipes.plan.world import pretended
from tests.recipes.plan.measure import measure
from tests.recipes.plan.tiny import PP2, VP2, tiny

BUCKETS = ("trainer.strategy.ddp.overlap_grad_reduce=True", "trainer.strategy.ddp.bucket_size=100000")
CASES = {
    "one process": ((), None),
    "tp2": (("layout=cpu_tp2",), None),
    "tp2 sp dp4 bf16": (("layout=cpu_tp2_sp", "precision=bf16"), 8),
    "pp2": (("layout=cpu_pp2",), None),
    "tp2 pp2 dp3 bf16": (("layout=cpu_tp2", "precision=bf16", PP2), 12),
    "pp2 vp2 dp3 bf16": (("layout=cpu_pp2", "precision=bf16", VP2), 6),
    "dp3 bf16, buckets": (("layout=cpu_dp2", "precision=bf16", *BUCKETS), 3),
    "dp4 bf16, padded for nccl": (
        ("layout=cpu_dp2", "precision=bf16", "trainer.strategy.ddp.pad_buckets_for_high_nccl_busbw=True"),
        4,
    ),
    "dp4 bf16, gradients in bf16": (
        ("layout=cpu_dp2", "precision=bf16", "trainer.plugins.grad_reduce_in_fp32=False"),
        4,
    ),
    "dp2 bf16, whole optimizer": (("layout=cpu", "precision=bf16", "optim.config.use_distributed_optimizer=False"), 2),
    "dp3": (("layout=cpu_dp2",), 3),
}


@pytest.mark.parametrize("case", CASES)
def test_every_rank_takes_what_was_predicted(case: str) -> None:
    arguments, world_size = CASES[case]
    recipe = tiny(*arguments)
    setup = read(recipe, world_size)
    for rank in range(setup.parallel.pipeline):
        chunks = stage(setup, rank)
        predicted = states(setup, chunks, rank)
        measured = [_measured(setup, recipe, rank, peer) for peer in range(setup.parallel.data)]
        assert {peer["parameters"] for peer in measured} == {sum(p.count for chunk in chunks for p in chunk)}
        assert {peer["weights"] for peer in measured} == {predicted.weights}
        assert {peer["gradients"] for peer in measured} == {predicted.gradients}
        assert max(peer["optimizer"] for peer in measured) == predicted.optimizer


def _measured(setup: Setup, recipe: run.Partial, rank: int, peer: int) -> dict[str, int]:
    """Real tensors and one real optimizer step of a rank; its collectives are pretended."""
    with pretended(setup.parallel, rank, peer):
        config = plain_config(setup)
        chunks = []
        for number in range(setup.parallel.virtual or 1):
            first = parallel_state.is_pipeline_first_stage(ignore_virtual=False, vp_stage=number)
            last = parallel_state.is_pipeline_last_stage(ignore_virtual=False, vp_stage=number)
            virtual = number if setup.parallel.virtual else None
            model = build(config, setup, block_spec, first=first, last=last, chunk=virtual)
            chunks.append(DistributedDataParallel(config, replace(setup.ddp), model, disable_bucketing=number > 0))
        optimizer = get_megatron_optimizer(fiddle.build(recipe.optim.config), chunks, use_gloo_process_groups=False)
        for parameter in (parameter for chunk in chunks for parameter in chunk.parameters()):
            parameter.main_grad.fill_(0.01)
        optimizer.step()
        return measure(chunks, optimizer)


def test_plain_adam_is_18_bytes_a_parameter_and_precision_aware_adam_is_less() -> None:
    """Micikevicius et al., arXiv 1710.03740, with FP32 gradients: 2 + 4 + 12."""
    per_parameter = {
        "adam": 18,
        "adam_bf16": 2 + 2 + 2 + 4,  # weights, gradients, remainders, two moments
        "adam_fp8": 2 + 2 + 2 + 1 + 2,
    }
    for name, expected in per_parameter.items():
        assert _bytes_a_parameter(name) == pytest.approx(expected, rel=1e-3)


def _bytes_a_parameter(optimizer: str) -> float:
    from recipes.optim import STATES

    recipe = tiny("precision=bf16")
    for key, value in STATES[optimizer].items():  # type: ignore[index]
        setattr(recipe.optim.config, key, value)
    recipe.trainer.plugins.grad_reduce_in_fp32 = optimizer == "adam"
    setup = read(recipe)
    chunks = stage(setup, 0)
    held = states(setup, chunks, 0)
    return (held.weights + held.gradients + held.optimizer) / sum(p.count for chunk in chunks for p in chunk)


def test_offloaded_states_are_on_the_host() -> None:
    recipe = tiny(
        "precision=bf16", "optim.config.optimizer_cpu_offload=True", "optim.config.optimizer_offload_fraction=1.0"
    )
    recipe.optim.config.use_precision_aware_optimizer = True
    setup = read(recipe)
    chunks = stage(setup, 0)
    held = states(setup, chunks, 0)
    assert held.optimizer == held.step == 0
    assert held.host == 16 * sum(p.count for chunk in chunks for p in chunk)


def test_a_fully_sharded_model_is_a_share_of_everything() -> None:
    recipe = tiny("layout=cpu_dp2", "precision=bf16", "trainer.strategy.ddp.use_megatron_fsdp=True")
    recipe.trainer.strategy.ddp.data_parallel_sharding_strategy = "optim_grads_params"
    setup = read(recipe, 4)
    chunks = stage(setup, 0)
    held = states(setup, chunks, 0)
    count = sum(p.count for chunk in chunks for p in chunk)
    assert held.weights + held.gradients + held.optimizer == pytest.approx(18 * count / 4, rel=1e-3)


@cache
def _two() -> Setup:
    return read(tiny("layout=cpu_dp2"))


@settings(deadline=None, max_examples=60)
@given(
    sizes=st.lists(st.integers(1, 5000), min_size=1, max_size=20),
    shards=st.integers(1, 9),
    bucket=st.none() | st.integers(1, 8000),
)
def test_every_element_is_updated_by_one_rank(sizes: list[int], shards: int, bucket: int | None) -> None:
    setup = replace(_two(), parallel=replace(_two().parallel, data=shards))
    parameters = [Parameter(str(i), (size,), True, None, False, False) for i, size in enumerate(sizes)]
    buffer = lay_out(setup, parameters, bucket)
    assert sum(buffer.owned(shards)) == sum(sizes)
    assert all((end - start) % shards == 0 for start, end in buffer.buckets)
