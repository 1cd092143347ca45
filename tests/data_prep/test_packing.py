"""Packing equals the textbook's first-fit decreasing, loses nothing, and takes a million lengths in seconds."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.packing import first_fit_decreasing


def textbook(lengths: list[int], capacity: int) -> list[int]:
    """The pack of each example by the definition: longest first, each into the first pack that has room."""
    room: list[int] = []
    pack_of = [0] * len(lengths)
    for example in sorted(range(len(lengths)), key=lambda number: -lengths[number]):
        pack = next((number for number, left in enumerate(room) if left >= lengths[example]), len(room))
        if pack == len(room):
            room.append(capacity)
        room[pack] -= lengths[example]
        pack_of[example] = pack
    return pack_of


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[int], int]:
    """Lengths and a capacity; few different lengths, so that many packs have the same room."""
    capacity = draw(st.integers(1, 40))
    values = draw(st.lists(st.integers(1, capacity), min_size=1, max_size=8))
    return draw(st.lists(st.sampled_from(values), max_size=120)), capacity


@settings(max_examples=200, deadline=None)
@given(problems())
def test_it_is_first_fit_decreasing(problem: tuple[list[int], int]) -> None:
    lengths, capacity = problem
    packing = first_fit_decreasing(lengths, capacity)
    assert packing.pack_of.tolist() == textbook(lengths, capacity)
    assert packing.num_packs == len(set(packing.pack_of.tolist()))


@pytest.mark.parametrize("seed", range(5))
def test_it_is_first_fit_decreasing_over_many_different_lengths(seed: int) -> None:
    lengths = np.random.default_rng(seed).integers(1, 513, 1_500)
    assert first_fit_decreasing(lengths, 512).pack_of.tolist() == textbook(lengths.tolist(), 512)


def test_by_hand() -> None:
    packing = first_fit_decreasing([3, 7, 5, 2, 5], 10)
    assert packing.pack_of.tolist() == [0, 0, 1, 2, 1]
    assert [members.tolist() for members in packing.members()] == [[0, 1], [2, 4], [3]]
    assert packing.efficiency == pytest.approx(22 / 30)


@settings(max_examples=100, deadline=None)
@given(problems())
def test_no_example_is_lost_cut_or_packed_twice(problem: tuple[list[int], int]) -> None:
    lengths, capacity = problem
    packs = list(first_fit_decreasing(lengths, capacity).members())
    assert sorted(number for pack in packs for number in pack.tolist()) == list(range(len(lengths)))
    assert all(0 < sum(lengths[number] for number in pack) <= capacity for pack in packs)


def test_nothing_to_pack() -> None:
    packing = first_fit_decreasing([], 8)
    assert (packing.num_packs, packing.num_tokens, packing.efficiency) == (0, 0, 1.0)
    assert list(packing.members()) == []


@pytest.mark.parametrize("length", [0, 9, -1])
def test_lengths_that_do_not_fit_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="do not fit into packs of 8"):
        first_fit_decreasing([3, length], 8)


@pytest.mark.parametrize("capacity", [2048, 8192])
def test_a_million_lengths_in_under_ten_seconds_and_more_than_99_percent_full(capacity: int) -> None:
    lengths = np.clip(np.random.default_rng(0).lognormal(6, 0.7, 1_000_000), 8, capacity).astype(np.int64)
    started = time.process_time()
    packing = first_fit_decreasing(lengths, capacity)
    assert time.process_time() - started < 10
    assert packing.efficiency > 0.99
    assert np.bincount(packing.pack_of, weights=lengths).max() <= capacity
