"""Block and tensor scales against loops in plain numpy, and the rotation against algebra."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.emulation.formats import E4M3, E5M2
from plugins.emulation.hadamard import random_hadamard, rotate
from plugins.emulation.scaling import quantise_nvfp4, quantise_tensor, scale_for
from tests.plugins.emulation.dense import as_array, fp8, nvfp4

shapes = st.tuples(st.integers(1, 40), st.integers(1, 70))


def matrix(shape: tuple[int, int], seed: int, spread: float = 2.0) -> torch.Tensor:
    """Rows of very different size, some of them zero."""
    random = torch.Generator().manual_seed(seed)
    rows = torch.exp(torch.randn(shape[0], 1, generator=random) * spread)
    return torch.randn(shape, generator=random) * rows * (torch.rand(shape[0], 1, generator=random) > 0.1)


def test_nvfp4_by_hand() -> None:
    """Amax 6 x 448 makes the tensor's scale 1; the second block's own is 7 / 6 * 1, which E4M3 rounds to 1.125."""
    x = torch.zeros(1, 32)
    x[0, 0], x[0, 1], x[0, 16], x[0, 17] = 2688, 700, 7, 1
    y = quantise_nvfp4(x)
    assert y[0, 0] == 2688
    assert y[0, 1] == 1.5 * 448  # 700 / 448 = 1.5625
    assert y[0, 16] == 6 * 1.125  # 7 / 1.125 = 6.2, above the largest
    assert y[0, 17] == 1 * 1.125  # 1 / 1.125 = 0.89, nearer to 1 than to 0.5


@given(shape=shapes, seed=st.integers(0, 999), rows=st.sampled_from([1, 16]))
@settings(max_examples=60, deadline=None)
def test_nvfp4_is_the_loop_over_blocks(shape: tuple[int, int], seed: int, rows: int) -> None:
    x = matrix(shape, seed)
    if not x.any():
        assert not quantise_nvfp4(x, block_rows=rows).any()
        return
    torch.testing.assert_close(quantise_nvfp4(x, block_rows=rows), torch.from_numpy(nvfp4(as_array(x), rows)))


def test_square_blocks_are_the_same_transposed() -> None:
    x = matrix((48, 80), 3)
    assert torch.equal(quantise_nvfp4(x, block_rows=16).t(), quantise_nvfp4(x.t(), block_rows=16))
    assert not torch.equal(quantise_nvfp4(x).t(), quantise_nvfp4(x.t()))


def test_stochastic_nvfp4_is_unbiased_where_nothing_is_cut_off() -> None:
    x = torch.randn(4, 64) * 0.7
    x[:, ::16] = 6.0  # every block's scale is exact, so nothing exceeds 6
    generator = torch.Generator().manual_seed(0)
    count = 1000
    mean = sum(quantise_nvfp4(x, generator=generator) for _ in range(count)) / count
    assert isinstance(mean, torch.Tensor)
    assert (mean - x).abs().max() < 5 * 0.5 / count**0.5  # half the spacing of 1 between 2 and 4


@pytest.mark.parametrize(("to", "gradient"), [(E4M3, False), (E5M2, True)])
def test_fp8_uses_the_whole_range(to: object, gradient: bool) -> None:
    x = matrix((20, 30), 5)
    scale = scale_for(x.abs().amax(), E5M2 if gradient else E4M3)
    y = quantise_tensor(x, scale, E5M2 if gradient else E4M3)
    torch.testing.assert_close(y, torch.from_numpy(fp8(as_array(x), scale.numpy(), gradient)))
    assert y.abs().max() == pytest.approx(x.abs().max().item(), rel=1e-6)


def test_scales_of_what_cannot_be_scaled_are_one() -> None:
    for amax in (0.0, torch.inf, torch.nan):
        assert scale_for(torch.tensor(amax), E4M3) == 1
    assert scale_for(torch.tensor(1e-42), E4M3).isfinite()


def test_the_rotation_is_orthogonal_and_signed() -> None:
    rotation = random_hadamard(3)
    assert torch.equal(rotation @ rotation.t(), torch.eye(16))
    assert set(rotation.flatten().tolist()) == {0.25, -0.25}
    assert not torch.equal(rotation, random_hadamard(4))
    assert torch.equal(rotation, random_hadamard(3))


@given(rows=st.integers(1, 9), k=st.integers(1, 70), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_rotated_operands_have_the_product_that_they_had(rows: int, k: int, seed: int) -> None:
    a, b, rotation = matrix((rows, k), seed, 0.5), matrix((7, k), seed + 1, 0.5), random_hadamard(seed)
    torch.testing.assert_close(rotate(a, rotation) @ rotate(b, rotation).t(), a @ b.t(), rtol=1e-4, atol=1e-4)


def test_the_rotation_spreads_an_outlier_over_its_block() -> None:
    x = torch.zeros(1, 32)
    x[0, 5] = 100.0
    assert rotate(x, random_hadamard(0)).abs().tolist() == [[25.0] * 16 + [0.0] * 16]
