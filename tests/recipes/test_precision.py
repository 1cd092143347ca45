"""Precisions reach Megatron's configuration as they are meant, and hardware that lacks them is named."""

from __future__ import annotations

from typing import Any

import fiddle
import pytest

from lexatron.errors import UserError
from recipes.hardware import GPUS
from recipes.layouts import Layout
from recipes.precision import PRECISIONS, check, find, plugin

LAYOUT = Layout("b200x1", "gpu", "B200")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bf16", {"fp8": None, "fp4": None, "bf16": True, "grad_reduce_in_fp32": True}),
        (
            "fp8",
            {"fp8": "hybrid", "fp8_recipe": "delayed", "fp8_amax_history_len": 1024, "fp8_amax_compute_algo": "max"},
        ),
        ("fp8_current", {"fp8": "hybrid", "fp8_recipe": "tensorwise", "first_last_layers_bf16": True}),
        ("fp8_blockwise", {"fp8": "e4m3", "fp8_recipe": "blockwise", "fp8_param_gather": False}),
        ("mxfp8", {"fp8": "e4m3", "fp8_recipe": "mxfp8", "reuse_grad_buf_for_mxfp8_param_ag": True}),
        ("nvfp4", {"fp4": "e2m1", "fp4_recipe": "nvfp4", "fp8": None, "num_layers_at_end_in_bf16": 10}),
    ],
)
def test_the_settings_reach_nemo(name: str, expected: dict[str, Any]) -> None:
    built = fiddle.build(plugin(name, 80, LAYOUT)).dtype_config
    assert {key: getattr(built, key) for key in expected} == expected


@pytest.mark.parametrize("name", PRECISIONS)
def test_megatron_accepts_every_precision(name: str) -> None:
    """Megatron's own checks run when its configuration is made: formats, recipes, BF16 layers."""
    import torch
    from megatron.core.enums import Fp4Recipe, Fp8Recipe
    from megatron.core.transformer.transformer_config import TransformerConfig

    settings = fiddle.build(plugin(name, 8, LAYOUT)).dtype_config
    names = TransformerConfig.__dataclass_fields__.keys() & settings.__dataclass_fields__.keys()
    given = {key: getattr(settings, key) for key in names if key not in ("params_dtype", "pipeline_dtype")}
    config = TransformerConfig(
        num_layers=8, hidden_size=128, num_attention_heads=4, params_dtype=torch.bfloat16, **given
    )
    assert (config.fp8 is None) or config.fp8_recipe in set(Fp8Recipe)
    assert (config.fp4 is None) or config.fp4_recipe in set(Fp4Recipe)


@pytest.mark.parametrize(("num_layers", "first", "last"), [(62, 2, 8), (80, 3, 10), (32, 1, 4), (4, 1, 1)])
def test_nvfp4_keeps_the_papers_share_of_layers_in_bf16(num_layers: int, first: int, last: int) -> None:
    made = find("nvfp4").make(num_layers)
    assert (made.num_layers_at_start_in_bf16, made.num_layers_at_end_in_bf16) == (first, last)


def test_gradients_are_reduced_in_the_optimizers_format() -> None:
    assert plugin("bf16", 8, LAYOUT).grad_reduce_in_fp32 is True
    assert plugin("bf16", 8, Layout("b200x1", "gpu", "B200", optimizer="adam_bf16")).grad_reduce_in_fp32 is False


@pytest.mark.parametrize(
    ("name", "gpu", "sentence"),
    [
        ("nvfp4", "H100", "needs compute capability 10.0 .*H100 has 9.0"),
        ("mxfp8", "H200", "H200 has 9.0"),
        ("fp8", None, "this layout is for a CPU"),
    ],
)
def test_hardware_that_lacks_it(name: str, gpu: str | None, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        check(find(name), GPUS[gpu] if gpu else None)


def test_hardware_that_has_it() -> None:
    for name, precision in PRECISIONS.items():
        check(precision, GPUS["B200"])
        if name not in ("mxfp8", "nvfp4"):
            check(precision, GPUS["H100"])
    check(find("bf16"), None)


def test_an_unknown_precision_suggests_the_nearest() -> None:
    with pytest.raises(UserError, match="did you mean fp8"):
        find("fp7")
