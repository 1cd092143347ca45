"""GPUs against the layout and the precision, the layout against the model, the plan against the memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lexatron.errors import UserError
from recipes.check import hardware
from recipes.check.context import found_gpu
from recipes.check.finding import Finding
from recipes.check.machine import FoundGpu, Machine
from recipes.hardware import GPUS
from recipes.plan.memory import MemoryPlan, RankMemory
from recipes.precision import PRECISIONS
from tests.recipes.check.conftest import B200, H100, HIDDEN, Make

GIB = 2**30


def only(findings: list[Finding]) -> Finding:
    [finding] = findings
    return finding


@pytest.mark.parametrize(
    ("gpus", "elsewhere", "status", "word"),
    [
        ((), False, "fail", "none here"),
        ((), True, "warn", "not checked here; this layout needs 8 x H100"),
        ((H100,) * 4, False, "fail", "4 x NVIDIA H100"),
        ((H100,) * 8, False, "pass", "8 x NVIDIA H100"),
        ((B200,) * 8, False, "warn", "is for H100"),
    ],
)
def test_gpus(
    gpus: tuple[FoundGpu, ...], elsewhere: bool, status: str, word: str, large: Make, with_gpus: Callable[..., Machine]
) -> None:
    made = replace(large(gpu=GPUS["H100"]), machine=with_gpus(*gpus), elsewhere=elsewhere)
    finding = only(hardware.gpus(made))
    assert finding.status == status
    assert word in finding.detail
    assert (finding.remedy == "") == (status == "pass")


def test_processes_of_a_cpu_layout(cpt: Make, with_gpus: Callable[..., Machine]) -> None:
    made = cpt("layout=cpu_dp2")
    assert only(hardware.gpus(replace(made, machine=replace(made.machine, cores=2)))).status == "pass"
    assert only(hardware.gpus(replace(made, machine=replace(made.machine, cores=1)))).status == "warn"
    assert only(hardware.gpus(replace(made, machine=with_gpus(H100)))).status == "warn"


@pytest.mark.parametrize(
    ("name", "gpu", "status"),
    [
        ("bf16", H100, "pass"),
        ("fp8", H100, "pass"),
        ("nvfp4", H100, "fail"),
        ("mxfp8", H100, "fail"),
        ("nvfp4", B200, "pass"),
        ("fp8", FoundGpu("NVIDIA A100-SXM4-80GB", (8, 0), 80 * 10**9), "fail"),
    ],
)
def test_precision(name: str, gpu: FoundGpu, status: str, large: Make, with_gpus: Callable[..., Machine]) -> None:
    made = replace(large(), machine=with_gpus(gpu))
    made.recipe.trainer.plugins = PRECISIONS[name].make(32)
    assert only(hardware.precision(made)).status == status


def test_precision_elsewhere_is_that_of_the_layouts_gpu(large: Make) -> None:
    made = large(gpu=GPUS["H100"], elsewhere=True)
    made.recipe.trainer.plugins = PRECISIONS["nvfp4"].make(32)
    assert only(hardware.precision(made)).status == "fail"
    assert only(hardware.precision(replace(made, gpu=GPUS["B200"]))).status == "pass"
    assert only(hardware.precision(replace(made, gpu=None))).status == "warn"


def test_fp8_on_a_cpu_would_be_ignored_in_silence(cpt: Make) -> None:
    made = cpt("precision=bf16")
    made.recipe.trainer.plugins = PRECISIONS["fp8"].make(2)
    assert only(hardware.precision(made)).status == "fail"


@pytest.mark.parametrize(
    ("gpu", "name"),
    [
        ("NVIDIA H100 80GB HBM3", "H100"),
        ("NVIDIA H200", "H200"),
        ("NVIDIA B200", "B200"),
        ("NVIDIA GB200", "GB200"),
        ("NVIDIA A100-SXM4-80GB", None),
    ],
)
def test_gpus_are_known_by_the_names_that_cuda_gives(
    gpu: str, name: str | None, with_gpus: Callable[..., Machine]
) -> None:
    found = found_gpu(with_gpus(FoundGpu(gpu, (9, 0), 0)))
    assert (found.name if found else None) == name


def test_the_layout_is_the_recipes_own_overrides_included(large: Make) -> None:
    assert only(hardware.layout(large())).status == "pass"
    finding = only(hardware.layout(large("trainer.strategy.tensor_model_parallel_size=3")))
    assert finding.status == "fail"
    assert "TP" in finding.detail
    made = large()
    made.recipe.data.global_batch_size = 127
    assert "127 is not a multiple" in only(hardware.layout(made)).detail


def plan(total_gib: float, capacity_gib: float | None) -> MemoryPlan:
    bytes_of = {name: 0 for name in RankMemory.__dataclass_fields__ if name not in ("rank", "weights")}
    rank = RankMemory(rank="pp 0 of 1", weights=int(total_gib * GIB), **bytes_of)
    capacity = None if capacity_gib is None else int(capacity_gib * GIB)
    return MemoryPlan((rank,), capacity, host_bytes_per_node=0, total_parameters=1, checkpoint_bytes=GIB)


@pytest.mark.parametrize(
    ("total", "capacity", "status"), [(60, 79, "pass"), (77, 79, "warn"), (80, 79, "fail"), (80, None, "warn")]
)
def test_memory(total: float, capacity: float | None, status: str, large: Make) -> None:
    finding = only(hardware.memory(replace(large(), plan=plan(total, capacity))))
    assert finding.status == status
    assert f"{total:.1f} GiB" in finding.detail


def test_a_small_model_is_planned_with_and_without_its_tokenizer(cpt: Make, tmp_path: Path) -> None:
    known, unknown = cpt(plan=True).plan, cpt(f"corpus={tmp_path}", "tokens=1000", plan=True).plan
    assert isinstance(known, MemoryPlan)
    assert isinstance(unknown, MemoryPlan)
    # Lumi's vocabulary of 32,768 instead of 1,024, in the embedding and in the output layer.
    assert unknown.total_parameters - known.total_parameters == 2 * (32_768 - 1_024) * HIDDEN


def test_the_hosts_memory_under_cpu_offload(large: Make) -> None:
    made = replace(large(), plan=replace(plan(60, 79), host_bytes_per_node=100 * GIB))
    small, big = (replace(made, machine=replace(made.machine, memory_bytes=size * GIB)) for size in (64, 512))
    assert only(hardware.host_memory(small)).status == "fail"
    assert only(hardware.host_memory(big)).detail == "CPU offload needs 100 GiB a node, 512 GiB here"
    assert only(hardware.host_memory(replace(small, elsewhere=True))).status == "warn"
    assert hardware.host_memory(replace(small, plan=plan(60, 79))) == []


def test_memory_that_could_not_be_planned(large: Make, cpt: Make) -> None:
    assert hardware.memory(large()) == []
    refused = UserError("it does not divide", remedy="lower TP")
    assert only(hardware.memory(replace(large(), plan=refused))) == Finding(
        "memory", "fail", "it does not divide", "lower TP"
    )
    assert only(hardware.memory(replace(cpt(), plan=plan(1, None)))).status == "pass"
