"""NF4 against the paper's definition, its size against arithmetic, and the linear operation against torch's."""

from __future__ import annotations

import gc
from statistics import NormalDist

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.qlora.nf4 import NF4Weight, frozen_linear
from plugins.qlora.size import packed_bytes

# arXiv 2305.14314, appendix E, to the digits that FP32 holds
NF4 = [
    *(-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453),
    *(-0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0),
    *(0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224),
    *(0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0),
]


def quantiles(count: int) -> list[float]:
    """Quantiles of N(0, 1) between the paper's tail probability and the median, the median left out."""
    tail = 1 - (1 / 32 + 1 / 30) / 2
    return [NormalDist().inv_cdf(tail + (0.5 - tail) * i / count) for i in range(count)]


def test_the_papers_table_is_what_its_definition_gives() -> None:
    negative, positive = quantiles(7), quantiles(8)
    values = sorted([-value for value in negative] + [0.0] + positive)
    assert [value / values[-1] for value in values] == pytest.approx(NF4, abs=1e-6)


def test_values_are_those_of_the_table() -> None:
    steps = torch.linspace(-1, 1, 62 * 50).view(50, 62)
    ends = torch.tensor([[-1.0, 1.0]]).expand(50, 2)
    weight = torch.cat([ends, steps], dim=1)
    values = NF4Weight(weight, double_quantisation=False).dequantise(torch.float32).unique()
    torch.testing.assert_close(values, torch.tensor(NF4), rtol=0, atol=1e-7)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 99), st.floats(1e-4, 1e3))
def test_every_weight_goes_to_the_nearest_value(rows: int, blocks: int, seed: int, scale: float) -> None:
    torch.manual_seed(seed)
    weight = torch.randn(rows, 64 * blocks) * scale
    rounded = NF4Weight(weight, double_quantisation=False).dequantise(torch.float32)
    blocked = weight.view(-1, 64)
    size = blocked.abs().amax(1, keepdim=True)
    best = (blocked[..., None] / size[..., None] - torch.tensor(NF4)).abs().amin(-1)
    torch.testing.assert_close(((rounded.view(-1, 64) - blocked) / size).abs(), best, rtol=0, atol=1e-6)


def test_double_quantisation_costs_little_accuracy() -> None:
    torch.manual_seed(0)
    weight = torch.randn(256, 1024) * 0.02
    errors = [
        (NF4Weight(weight, double).dequantise(torch.float32) - weight).pow(2).mean().sqrt() for double in (False, True)
    ]
    assert errors[0] < 0.1 * weight.std()
    assert errors[1] < 1.02 * errors[0]


def test_size_by_hand() -> None:
    """`linear_fc1` of Llama 70B: 469,762,048 weights, 7,340,032 scales, 28,672 second-level scales, one offset."""
    assert packed_bytes((57_344, 8192)) == 234_881_024 + 7_340_032 + 4 * 28_672 + 4
    assert packed_bytes((57_344, 8192), double_quantisation=False) == 234_881_024 + 4 * 7_340_032
    assert packed_bytes((57_344, 8192)) * 8 / (57_344 * 8192) == pytest.approx(4.127, abs=5e-4)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 70), st.integers(2, 350), st.booleans())
def test_size_is_what_the_tensors_take(rows: int, half: int, double: bool) -> None:
    columns = 2 * half  # for an odd number bitsandbytes compiles another way, for half a minute
    weight = NF4Weight(torch.ones(rows, columns), double)
    assert weight.nbytes == packed_bytes((rows, columns), double)
    assert weight.dequantise(torch.float32).shape == (rows, columns)


def test_casting_the_model_leaves_the_scales_alone() -> None:
    weight = NF4Weight(torch.randn(8, 128))
    before = weight.dequantise(torch.float32)
    weight.bfloat16()
    assert torch.equal(weight.dequantise(torch.float32), before)
    assert not weight.state_dict(), "no checkpoint holds it"


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_linear_is_torchs_on_the_unpacked_weight(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    weight = NF4Weight(torch.randn(96, 128).to(dtype))
    x, upstream = torch.randn(5, 2, 128).to(dtype).requires_grad_(), torch.randn(5, 2, 96).to(dtype)
    reference = x.detach().clone().requires_grad_()
    output = frozen_linear(x, weight)
    expected = torch.nn.functional.linear(reference, weight.dequantise(dtype))
    output.backward(upstream)
    expected.backward(upstream)
    assert torch.equal(output, expected)
    torch.testing.assert_close(x.grad, reference.grad)


def test_nothing_unpacked_lives_between_forward_and_backward() -> None:
    weight = NF4Weight(torch.randn(97, 128))
    saved: list[torch.Size] = []

    def note(tensor: torch.Tensor) -> torch.Tensor:
        saved.append(tensor.shape)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        output = frozen_linear(torch.randn(3, 128, requires_grad=True), weight)
    assert output.requires_grad
    assert not saved, "activations do not grow"
    assert not [one for one in gc.get_objects() if type(one) is torch.Tensor and one.shape == (97, 128)]


@pytest.mark.parametrize("dim", [0, 1])
def test_a_split_weight_is_the_whole_one_up_to_its_scales(dim: int) -> None:
    """Tensor parallel shards: the same 4-bit values; the 8-bit scales are those of the shard."""
    torch.manual_seed(0)
    weight = torch.randn(512, 1024) * 0.02
    for double, limit in ((False, 0.0), (True, 0.06)):
        whole = NF4Weight(weight, double).dequantise(torch.float32)
        shards = [NF4Weight(shard, double).dequantise(torch.float32) for shard in weight.chunk(2, dim)]
        apart = (torch.cat(shards, dim) - whole).pow(2).mean().sqrt()
        assert apart <= limit * (whole - weight).pow(2).mean().sqrt()
