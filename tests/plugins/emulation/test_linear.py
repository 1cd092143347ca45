"""The emulated layer against its definition written out in numpy, inside Megatron's own layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from megatron.core import parallel_state
from megatron.core.model_parallel_config import ModelParallelConfig
from megatron.core.tensor_parallel.layers import ColumnParallelLinear, RowParallelLinear

from plugins.emulation.callback import attach
from plugins.emulation.hadamard import random_hadamard
from plugins.emulation.linear import EmulatedLinear
from plugins.emulation.schemes import HISTORY, Bf16, Fp8Current, Fp8Delayed, Nvfp4, Scheme
from tests.plugins.emulation.dense import Array, as_array, fp8, nvfp4

T, K, N = 48, 32, 64  # tokens, inputs, outputs


def operands(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Input `[t, k]`, weight `[n, k]` and output gradient `[t, n]`, with small gradients as in training."""
    random = torch.Generator().manual_seed(seed)
    x, w, g = (torch.randn(size, generator=random) for size in ((T, K), (N, K), (T, N)))
    return x.requires_grad_(), (w * 0.02).requires_grad_(), g * 1e-4


def run(scheme: Scheme, seed: int = 0) -> list[torch.Tensor]:
    """Output, input gradient and weight gradient."""
    x, w, g = operands(seed)
    y = EmulatedLinear.apply(x, w, scheme)
    y.backward(g)
    assert x.grad is not None
    assert w.grad is not None
    return [y.detach(), x.grad, w.grad]


def dense(quantise: Callable[[str, Array], Array], seed: int = 0) -> list[torch.Tensor]:
    """The three products of quantised operands; `quantise` gets the product's and the operand's letters."""
    x, w, g = (as_array(tensor) for tensor in operands(seed))
    y = quantise("fprop x", x) @ quantise("fprop w", w).T
    dx = quantise("dgrad g", g) @ quantise("fprop w", w)
    dw = quantise("wgrad g", g.T) @ quantise("wgrad x", x.T).T
    rounded = [torch.from_numpy(np.ascontiguousarray(product)) for product in (y, dx, dw)]
    return [rounded[0].bfloat16().float(), rounded[1].bfloat16().float(), rounded[2]]


def assert_same(ours: list[torch.Tensor], reference: list[torch.Tensor]) -> None:
    """`y` and `dx` may differ by a BF16 step where a sum lies on a rounding boundary; `dw` is FP32."""
    for mine, theirs, tolerance in zip(ours, reference, (2**-7, 2**-7, 1e-5), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=tolerance, atol=1e-5 * theirs.abs().max().item())
        assert (mine == theirs).float().mean() > 0.9 or tolerance == 1e-5


def current(operand: str, x: Array) -> Array:
    gradient = operand.endswith("g")
    return fp8(x, np.float32(57344 if gradient else 448) / np.abs(x).max(), gradient)


def test_bf16_is_the_product_of_rounded_operands() -> None:
    assert_same(run(Bf16()), dense(lambda _, x: torch.from_numpy(x.copy()).bfloat16().float().numpy()))


def test_fp8_with_current_scaling() -> None:
    assert_same(run(Fp8Current()), dense(current))


def test_fp8_with_delayed_scaling_uses_the_scales_of_earlier_steps() -> None:
    scheme = Fp8Delayed()
    assert_same(run(scheme), dense(lambda operand, x: fp8(x, np.float32(1), operand.endswith("g"))))
    scheme.finish_step(scheme.pending)
    amaxes = {letter: np.abs(as_array(x)).max() for letter, x in zip("xwg", operands(0), strict=True)}

    def delayed(operand: str, x: Array) -> Array:
        gradient = operand.endswith("g")
        return fp8(x, np.float32(57344 if gradient else 448) / amaxes[operand[-1]], gradient)

    assert_same(run(scheme, seed=1), dense(delayed, seed=1))


def test_the_history_is_the_largest_of_1024_steps() -> None:
    scheme = Fp8Delayed()
    scheme.finish_step(torch.tensor([8.0, 8.0, 8.0]))
    for _ in range(HISTORY - 1):
        scheme.finish_step(torch.tensor([2.0, 2.0, 2.0]))
    assert scheme._scale("x", torch.empty(0)) == 448 / 8
    scheme.finish_step(torch.tensor([2.0, 4.0, 2.0]))
    assert [scheme._scale(role, torch.empty(0)).item() for role in "xwg"] == [448 / 2, 448 / 4, 57344 / 2]


