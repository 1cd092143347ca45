"""Records that ask the same stay on one side, whatever else happens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.curation.config import Split
from data_prep.curation.sides import groups, sides
from lexatron.errors import UserError
from tests.data_prep.curation.tables import table_of

ROWS = st.lists(
    st.fixed_dictionaries(
        {"prompt": st.integers(1, 12), "group": st.sampled_from([0, 0, 0, 91, 92]), "side": st.integers(-1, 2)}
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(rows=ROWS, seed=st.integers(0, 5))
def test_no_prompt_and_no_tree_is_trained_on_and_held_out(rows: list[dict[str, object]], seed: int) -> None:
    table = table_of(rows)
    numbers = np.arange(len(rows))
    try:
        side, gone = sides(table, numbers, Split(train=60, validation=20, test=20, seed=seed))
    except UserError:  # nothing for training: said by another test
        return
    trained = numbers[(side == 0) & ~gone]
    held_out = numbers[(side > 0) & ~gone]
    for column in ("prompt", "group"):
        there = set(table.rows[column][trained].tolist()) & set(table.rows[column][held_out].tolist())
        assert there <= {0}
    given_sides = table.rows["side"]
    assert (side[given_sides >= 0] == given_sides[given_sides >= 0]).all()


def test_a_record_that_is_added_moves_no_other() -> None:
    rows: list[dict[str, object]] = [{"prompt": number * 7919} for number in range(1, 400)]
    split = Split(train=80, validation=10, test=10)
    before, _ = sides(table_of(rows), np.arange(399), split)
    after, _ = sides(table_of([*rows, {"prompt": 5}]), np.arange(400), split)
    assert (before == after[:399]).all()
    assert 20 < (before == 2).sum() < 60


def test_groups_are_joined_through_prompts_and_trees() -> None:
    table = table_of([
        {"prompt": 1, "group": 50}, {"prompt": 2, "group": 50}, {"prompt": 2, "group": 60}, {"prompt": 3, "group": 60},
        {"prompt": 4}, {"prompt": 4},
    ])  # fmt: skip
    assert groups(table, np.arange(6)).tolist() == [0, 0, 0, 0, 1, 1]


def test_what_a_source_holds_out_leaves_the_training_text() -> None:
    table = table_of([{"prompt": 1, "side": 0}, {"prompt": 1, "side": 2}, {"prompt": 2, "side": 0}])
    side, gone = sides(table, np.arange(3), Split())
    assert side.tolist() == [0, 2, 0]
    assert gone.tolist() == [True, False, False]


def test_what_is_given_to_training_takes_its_prompt_along() -> None:
    rows: list[dict[str, object]] = [{"prompt": number, "side": side} for number in range(200) for side in (0, -1)]
    side, gone = sides(table_of(rows), np.arange(400), Split(train=10, validation=45, test=45))
    assert not side.any()
    assert not gone.any()


def test_nothing_left_is_said() -> None:
    with pytest.raises(UserError, match="no record passed"):
        sides(table_of([]), np.arange(0), Split())
    with pytest.raises(UserError, match="left for training"):
        sides(table_of([{"side": 2}]), np.arange(1), Split())
