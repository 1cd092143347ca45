"""Fitting against references: bisection for one factor, textbook fitting for two margins, and linear programming."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.balance.raking import Margin, fit

AMOUNTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1000), st.floats(0.01, 100)), min_size=1, max_size=20)


@given(AMOUNTS, st.floats(0, 1))
def test_a_factor_is_the_one_that_bisection_finds(cells: list[tuple[int, int, float]], part: float) -> None:
    codes, amounts, others = (np.array(column, kind) for column, kind in zip(zip(*cells), (int, float, float)))  # noqa: B905
    sums = np.bincount(codes, amounts, 4) * part
    factors = Margin(codes, amounts, sums).factors(others)
    low, high = np.zeros(4), np.full(4, 200.0)
    for _ in range(80):
        middle = (low + high) / 2
        enough = np.bincount(codes, amounts * np.minimum(1, middle[codes] * others), 4) >= sums
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    reached = np.bincount(codes, amounts * np.minimum(1, factors[codes] * others), 4)
    assert reached == pytest.approx(sums, rel=1e-9, abs=1e-6)
    assert (factors <= high * (1 + 1e-9) + 1e-9).all()


def grid(table: npt.NDArray[np.float64], rows: object, columns: object, **limit: bool) -> tuple[Margin, Margin]:
    row, column = np.indices(table.shape).reshape(2, -1)
    return (
        Margin(row, table.ravel(), np.array(rows, float), **limit),
        Margin(column, table.ravel(), np.array(columns, float), **limit),
    )


def test_where_no_cell_is_used_up_it_is_textbook_fitting() -> None:
    table = np.array([[100.0, 200, 300], [400, 100, 50], [80, 90, 100]])
    rows, columns = np.array([60.0, 50, 40]), np.array([40.0, 50, 60])
    fitted = table / 20
    for _ in range(500):
        fitted *= (rows / fitted.sum(1))[:, None]
        fitted *= columns / fitted.sum(0)
    assert (fitted < table).all()
    parts = fit(grid(table, rows, columns), 9).parts
    assert parts.reshape(3, 3) * table == pytest.approx(fitted, rel=1e-5)


def test_a_cell_that_is_used_up_is_made_up_for_by_others() -> None:
    table = np.array([[10.0, 1000], [1000, 1000]])
    kept = fit(grid(table, [1000, 1000], [1000, 1000]), 4).parts.reshape(2, 2) * table
    assert kept == pytest.approx(np.array([[10, 990], [990, 10]]), abs=1)


def test_limits_take_away_only_what_is_too_much() -> None:
    table = np.array([[50.0, 50], [200, 200]])
    kept = fit(grid(table, [150, 100], [1e9, np.inf], exact=False), 4).parts.reshape(2, 2) * table
    assert kept == pytest.approx(np.array([[50, 50], [50, 50]]))


def test_no_cells() -> None:
    nothing = np.empty(0)
    assert len(fit([Margin(nothing.astype(int), nothing, nothing)], 0).parts) == 0
