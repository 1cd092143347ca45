from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes.schedule import schedule, steps_for_samples, steps_for_tokens


def test_the_users_run() -> None:
    """446,470,190 tokens, 5 epochs, 128 x 4096: 4,258 steps."""
    assert steps_for_tokens(446_470_190, 5, 4096, 128) == 4258


@given(st.integers(1, 10**11), st.floats(0.1, 10), st.integers(128, 8192), st.integers(1, 2048))
def test_no_token_is_left_out_and_no_whole_step_is_wasted(tokens: int, epochs: float, length: int, batch: int) -> None:
    steps = steps_for_tokens(tokens, epochs, length, batch)
    assert steps * length * batch >= tokens * epochs * (1 - 1e-9)
    assert steps == 1 or (steps - 1) * length * batch < tokens * epochs


def test_samples() -> None:
    assert steps_for_samples(150_000, 3, 128) == 3516


@pytest.mark.parametrize("steps", [1, 2, 7, 4258])
def test_every_interval_is_at_least_one(steps: int) -> None:
    plan = schedule(steps)
    assert min(plan.warmup_steps, plan.val_check_interval, plan.save_interval) >= 1
    assert plan.val_check_interval <= steps
