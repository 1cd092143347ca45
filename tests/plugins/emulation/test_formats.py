"""Rounding against the specifications' tables, against another library, and by its properties."""

from __future__ import annotations

import math
from itertools import pairwise

import ml_dtypes
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.emulation.formats import Format, round_nearest, round_stochastic
from tests.plugins.emulation.tables import TABLES, magnitudes, nearest, neighbours

NAMES = list(TABLES)
LIBRARY = {"e4m3": ml_dtypes.float8_e4m3fn, "e5m2": ml_dtypes.float8_e5m2, "e2m1": ml_dtypes.float4_e2m1fn}
floats = st.floats(-1e6, 1e6, width=32) | st.floats(-10, 10, width=32) | st.floats(-(2**-13), 2**-13, width=32)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def both(x: torch.Tensor, to: Format) -> list[torch.Tensor]:
    return [round_nearest(x, to), round_stochastic(x, to, generator())]


def test_the_tables_have_the_specifications_extremes() -> None:
    e4m3, e5m2 = magnitudes("e4m3"), magnitudes("e5m2")
    assert (e4m3[1], e4m3[8], e4m3[-1], len(e4m3)) == (2**-9, 2**-6, 448, 127)
    assert (e5m2[1], e5m2[4], e5m2[-1], len(e5m2)) == (2**-16, 2**-14, 57344, 124)
    assert magnitudes("e2m1") == [0, 0.5, 1, 1.5, 2, 3, 4, 6]


@pytest.mark.parametrize("name", ["e4m3", "e5m2"])
def test_torchs_types_have_the_tables_codes(name: str) -> None:
    to, table = TABLES[name]
    assert to.dtype is not None
    decoded = torch.arange(256, dtype=torch.uint8).view(to.dtype).float()
    torch.testing.assert_close(decoded, torch.tensor(table), rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_a_format_stays(name: str) -> None:
    to, table = TABLES[name]
    values = torch.tensor([value for value in table if math.isfinite(value)])
    for rounded in both(values, to):
        assert torch.equal(rounded, values)


@pytest.mark.parametrize("name", NAMES)
def test_ties_and_what_lies_beside_them(name: str) -> None:
    values = magnitudes(name)
    ties = [(low + high) / 2 for low, high in pairwise(values)]
    beside = [np.nextafter(np.float32(tie), np.float32(to)) for tie in ties for to in (0, np.inf)]
    points = torch.tensor([sign * float(x) for x in ties + beside for sign in (1, -1)])
    assert round_nearest(points, TABLES[name][0]).tolist() == [nearest(x, name) for x in points.tolist()]


@pytest.mark.parametrize("name", NAMES)
def test_too_large_values_saturate_and_nan_stays(name: str) -> None:
    to = TABLES[name][0]
    for rounded in both(torch.tensor([to.maximum * 1.01, -1e30, math.inf, math.nan]), to):
        assert rounded[:3].tolist() == [to.maximum, -to.maximum, to.maximum]
        assert rounded[3].isnan()


@pytest.mark.parametrize("name", NAMES)
@given(x=st.lists(floats, min_size=1, max_size=50))
@settings(max_examples=60, deadline=None)
def test_nearest_is_the_tables_nearest(name: str, x: list[float]) -> None:
    to = TABLES[name][0]
    rounded = round_nearest(torch.tensor(x), to)
    assert rounded.tolist() == [nearest(value, name) for value in x]
    assert torch.equal(round_nearest(rounded, to), rounded)
    order = torch.tensor(x).argsort()
    assert (rounded[order].diff() >= 0).all()
    for value, result in zip(x, rounded.tolist(), strict=True):
        low, high = neighbours(value, name)
        assert abs(min(abs(value), to.maximum) - abs(result)) <= (high - low) / 2


@pytest.mark.parametrize("name", NAMES)
def test_another_library_rounds_alike(name: str) -> None:
    to = TABLES[name][0]
    bits = torch.randint(-(2**31), 2**31, (200_000,), generator=generator(), dtype=torch.int64).int()
    x = bits.view(torch.float32)
    x = torch.cat([x[x.isfinite()], torch.randn(200_000, generator=generator(1))]).clamp(-to.maximum, to.maximum)
    theirs = x.numpy().astype(LIBRARY[name]).astype(np.float32)
    assert torch.equal(round_nearest(x, to), torch.from_numpy(theirs))


@pytest.mark.parametrize("name", NAMES)
@given(x=floats, seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_stochastic_takes_a_neighbour(name: str, x: float, seed: int) -> None:
    rounded = round_stochastic(torch.full((20,), x), TABLES[name][0], generator(seed))
    assert set(rounded.abs().tolist()) <= set(neighbours(x, name))
    assert all(math.copysign(1, value) == math.copysign(1, x) for value in rounded.tolist() if value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("x", [0.1, -0.3, 1.05, 2.6, -4.9, 5.99])
def test_stochastic_is_unbiased(name: str, x: float) -> None:
    count = 200_000
    rounded = round_stochastic(torch.full((count,), x), TABLES[name][0], generator(7)).double()
    low, high = neighbours(float(np.float32(x)), name)
    assert rounded.unique().numel() == 2
    assert abs(rounded.mean().item() - x) < 5 * (high - low) / 2 / count**0.5


def test_the_generator_decides() -> None:
    to, x = TABLES["e2m1"][0], torch.randn(1000)
    first, again, other = (round_stochastic(x, to, generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
