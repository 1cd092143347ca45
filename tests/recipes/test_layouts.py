"""Layouts: what divides, what is refused, and that every shipped one divides its model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lexatron.errors import UserError
from recipes.hardware import GPUS, auto, find_gpu, nodes, parse_gpus
from recipes.layout_tables import LAYOUTS
from recipes.layouts import CPU_LAYOUTS, Layout, Shape, check, find

MODELS = {
    "llama33_70b": Shape(80, 64, 8, 4096, 128),
    "llama31_8b": Shape(32, 32, 8, 4096, 128),
    "lumi": Shape(24, 12, 6, 1024, 64),
}
SHIPPED = [(model, family, name) for (model, family), table in LAYOUTS.items() for name in table]


@pytest.mark.parametrize(("model", "family", "name"), SHIPPED)
def test_every_shipped_layout_divides_its_model_and_fills_its_nodes(model: str, family: str, name: str) -> None:
    layout = LAYOUTS[model, family][name]
    check(layout, MODELS[model])
    check(layout, replace(MODELS[model], seq_length=2048))
    assert layout.data_parallel_size * layout.model_parallel_size == layout.world_size
    assert layout.hardware is not None
    assert (layout.num_nodes, layout.devices) == nodes(layout.hardware, layout.world_size)
    assert name.startswith(f"{layout.hardware.name.lower()}x{layout.world_size}")


def test_the_first_layouts_are_there_for_every_gpu() -> None:
    full = LAYOUTS["llama33_70b", "full"]
    assert {"b200x4", "b200x8", "h100x64"} <= full.keys()
    for family in ("full", "lora", "qlora"):
        for model in ("llama33_70b", "llama31_8b"):
            assert {layout.gpu for layout in LAYOUTS[model, family].values()} == set(GPUS), (model, family)


@pytest.mark.parametrize("name", CPU_LAYOUTS)
def test_cpu_layouts_divide_a_small_model(name: str) -> None:
    check(CPU_LAYOUTS[name], Shape(4, 4, 2, 512, 8))


def test_unknown_layout_suggests_the_nearest() -> None:
    with pytest.raises(UserError, match="did you mean cpu_tp2"):
        find("cpu_tp3", {})
    with pytest.raises(UserError, match="did you mean b200x8"):
        find("b200x9", LAYOUTS["llama33_70b", "full"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"devices": 6, "tensor_model_parallel_size": 4}, "6 devices do not divide by TP x PP x CP = 4"),
        ({"micro_batch_size": 3}, "not a multiple of micro_batch_size x data parallel = 24"),
        ({"devices": 16, "tensor_model_parallel_size": 16}, "8 query groups do not divide by TP = 16"),
        ({"pipeline_model_parallel_size": 8, "virtual_pipeline_model_parallel_size": 3}, "80 layers .* 24 pipeline"),
        ({"virtual_pipeline_model_parallel_size": 2}, "without a pipeline"),
        ({"sequence_parallel": True}, "sequence parallel without tensor parallel"),
    ],
)
def test_what_does_not_divide_is_refused(changes: dict[str, int], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        check(replace(Layout("odd", "gpu", "H100", devices=8), **changes), MODELS["llama33_70b"])


def test_context_parallel_needs_two_pieces_a_rank() -> None:
    layout = Layout("odd", "gpu", "H100", devices=8, context_parallel_size=8)
    with pytest.raises(UserError, match="seq_length 4100 does not divide into 16 pieces"):
        check(layout, replace(MODELS["llama33_70b"], seq_length=4100))


def test_gpus_by_name() -> None:
    assert parse_gpus("4xB200") == (GPUS["B200"], 4)
    assert parse_gpus("h100") == (GPUS["H100"], 1)
    assert nodes(GPUS["GB200"], 8) == (2, 4)
    with pytest.raises(UserError, match="did you mean"):
        find_gpu("B300")
    with pytest.raises(UserError, match="write it like 4xB200"):
        parse_gpus("four B200")
    with pytest.raises(UserError, match="not whole nodes of 8"):
        parse_gpus("12xH100")


def test_auto_without_a_gpu_asks_for_which() -> None:
    import torch

    assert auto("auto:4xB200") == (GPUS["B200"], 4)
    assert auto("b200x4") is None
    if not torch.cuda.is_available():
        with pytest.raises(UserError, match="say for which: layout=auto:4xB200"):
            auto("auto")
