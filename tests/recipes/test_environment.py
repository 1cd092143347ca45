"""The environment of a job follows from its built recipe and its GPU: known answers, and what must never be set."""

from __future__ import annotations

from typing import Any

import nemo_run as run
import pytest

from plugins.callbacks.determinism import ENVIRONMENT
from recipes.environment import LEFT_OUT, environment, variables
from recipes.hardware import find_gpu
from recipes.layouts import CPU_LAYOUTS
from recipes.overrides import build
from recipes.precision import PRECISIONS
from recipes.registry import expected_gpu, find

EVERYWHERE = {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
MARGINS = {"NVTE_FWD_LAYERNORM_SM_MARGIN": "16", "NVTE_BWD_LAYERNORM_SM_MARGIN": "16"}
SEVERAL = {"TORCH_NCCL_HIGH_PRIORITY": "1", "NCCL_NVLS_ENABLE": "0"}
SEGMENTS = {"PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True"}
CONNECTIONS = "CUDA_DEVICE_MAX_CONNECTIONS"


def built(name: str, *arguments: str) -> run.Partial:
    size = ["tokens=1000000"] if name.endswith(("cpt", "tiny")) else ["samples=1000", "checkpoint=base"]
    return build(find(name).load(), [*size, *arguments])


def of(name: str, *arguments: str) -> dict[str, str]:
    return environment(built(name, *arguments), expected_gpu(find(name).load(), arguments))


def test_70b_pretraining_on_64_h100() -> None:
    """TP 4, PP 4, data parallel 4: what NVIDIA's scripts set for 70B on 64 H100."""
    expected = {CONNECTIONS: "1", "NCCL_P2P_NET_CHUNKSIZE": "2097152"}
    assert of("llama33_70b_cpt", "layout=h100x64") == EVERYWHERE | SEGMENTS | MARGINS | SEVERAL | expected


@pytest.mark.parametrize("layout", ["b200x4", "b200x8"])
@pytest.mark.parametrize("precision", ["fp8", "nvfp4"])
def test_70b_pretraining_on_a_node_of_b200(layout: str, precision: str) -> None:
    """TP 2 and PP 2, and TP 8: no data parallel, no network."""
    assert of("llama33_70b_cpt", f"layout={layout}", f"precision={precision}") == EVERYWHERE | SEVERAL | {
        CONNECTIONS: "32"
    }


def test_no_precision_needs_a_variable() -> None:
    answers = [of("llama33_70b_cpt", "layout=b200x8", f"precision={name}") for name in PRECISIONS]
    assert all(answer == answers[0] for answer in answers)


def test_gb200_on_several_nodes() -> None:
    expected = {CONNECTIONS: "32", "NCCL_NET_GDR_C2C": "1", "NCCL_P2P_NET_CHUNKSIZE": "2097152"}
    assert of("llama33_70b_cpt", "layout=gb200x64") == EVERYWHERE | SEGMENTS | MARGINS | SEVERAL | expected


def test_fsdp_never_has_one_connection() -> None:
    assert of("llama31_8b_cpt", "layout=h100x8_fsdp") == EVERYWHERE | MARGINS | SEVERAL | {CONNECTIONS: "8"}
    both = built("llama31_8b_cpt", "layout=h100x8_fsdp", "trainer.strategy.tensor_model_parallel_size=2")
    assert environment(both, find_gpu("H100"))[CONNECTIONS] == "8"
    assert environment(both, find_gpu("B200"))[CONNECTIONS] == "32"


def test_data_parallel_alone_leaves_the_queues_to_cuda() -> None:
    assert of("llama31_8b_cpt", "layout=h100x16") == EVERYWHERE | SEGMENTS | MARGINS | SEVERAL


def test_context_parallel_counts_as_tensor_parallel_and_as_data_parallel() -> None:
    recipe = built("llama31_8b_cpt", "layout=h100x4", "trainer.strategy.context_parallel_size=2")
    found = environment(recipe, find_gpu("H100"))
    assert found == EVERYWHERE | SEGMENTS | MARGINS | SEVERAL | {CONNECTIONS: "1"}


@pytest.mark.parametrize(("layout", "more"), [("h100x1", SEGMENTS), ("b200x1", {})])
def test_adapters_on_one_gpu_need_nothing_of_several(layout: str, more: dict[str, str]) -> None:
    name = "llama31_8b_lora" if layout == "h100x1" else "llama33_70b_lora"
    assert of(name, f"layout={layout}") == EVERYWHERE | more


@pytest.mark.parametrize("layout", CPU_LAYOUTS)
def test_a_cpu_needs_no_variable_of_a_gpu(layout: str) -> None:
    assert of("lumi_tiny", f"layout={layout}") == EVERYWHERE
    assert of("lumi_tiny", f"layout={layout}", "deterministic=true") == EVERYWHERE


def test_a_deterministic_run_has_what_its_callback_has() -> None:
    plain, same = (of("llama31_8b_cpt", "layout=h100x4", f"deterministic={on}") for on in ("false", "true"))
    assert same == plain | ENVIRONMENT
    assert not plain.keys() & ENVIRONMENT.keys()


@pytest.mark.parametrize("setting", ["enable_cuda_graph=True", "external_cuda_graph=True", "cuda_graph_impl='local'"])
def test_cuda_graphs_and_expandable_segments_exclude_each_other(setting: str) -> None:
    """Megatron's CudaGraphManager refuses them together."""
    assert not SEGMENTS.keys() & of("llama31_8b_cpt", "layout=h100x4", f"model.config.{setting}").keys()


def test_user_buffers_need_nvlink_sharp_and_plain_segments() -> None:
    """Megatron's DistributedDataParallelConfig refuses `nccl_ub` with expandable segments."""
    found = of("llama31_8b_cpt", "layout=h100x4", "trainer.strategy.ddp.nccl_ub=True")
    assert (found["NCCL_NVLS_ENABLE"], found["NCCL_CTA_POLICY"]) == ("1", "1")
    assert not SEGMENTS.keys() & found.keys()


def test_without_overlap_norms_keep_all_sms() -> None:
    off = [f"trainer.strategy.ddp.overlap_{what}=False" for what in ("grad_reduce", "param_gather")]
    assert not MARGINS.keys() & of("llama31_8b_cpt", "layout=h100x4", *off).keys()


def test_every_variable_says_why_and_who() -> None:
    layouts: list[tuple[str, Any]] = [("llama33_70b_cpt", "h100x64"), ("llama31_8b_cpt", "h100x8_fsdp")]
    found = [v for name, layout in layouts for v in variables(built(name, f"layout={layout}"), find_gpu("H100"))]
    assert all(v.why and v.source for v in [*found, *LEFT_OUT])
    left_out = {name for left in LEFT_OUT for name in left.name.split(", ")}
    assert not left_out & {v.name for v in found}
