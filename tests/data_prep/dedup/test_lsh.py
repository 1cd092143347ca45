"""LSH: the buckets, the formula of the recall, and components, against plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.dedup import CHARACTERS_LSH, LSH, Lsh
from data_prep.dedup.lsh import band_buckets, components


def test_the_default_finds_what_it_must_by_formula() -> None:
    assert LSH.recall(0.85) >= 0.999
    assert LSH.recall(0.8) >= 0.98
    assert Lsh(1, 1).recall(0.3) == pytest.approx(0.3)
    assert (LSH.num_perm, CHARACTERS_LSH.num_perm) == (128, 512)
    assert CHARACTERS_LSH.recall(0.85) >= 0.999
    assert CHARACTERS_LSH.recall(0.8) >= 0.98
    assert CHARACTERS_LSH.recall(0.35) <= 0.0005  # what two texts of one language have in common


@given(st.lists(st.lists(st.integers(0, 1), min_size=6, max_size=6), max_size=12))
def test_documents_share_a_bucket_exactly_where_a_band_is_equal(rows: list[list[int]]) -> None:
    made = np.array(rows, dtype=np.uint32).reshape(-1, 6)
    buckets = band_buckets(made, Lsh(bands=2, rows=3))
    for a in range(len(rows)):
        for b in range(len(rows)):
            for band in range(2):
                equal = rows[a][3 * band : 3 * band + 3] == rows[b][3 * band : 3 * band + 3]
                assert (a != b and equal) == (a != b and 0 <= buckets[a, band] == buckets[b, band])
    used = sorted(set(buckets[buckets >= 0].tolist()))
    assert used == list(range(len(used)))


@given(st.lists(st.lists(st.integers(-1, 5), min_size=3, max_size=3), max_size=25))
def test_components_are_those_of_the_graph(rows: list[list[int]]) -> None:
    """A bucket number belongs to one band only, as `band_buckets` gives them."""
    buckets = np.array([[b if b < 0 else 6 * k + b for k, b in enumerate(row)] for row in rows], dtype=np.int32)
    buckets = buckets.reshape(-1, 3)
    expected = list(range(len(rows)))
    for _ in rows:
        for a in range(len(rows)):
            for b in range(len(rows)):
                if ((buckets[a] == buckets[b]) & (buckets[a] >= 0)).any():
                    expected[a] = expected[b] = min(expected[a], expected[b])
    assert components(buckets).tolist() == expected


def test_a_long_chain_is_one_component() -> None:
    links = 5000
    order = np.random.default_rng(0).permutation(links)
    buckets = np.full((links, 2), -1, dtype=np.int32)
    for number in range(links - 1):
        band = number % 2
        buckets[order[number], band] = buckets[order[number + 1], band] = number
    assert not components(buckets).any()


def test_signatures_that_are_too_short_are_refused() -> None:
    with pytest.raises(ValueError, match="slots"):
        band_buckets(np.zeros((2, 8), dtype=np.uint32), Lsh(3, 3))
    with pytest.raises(ValueError, match="at least one band"):
        Lsh(0, 1)
