"""The figures of lengths against known answers, and against counting one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.lengths.statistics import (
    Lengths,
    cost,
    cut_at,
    cuts,
    outlier_length,
    padded_to_longest,
    round_up,
    suggested_length,
    summarise,
)


def ints(*values: int) -> Lengths:
    return np.array(values, dtype=np.int32)


def test_known_figures() -> None:
    found = summarise(np.arange(1, 1001, dtype=np.int32))
    assert (found.number, found.tokens, found.mean, found.maximum) == (1000, 500_500, 500.5, 1000)
    assert found.percentiles == {"50": 500.5, "75": 750.25, "90": 900.1, "95": 950.05, "99": 990.01, "99.9": 999.0}


def test_nothing_has_figures_too() -> None:
    assert summarise(ints()).percentiles == dict.fromkeys(["50", "75", "90", "95", "99", "99.9"], 0.0)
    assert cuts(ints(), [5])[0].conversations == 0
    assert (suggested_length(ints()), outlier_length(ints())) == (64, 0)


def test_what_is_cut() -> None:
    found = cut_at(ints(2, 4, 6, 8), 5)
    assert (found.conversations, found.tokens) == (0.5, 4 / 20)
    assert cut_at(ints(2, 4), 4).conversations == 0


@pytest.mark.parametrize(("value", "expected"), [(0, 64), (1, 64), (64, 64), (64.01, 128), (950.05, 960)])
def test_rounding_up(value: float, expected: int) -> None:
    assert round_up(value) == expected


def test_the_suggested_length_holds_95_of_100() -> None:
    lengths = np.arange(1, 1001, dtype=np.int32)
    assert suggested_length(lengths) == 960
    assert outlier_length(lengths) == 990


def test_a_known_cost() -> None:
    found = cost(ints(64, 32, 32, 100), 64)
    assert found.cut.conversations == 0.25
    assert found.padded_to_length == 1 - (64 + 32 + 32 + 64) / 256
    assert found.padded_to_longest["1"] == 0
    assert found.padded_to_longest["4"] == found.padded_to_longest["8"] == found.padded_to_length
    assert (found.packs, found.packed) == (3, 0)


MANY = st.lists(st.integers(1, 500), min_size=1, max_size=60).map(lambda values: ints(*values))


@given(MANY, st.integers(1, 600))
def test_cuts_are_what_counting_says(lengths: Lengths, length: int) -> None:
    found = cut_at(lengths, length)
    assert math.isclose(found.conversations, sum(n > length for n in lengths.tolist()) / len(lengths))
    assert math.isclose(found.tokens, sum(max(0, n - length) for n in lengths.tolist()) / int(lengths.sum()))


@given(MANY, st.integers(1, 9))
def test_padding_grows_with_the_batch_up_to_that_of_one_batch(lengths: Lengths, micro_batch: int) -> None:
    whole = 1 - lengths.sum() / (len(lengths) * lengths.max())
    assert -1e-12 <= padded_to_longest(lengths, micro_batch) <= whole + 1e-12
    assert math.isclose(padded_to_longest(lengths, len(lengths)), whole, abs_tol=1e-12)


@given(MANY)
def test_packing_never_pads_more_than_rows_of_that_length(lengths: Lengths) -> None:
    found = cost(lengths, suggested_length(lengths))
    assert found.packed <= found.padded_to_length + 1e-12
    kept = np.minimum(lengths, found.seq_length).sum()
    assert math.isclose((1 - found.packed) * found.packs * found.seq_length, kept)
