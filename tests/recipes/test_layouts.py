from __future__ import annotations

import pytest

from lexatron.errors import UserError
from recipes.layouts import LAYOUTS, Layout, check, layout


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_shipped_layout_divides(name: str) -> None:
    shape = layout(name)
    check(shape, global_batch_size=128)
    parallel = shape.tensor_model_parallel_size * shape.pipeline_model_parallel_size * shape.context_parallel_size
    assert shape.data_parallel_size * parallel == shape.world_size


def test_the_70b_layout_divides_its_layers_and_heads() -> None:
    shape = layout("h100x64_70b")
    virtual = shape.virtual_pipeline_model_parallel_size or 1
    assert 80 % (shape.pipeline_model_parallel_size * virtual) == 0
    assert 8 % shape.tensor_model_parallel_size == 0, "query groups"


def test_unknown_layout_suggests_the_nearest() -> None:
    with pytest.raises(UserError, match="did you mean cpu_tp2"):
        layout("cpu_tp3")


def test_what_does_not_divide_is_refused() -> None:
    with pytest.raises(UserError, match="do not divide"):
        check(Layout("odd", "gpu", devices=6, tensor_model_parallel_size=4), 128)
    with pytest.raises(UserError, match="not a multiple"):
        check(Layout("odd", "gpu", devices=8, micro_batch_size=3), 128)
