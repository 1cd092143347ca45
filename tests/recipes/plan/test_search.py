"""The search lists layouts that divide, orders them, and takes the fastest that the real plan lets fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lexatron.errors import UserError
from recipes import layouts
from recipes.hardware import GPUS
from recipes.layouts import Layout
from recipes.plan.bound import bound
from recipes.plan.calibration import SHAPES
from recipes.plan.memory import plan_memory
from recipes.plan.search import TIERS, NothingFits, auto, candidates
from recipes.plan.speed import step
from recipes.plan.workload import Adapter, Workload, laid_out, read
from recipes.registry import find

SHAPE_70B = layouts.Shape(80, 64, 8, 4096, 128)


@pytest.mark.parametrize(("gpu", "count"), [("H100", 1), ("B200", 4), ("B200", 8), ("GB200", 16), ("H100", 64)])
def test_candidates_divide_and_are_different(gpu: str, count: int) -> None:
    for optimizer in TIERS:
        found = candidates(SHAPE_70B, GPUS[gpu], count, optimizer)
        assert found == candidates(SHAPE_70B, GPUS[gpu], count, optimizer)
        assert len(set(found)) == len(found) > 0
        for layout in found:
            layouts.check(layout, SHAPE_70B)
            assert layout.world_size == count
            assert layout.optimizer == optimizer
            assert layout.tensor_model_parallel_size <= GPUS[gpu].nvlink_domain


def test_candidates_have_what_published_runs_used() -> None:
    """NVIDIA's 70B on 64 H100: TP 4, PP 8 or PP 4 with VP 5. FSDP is not searched: its memory was never validated."""
    found = candidates(SHAPE_70B, GPUS["H100"], 64, "adam")
    sizes = {(x.tensor_model_parallel_size, x.pipeline_model_parallel_size) for x in found}
    assert (4, 8) in sizes
    assert any(x.virtual_pipeline_model_parallel_size == 5 and x.pipeline_model_parallel_size == 4 for x in found)
    assert not any(x.fsdp for x in found)


def test_a_pipeline_has_as_many_microbatches_as_stages() -> None:
    for found in candidates(replace(SHAPE_70B, global_batch_size=8), GPUS["H100"], 64, "adam"):
        passes = 8 // (found.micro_batch_size * found.data_parallel_size)
        assert passes >= found.pipeline_model_parallel_size


def test_the_bound_knows_18_bytes_a_parameter() -> None:
    """Plain FP32 Adam on one GPU: BF16 weight, FP32 gradient, master weight and two moments."""
    work = Workload(SHAPES["8b"], 4096, 1, 128, 1, recompute="full")
    weights = 8_030_257_152  # without the norms
    assert weights * 18 < bound(work) < weights * 18 * 1.02
    lora = replace(work, adapter=Adapter(rank=16))
    assert weights * 2 < bound(lora) < weights * 2.3


@pytest.mark.parametrize(
    ("name", "words", "gpu", "count"),
    [
        ("llama31_8b_lora", {"packed": False, "seq_length": 1024, "global_batch_size": 8}, "H100", 1),
        (
            "lumi_demo_cpt",
            {"tokens": 1000, "precision": "bf16", "num_layers": 2, "hidden_size": 128, "seq_length": 64},
            "H100",
            2,
        ),
    ],
)
def test_auto_takes_a_layout_that_fits_and_none_is_much_faster(
    name: str, words: dict[str, int | str], gpu: str, count: int
) -> None:
    function = find(name).load()
    chosen = auto(function, words, GPUS[gpu], count)
    assert chosen == auto(function, words, GPUS[gpu], count)
    sizes = {"max_steps": 1} | ({"samples": 1} if "lora" in name else {})
    recipe = function.with_layout(chosen, **words, **sizes)
    recipe.model.config.vocab_size = 128_256
    memory = plan_memory(recipe, GPUS[gpu])
    assert memory.fits
    assert chosen.optimizer == "adam"
    work = read(recipe)
    shape = layouts.Shape(
        recipe.model.config.num_layers,
        recipe.model.config.num_attention_heads,
        recipe.model.config.num_query_groups,
        work.seq_length,
        work.global_batch_size,
    )
    fastest = min(
        step(laid_out(work, layout), GPUS[gpu]).seconds for layout in candidates(shape, GPUS[gpu], count, "adam")
    )
    assert step(work, GPUS[gpu]).seconds <= fastest * 1.5


def test_nothing_fits_and_the_nearest_miss_is_told() -> None:
    function = find("llama33_70b_cpt").load()
    tiny = replace(GPUS["H100"], memory_bytes=2**30)
    with pytest.raises(NothingFits, match="does not fit 1 x H100") as caught:
        auto(function, {"tokens": 1000}, tiny, 1)
    assert caught.value.leanest.recompute == "full"
    assert caught.value.leanest.optimizer == "cpu_offload"


def test_a_precision_that_the_gpu_lacks_is_refused_first() -> None:
    with pytest.raises(UserError, match="Blackwell"):
        auto(find("llama31_8b_cpt").load(), {"precision": "nvfp4"}, GPUS["H100"], 8)


def test_fp32_has_no_speed_on_a_gpu() -> None:
    with pytest.raises(UserError, match="fp32"):
        auto(find("llama31_8b_cpt").load(), {"precision": "fp32"}, GPUS["H100"], 8)


def test_a_laid_out_workload_is_what_the_built_recipe_says() -> None:
    """The cheap estimate of the search and the plan of the built recipe are the same numbers."""
    function = find("llama31_8b_cpt").load()
    for layout in (
        Layout("a", "gpu", "H100", 1, 8, 2, 2, 4, sequence_parallel=True, recompute="selective", optimizer="adam_bf16"),
        Layout("b", "gpu", "H100", 1, 8, fsdp=True, recompute="full"),
        Layout("c", "gpu", "H100", 1, 1, optimizer="cpu_offload", micro_batch_size=2),
        Layout("d", "gpu", "H100", 1, 8, 2, sequence_parallel=True, optimizer="adam_fp8"),
    ):
        built = []
        for here in (Layout("probe", "gpu", "H100"), layout):
            recipe = function.with_layout(here, max_steps=1, precision="fp8")
            recipe.model.config.vocab_size = 128_256
            built.append(read(recipe))
        assert laid_out(built[0], layout) == built[1]
