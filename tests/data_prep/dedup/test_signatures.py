"""Signatures: an unbiased estimate, as good as datasketch's; the same however they are made."""

from __future__ import annotations

import subprocess
import sys

import datasketch
import numpy as np
import numpy.typing as npt
import pytest
import rensa
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.dedup import signatures as make

Hashes = npt.NDArray[np.uint64]


def pairs(count: int, similarity: float, size: int, seed: int) -> list[Hashes]:
    """Sets in pairs of that Jaccard similarity."""
    random = np.random.default_rng(seed)
    shared = round(size * 2 * similarity / (1 + similarity))
    sets = []
    for _ in range(count):
        values = random.integers(0, 1 << 64, 2 * size - shared, dtype=np.uint64)
        sets += [values[:size], values[size - shared :]]
    return sets


@pytest.mark.parametrize("size", [10, 100, 2000])
@pytest.mark.parametrize("similarity", [0.3, 0.8])
def test_the_estimate_is_unbiased_and_within_the_binomial_error(size: int, similarity: float) -> None:
    count = 400
    made = make(pairs(count, similarity, size, seed=size))
    shared = round(size * 2 * similarity / (1 + similarity))
    true = shared / (2 * size - shared)
    estimates = (made[0::2] == made[1::2]).mean(axis=1)
    error = np.sqrt(true * (1 - true) / 128)
    assert abs(estimates.mean() - true) < 4 * error / np.sqrt(count)
    assert estimates.std() < 1.15 * error


def test_it_is_no_worse_than_datasketch_on_the_same_sets() -> None:
    sets = pairs(150, 0.8, 300, seed=5)
    true = 267 / 333
    theirs = []
    for first, second in zip(sets[0::2], sets[1::2], strict=True):
        sketches = []
        for one in (first, second):
            sketch = datasketch.MinHash(num_perm=128, hashfunc=lambda value: value & 0xFFFFFFFF)
            sketch.update_batch(one.tolist())
            sketches.append(sketch)
        theirs.append(sketches[0].jaccard(sketches[1]))
    made = make(sets)
    ours = (made[0::2] == made[1::2]).mean(axis=1)
    assert np.sqrt(np.mean((ours - true) ** 2)) < 1.25 * np.sqrt(np.mean((np.array(theirs) - true) ** 2))


@settings(max_examples=30)
@given(st.lists(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=50), max_size=20), st.randoms())
def test_order_repetition_and_company_make_no_difference(lists: list[list[int]], random: object) -> None:
    sets = [np.array(one, dtype=np.uint64) for one in lists]
    shuffled = [np.random.default_rng(1).permutation(np.concatenate([one, one])) for one in sets]
    together = make(sets)
    assert together.shape == (len(sets), 128)
    assert np.array_equal(together, make(shuffled))
    assert all(np.array_equal(together[k], make([one])[0]) for k, one in enumerate(sets))


def test_more_documents_than_one_batch() -> None:
    sets = pairs(2100, 0.5, 12, seed=1)
    made = make(sets)
    assert np.array_equal(made[-3:], make(sets[-3:]))


def test_they_are_the_same_in_another_process_with_other_threads() -> None:
    sets = pairs(300, 0.5, 700, seed=2)
    code = (
        "from tests.data_prep.dedup.test_signatures import pairs, make\n"
        "print(int(make(pairs(300, 0.5, 700, seed=2)).astype('u8').sum()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"RAYON_NUM_THREADS": "1"}
    )
    assert int(done.stdout) == int(make(sets).astype(np.uint64).sum())


def test_the_sketch_is_the_one_that_was_measured() -> None:
    """Another version of rensa's algorithm would make signatures that must not be mixed with stored ones."""
    assert rensa.RMinHash.ALGORITHM_VERSION == 2


def test_the_seed_counts_and_no_documents_give_no_rows() -> None:
    sets = pairs(1, 0.5, 50, seed=0)
    one, two = make(sets), make(sets, seed=2)
    assert not np.array_equal(one, two)
    assert make([], num_perm=64).shape == (0, 64)