def test_evaluation_leaves_no_trace() -> None:
    scheme = Fp8Delayed()
    with torch.no_grad():
        EmulatedLinear.apply(torch.ones(2, K), torch.ones(N, K), scheme)
    assert not scheme.pending.any()


def test_amaxes_of_micro_batches_are_one_entry() -> None:
    scheme = Fp8Delayed()
    run(scheme, 0)
    run(scheme, 1)
    largest = [max(a.abs().max().item(), b.abs().max().item()) for a, b in zip(operands(0), operands(1), strict=True)]
    assert scheme.pending.tolist() == pytest.approx(largest)


def nvfp4_reference(rotation: Array) -> Callable[[str, Array], Array]:
    """Weights in squares; wgrad's operands rotated along the tokens; gradients to nearest."""

    def quantise(operand: str, x: Array) -> Array:
        if operand.startswith("wgrad"):
            x = (x.reshape(-1, 16) @ rotation).reshape(x.shape)
        return nvfp4(x, 16 if operand.endswith("w") else 1)

    return quantise


def test_nvfp4_with_gradients_to_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    """With 1/2 for every random number stochastic rounding is round to nearest; ties do not come up."""
    half = torch.full
    monkeypatch.setattr(torch, "rand", lambda shape, generator: half(shape, 0.5 / (1 - 2**-20)))
    rotation = random_hadamard(1)
    assert_same(run(Nvfp4(rotation, torch.Generator())), dense(nvfp4_reference(rotation.numpy())))


def test_nvfp4s_gradients_are_right_on_average() -> None:
    """The mean over many draws nears the product with gradients that are not rounded."""
    rotation, generator = random_hadamard(1), torch.Generator().manual_seed(0)
    draws = [run(Nvfp4(rotation, generator)) for _ in range(100)]
    quantise = nvfp4_reference(rotation.numpy())

    def exact_gradients(operand: str, x: Array) -> Array:
        if operand == "wgrad g":
            return (x.reshape(-1, 16) @ rotation.numpy()).reshape(x.shape)
        return x if operand == "dgrad g" else quantise(operand, x)

    for index, exact in enumerate(dense(exact_gradients)[1:], start=1):
        one = (draws[0][index] - exact).norm()
        mean = (torch.stack([draw[index] for draw in draws]).mean(0) - exact).norm()
        assert mean < one / 5


@pytest.fixture(scope="module")
def group() -> Iterator[Any]:
    """Megatron's process groups with this process alone, gone afterwards."""
    torch.distributed.init_process_group("gloo", store=torch.distributed.HashStore(), rank=0, world_size=1)
    parallel_state.initialize_model_parallel()
    yield parallel_state.get_tensor_model_parallel_group()
    parallel_state.destroy_model_parallel()
    torch.distributed.destroy_process_group()


@pytest.mark.parametrize("kind", [ColumnParallelLinear, RowParallelLinear])
def test_megatrons_layers_compute_by_the_scheme(kind: type, group: Any) -> None:
    extra = {"gather_output": False} if kind is ColumnParallelLinear else {"input_is_parallel": True}
    config = ModelParallelConfig(params_dtype=torch.float32, use_cpu_initialization=True, perform_initialization=False)
    layer, other = (
        kind(K, N, config=config, init_method=None, bias=False, skip_bias_add=False, tp_group=group, **extra)
        for _ in range(2)
    )
    x, w, g = operands()
    for each in (layer, other):
        each.weight.data.copy_(w.detach())
    before = other(x.view(6, 8, K))[0].detach()
    attach(layer, Fp8Current())
    y = layer(x.view(6, 8, K))[0]
    y.backward(g.view(6, 8, N))
    assert x.grad is not None
    assert_same([y.detach().view(T, N), x.grad, layer.weight.grad], dense(current))
    assert torch.equal(other(x.view(6, 8, K))[0], before), "a layer that is not emulated computes as ever"


def test_frozen_weights_get_no_gradient() -> None:
    x, w, g = operands()
    w.requires_grad_(False)
    EmulatedLinear.apply(x, w, Fp8Delayed()).backward(g)
    assert w.grad is None
    assert x.grad is not None


def test_types_are_those_of_the_run() -> None:
    x, w, g = (tensor.detach().bfloat16() for tensor in operands())
    x.requires_grad_()
    w.requires_grad_()
    y = EmulatedLinear.apply(x, w, Fp8Current())
    y.backward(g)
    assert x.grad is not None
    assert w.grad is not None
    assert (y.dtype, x.grad.dtype, w.grad.dtype) == (torch.bfloat16,) * 3
