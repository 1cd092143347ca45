"""The choice of questions: fair shares, rounds over acts, and the same choice however the questions are cut up."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data_prep.instruct.selection import (
    ASKED,
    Rows,
    best,
    best_of_all,
    by_language,
    cell_of,
    cell_shares,
    fair_shares,
    kind_of,
    language_of,
    normalised,
    question_hash,
    rank,
    spread_over_all_kinds,
    with_rounds,
)

counts = st.dictionaries(st.integers(0, 9), st.integers(0, 50), min_size=1)


@given(counts, st.integers(0, 300))
def test_equal_shares_are_fair(available: dict[int, int], total: int) -> None:
    shares = fair_shares(available, total)
    assert sum(shares.values()) == min(total, sum(available.values()))
    assert all(0 <= shares[cell] <= available[cell] for cell in available)
    full = max(shares.values())
    assert all(shares[cell] in (full, full - 1) or shares[cell] == available[cell] for cell in available)


@given(counts, st.integers(0, 300), st.lists(st.floats(0.1, 100), min_size=10, max_size=10))
def test_weighted_shares_use_all_there_is_and_never_more(
    available: dict[int, int], total: int, weights: list[float]
) -> None:

    shares = fair_shares(available, total, dict(enumerate(weights)))
    assert sum(shares.values()) == min(total, sum(available.values()))
    assert all(0 <= shares[cell] <= available[cell] for cell in available)


def test_shares_follow_their_weights_and_what_one_lacks_goes_to_the_others() -> None:
    plenty = {"en": 1000, "fr": 1000, "pt": 1000}
    assert fair_shares(plenty, 100, {"en": 50, "fr": 30, "pt": 20}) == {"pt": 20, "fr": 30, "en": 50}
    assert fair_shares({**plenty, "en": 10}, 100, {"en": 50, "fr": 30, "pt": 20}) == {"en": 10, "pt": 36, "fr": 54}


@given(counts, st.integers(0, 300))
def test_a_larger_total_gives_no_cell_less(available: dict[int, int], total: int) -> None:
    smaller, larger = fair_shares(available, total), fair_shares(available, total + 1)
    assert all(smaller[cell] <= larger[cell] for cell in available)


def test_cells_are_in_order_of_language_and_kind() -> None:
    cells = [cell_of(language, kind) for language in ("de", "en", "es", "fr", "pt") for kind in (0, 5)]
    assert cells == sorted(cells)
    assert [(language_of(cell), kind_of(cell)) for cell in cells[:3]] == [("de", 0), ("de", 5), ("en", 0)]
    assert cell_shares({cells[0]: 10, cells[1]: 2, cells[2]: 1}, {"de": 6}) == {cells[1]: 2, cells[0]: 4, cells[2]: 0}
    assert by_language({cells[0]: 10, cells[1]: 2, cells[2]: 1}) == {"de": 12, "en": 1}


def test_questions_are_the_same_but_for_case_and_blanks() -> None:
    assert normalised("What  does\n‘Drone’ mean?") == "what does ‘drone’ mean?"
    assert question_hash("A b") == question_hash("a  B ") != question_hash("ab")


def questions(number: int, seed: int) -> Rows:
    """Questions about some acts in some cells, in random order, with rounds."""
    random_ = random.Random(seed)
    rows = np.zeros(number, ASKED)
    for row in rows:
        row["cell"], row["act"] = cell_of(random_.choice(["en", "fr"]), random_.randrange(3)), random_.randrange(9)
        row["rank"], row["tie"] = random_.randrange(2**64), random_.randrange(2**64)
    return with_rounds(rows)


def test_no_act_is_asked_about_twice_before_every_other() -> None:
    rows = questions(400, 1)
    for cell in np.unique(rows["cell"]):
        acts = [int(act) for act in best(rows, {int(cell): 9})["act"]]
        assert len(set(acts)) == len(acts) == 9
        assert Counter(best(rows, {int(cell): 18})["act"].tolist()).most_common()[0][1] == 2


@given(st.integers(0, 1000), st.lists(st.integers(0, 300), max_size=6))
def test_the_best_are_the_same_however_the_questions_are_cut_up(seed: int, cuts: list[int]) -> None:
    rows = questions(300, seed)
    shares = {int(cell): 7 + number for number, cell in enumerate(np.unique(rows["cell"]))}
    whole = best(rows, shares)
    order = np.random.default_rng(seed).permutation(len(rows))
    parts = [best(part, shares) for part in np.split(rows[order], sorted(cuts))]
    assert best_of_all(parts, shares).tolist() == whole.tolist()


def test_a_test_set_asks_about_as_many_acts_as_it_can() -> None:
    rows = questions(400, 3)
    shares = {int(cell): 3 for cell in np.unique(rows["cell"])}
    chosen = spread_over_all_kinds(best(rows, dict.fromkeys(shares, 18)), shares)
    assert Counter(chosen["cell"].tolist()) == shares
    for language in ("en", "fr"):
        acts = [int(row["act"]) for row in chosen if language_of(int(row["cell"])) == language]
        assert len(acts) == len(set(acts)) == 9


def test_ranks_depend_on_seed_and_name_alone() -> None:
    assert rank(1, "a") == rank(1, "a") != rank(2, "a")
