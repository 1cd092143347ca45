"""The checks of the spike guard, without a trainer."""

from __future__ import annotations

import math
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from plugins.callbacks.spikes import GRADIENT, NON_FINITE, OVERFIT, SPIKE, Finding, Limits, Watch, describe

LOSSES = st.floats(0.1, 10.0)


def fed(limits: Limits, losses: list[float]) -> Watch:
    watch = Watch(limits)
    for loss in losses:
        watch.step(loss, 1.0)
    return watch


def test_a_spike_against_the_median_by_hand() -> None:
    watch = fed(Limits(spike_ratio=1.5, window=4), [2.0, 3.0, 2.0])
    assert watch.step(3.0, 1.0) == []
    assert watch.step(3.76, 1.0) == [Finding(SPIKE, 3.76, 3.75)]  # the median of 2, 3, 2, 3 is 2.5
    assert watch.step(3.76, 1.0) != [], "a spike does not become the measure of the next one"


def test_half_a_window_comes_first() -> None:
    watch = Watch(Limits(spike_ratio=1.5, window=4))
    assert watch.step(1.0, 1.0) == []
    assert watch.step(9.0, 1.0) == []


def test_values_that_are_not_finite() -> None:
    watch = Watch(Limits())
    assert [finding.event for finding in watch.step(math.nan, 1.0)] == [NON_FINITE]
    assert [finding.event for finding in watch.step(1.0, math.inf)] == [NON_FINITE]
    assert [finding.event for finding in watch.validation(math.inf)] == [NON_FINITE]
    assert list(watch.losses) == [1.0]


def test_gradient_norm_and_validation_by_hand() -> None:
    watch = fed(Limits(gradient_norm=10.0, validation_ratio=1.2), [2.0, 2.0, 2.0])
    assert watch.step(2.0, 10.0) == []
    assert watch.step(2.0, 10.5) == [Finding(GRADIENT, 10.5, 10.0)]
    assert watch.validation(2.3) == []
    assert watch.validation(2.5) == [Finding(OVERFIT, 2.5, 2.4)]


@given(st.lists(LOSSES, min_size=5, max_size=40), st.floats(1.1, 4.0))
def test_what_is_found_is_above_the_median_and_what_is_not_is_below(losses: list[float], ratio: float) -> None:
    watch = Watch(Limits(spike_ratio=ratio, window=10, gradient_norm=None))
    for loss in losses:
        before = list(watch.losses)
        spikes = [finding for finding in watch.step(loss, 1.0) if finding.event == SPIKE]
        is_spike = len(before) >= 5 and loss > ratio * median(before)
        assert bool(spikes) == is_spike
        assert list(watch.losses) == (before if is_spike else [*before, loss][-10:])


@given(st.lists(LOSSES, max_size=30))
def test_without_limits_nothing_finite_is_found(losses: list[float]) -> None:
    watch = Watch(Limits(gradient_norm=None, spike_ratio=None, validation_ratio=None))
    assert all(not watch.step(loss, 1e9) and not watch.validation(1e9) for loss in losses)


def test_words() -> None:
    assert describe(Finding(SPIKE, 3.5, 2.0)) == "loss spike: 3.5, above 2"
    assert describe(Finding(NON_FINITE, math.nan, None)) == "non finite: nan"
