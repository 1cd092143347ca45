"""The first token that differs, and its neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.parity.difference import Place, around, first_difference


class Letters:
    def decode_token(self, token: int) -> str:
        return chr(97 + token)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 2, 3], [1, 2, 3], None),
        ([1, 2, 3], [1, 5, 3], 1),
        ([1, 2], [1, 2, 3], 2),
        ([1, 2, 3], [1], 1),
        ([], [], None),
        ([], [4], 0),
    ],
)
def test_known_differences(first: list[int], second: list[int], expected: int | None) -> None:
    assert first_difference(first, second) == expected


IDS = st.lists(st.integers(0, 2), max_size=8)


@given(IDS, IDS)
def test_everything_before_it_is_the_same(first: list[int], second: list[int]) -> None:
    at = first_difference(first, second)
    if at is None:
        assert first == second
    else:
        assert first[:at] == second[:at]
        assert first[at : at + 1] != second[at : at + 1]


def test_three_tokens_on_either_side() -> None:
    shown = around(4, [0, 1, 2, 3, 4, 5], Letters(), [0, 1, 2, 3, 7, 5, 6, 7, 8], Letters())
    assert [place.index for place in shown] == [1, 2, 3, 4, 5, 6, 7]
    assert shown[3] == Place(4, 4, "e", 7, "h")
    assert shown[-1] == Place(7, None, None, 7, "h")
    assert [place.index for place in around(0, [1], Letters(), [2], Letters())] == [0]
