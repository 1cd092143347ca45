"""FLOPs and speeds against NVIDIA's published runs, and properties that any estimate has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.callbacks.flops import Shape, attention_flops, linear_flops
from recipes.hardware import GPUS
from recipes.plan.calibration import SHAPES, SUPERSEDED, ran, table
from recipes.plan.published import PUBLISHED, SOURCES, Published
from recipes.plan.speed import SPREAD, model_flops, speed, step
from recipes.plan.workload import Adapter, Workload

CPT_70B = Workload(SHAPES["70b"], 4096, 1, 128, 8, tensor=8, recompute="full", number_format="fp8")


def name(run: Published) -> str:
    return f"{run.source}-{run.task}-{run.model}-{run.count}x{run.gpu}-{run.precision}".replace(" ", "_")


@pytest.mark.parametrize("run", [run for run in PUBLISHED if run.tflops], ids=name)
def test_flops_a_token_are_those_that_nvidia_counts(run: Published) -> None:
    shape = SHAPES[run.model]
    a_token = linear_flops(shape, 1) + attention_flops(shape, 1, run.seq_length, causal=run.causal)
    assert run.tokens_per_second * a_token / 1e12 == pytest.approx(run.tflops, rel=0.03)


@pytest.mark.parametrize("run", PUBLISHED, ids=name)
def test_the_range_holds_the_published_speed(run: Published) -> None:
    low, high = speed(ran(run), GPUS[run.gpu]).tokens_per_second
    if (run.source, run.model, run.precision) == SUPERSEDED:
        assert run.tokens_per_second < low
    else:
        assert low <= run.tokens_per_second <= high


def test_every_published_run_has_a_source_and_divides() -> None:
    for run in PUBLISHED:
        assert run.source in SOURCES
        assert run.count % (run.tensor * run.pipeline * run.context) == 0
        assert run.gpu in GPUS


def test_the_table_in_the_docs_is_this_one() -> None:
    """Else: python -m recipes.plan.calibration, and copy."""
    page = Path(__file__).parents[3] / "docs" / "planning_time.md"
    assert table() in page.read_text("utf-8")


def test_model_flops_of_a_step_of_70b() -> None:
    """6 FLOPs a weight and token (69,502,763,008 weights without the embedding), and attention's causal half."""
    weights = 80 * (8192 * (2 * 8192 + 2 * 1024) + 3 * 8192 * 28672) + 8192 * 128_256
    tokens = 4096 * 128
    assert model_flops(CPT_70B) == pytest.approx(6 * weights * tokens + 6 * 80 * 8192 * 4096 * tokens)


def test_frozen_weights_get_no_gradient() -> None:
    frozen = replace(CPT_70B, adapter=Adapter(rank=64))
    attention = 6 * 80 * 8192 * 4096 * 4096 * 128
    assert (model_flops(frozen) - attention) / (model_flops(CPT_70B) - attention) == pytest.approx(2 / 3)
    assert step(frozen, GPUS["B200"]).seconds < step(CPT_70B, GPUS["B200"]).seconds


def test_adapter_weights_are_those_of_lora_on_all_linear_layers() -> None:
    """8B, rank 16: 16 x (in + out) of qkv 4096 + 6144, projection 8192, fc1 4096 + 28672, fc2 14336 + 4096."""
    work = Workload(SHAPES["8b"], 4096, 1, 8, 1, adapter=Adapter(rank=16))
    assert work.trained_weights == 32 * 16 * (10_240 + 8_192 + 32_768 + 18_432) == 35_651_584


def test_recomputation_costs_time_and_no_model_flops() -> None:
    none, selective, full = (replace(CPT_70B, recompute=kind) for kind in ("none", "selective", "full"))
    times = [step(work, GPUS["B200"]).seconds for work in (none, selective, full)]
    assert times == sorted(times)
    assert times[0] < times[1] < times[2] < times[0] * 1.5
    assert model_flops(none) == model_flops(full)


def test_a_pipeline_waits_for_its_ends_and_virtual_stages_shorten_it() -> None:
    """(pp - 1) / (microbatches x vp) of the busy time, plus what the hidden states take on their way."""
    work = replace(CPT_70B, world_size=8, tensor=1, pipeline=8, micro_batch_size=1)
    plain, interleaved = (step(replace(work, virtual=virtual), GPUS["B200"]) for virtual in (1, 10))
    busy = plain.seconds - plain.bubble - plain.data - plain.optimizer
    assert plain.bubble == pytest.approx(busy * 7 / 128, rel=0.03)
    assert interleaved.bubble == pytest.approx(plain.bubble / 10, rel=0.2)


def test_qlora_pays_for_unpacking_and_offload_for_the_way_to_the_host() -> None:
    lora, qlora = (replace(CPT_70B, adapter=Adapter(64, quantised=quantised)) for quantised in (False, True))
    assert step(qlora, GPUS["H200"]).memory > step(lora, GPUS["H200"]).memory
    offloaded = replace(CPT_70B, offload=1.0)
    assert step(offloaded, GPUS["B200"]).optimizer > 10 * step(CPT_70B, GPUS["B200"]).optimizer


def test_small_models_are_bound_by_the_host() -> None:
    """A model of a few million parameters cannot reach the MFU of a large one."""
    lumi = Workload(Shape(6, 256, 256, 128, 704, True, 32_768), 1024, 8, 64, 1)
    assert speed(lumi, GPUS["H100"]).mfu[1] < 0.15 < speed(CPT_70B, GPUS["B200"]).mfu[0]


@given(
    gpu=st.sampled_from(["H100", "H200", "B200", "GB200"]),
    number_format=st.sampled_from(["bf16", "fp8"]),
    tensor=st.sampled_from([1, 2, 4, 8]),
    pipeline=st.sampled_from([1, 2, 4]),
    data=st.sampled_from([1, 2, 4]),
    micro=st.sampled_from([1, 2, 4]),
)
def test_no_estimate_is_faster_than_the_hardware(
    gpu: str, number_format: str, tensor: int, pipeline: int, data: int, micro: int
) -> None:
    work = replace(
        CPT_70B,
        number_format=number_format,
        recompute="none",
        tensor=tensor,
        pipeline=pipeline,
        micro_batch_size=micro,
        world_size=tensor * pipeline * data,
    )
    estimate = speed(work, GPUS[gpu])
    assert 0 < estimate.mfu[0] < estimate.mfu[1] < 0.75
    assert estimate.seconds[0] / estimate.seconds[1] == pytest.approx(SPREAD[0] / SPREAD[1])
