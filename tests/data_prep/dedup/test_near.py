"""Near-duplicates: found, justified, independent of order, and bounded work."""

from __future__ import annotations

import os
from pathlib import Path

import datasketch
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.dedup import CHARACTERS, WORDS, Match, Shingling, jaccard, near_duplicates, shingles, signatures
from data_prep.dedup.near import search
from data_prep.dedup.verify import Verifier
from tests.data_prep.dedup.planted import Hashes, chain, family, plant


def find(sets: list[Hashes], rank: list[int] | None = None, threshold: float = 0.8) -> list[Match]:
    ranks = np.array(range(len(sets)) if rank is None else rank, dtype=np.int64)
    return near_duplicates(signatures(sets), ranks, sets.__getitem__, threshold)


@pytest.mark.parametrize(
    ("shingling", "words", "originals"),
    [(WORDS, 60, 400), (WORDS, 1200, 120), (CHARACTERS, 40, 400), (CHARACTERS, 700, 120)],
)
def test_planted_near_duplicates_are_found_and_nothing_else(shingling: Shingling, words: int, originals: int) -> None:
    planted = plant(originals, words, shingling, seed=words)
    matches = {match.dropped: match for match in find(planted.sets)}
    near = [pair for pair in planted.pairs if pair[2] >= 0.85]
    assert len(near) > 0.2 * originals
    assert sum(copy in matches for _, copy, _ in near) >= 0.99 * len(near)
    for match in matches.values():
        assert match.kept not in matches
        assert match.kept < match.dropped
        assert match.jaccard == jaccard(planted.sets[match.dropped], planted.sets[match.kept]) >= 0.8


def brute_force(sets: list[Hashes], rank: npt.NDArray[np.int64], threshold: float) -> set[int]:
    """What greedy by rank drops when all pairs are candidates."""
    kept: list[int] = []
    dropped = set()
    for number in np.lexsort((np.arange(len(sets)), rank)).tolist():
        if any(jaccard(sets[number], sets[other]) >= threshold for other in kept):
            dropped.add(number)
        else:
            kept.append(number)
    return dropped


def test_it_is_what_brute_force_says() -> None:
    planted = plant(150, 80, WORDS, seed=11)
    near = [pair[2] for pair in planted.pairs]
    rank = np.random.default_rng(3).permutation(len(planted.sets))
    found = {match.dropped for match in find(planted.sets, rank.tolist(), 0.7)}
    expected = brute_force(planted.sets, rank, 0.7)
    assert found <= expected
    missed = expected - found
    assert len(missed) <= sum(0.7 <= similarity < 0.8 for similarity in near)
    assert {match.dropped for match in find(planted.sets, rank.tolist())} == brute_force(planted.sets, rank, 0.8)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.permutations(range(24)))
def test_the_order_of_the_input_makes_no_difference(seed: int, order: list[int]) -> None:
    sets = chain(12, seed) + family(6, 0.82, 200, seed + 1) + family(6, 0.95, 200, seed + 2)
    rank = np.random.default_rng(seed).permutation(24)
    plain = {(m.dropped, m.kept, m.jaccard) for m in find(sets, rank.tolist())}
    shuffled = find([sets[k] for k in order], rank[order].tolist())
    assert plain == {(order[m.dropped], order[m.kept], m.jaccard) for m in shuffled}


def test_a_chain_is_not_merged_through_its_links() -> None:
    """Neighbours are alike, every fourth is not: a document goes only for one that is kept and truly like it."""
    sets = chain(40, seed=1)
    matches = find(sets)
    dropped = {match.dropped for match in matches}
    kept = [number for number in range(40) if number not in dropped]
    assert len(kept) > 5
    assert all(match.kept in kept and match.jaccard >= 0.8 for match in matches)
    assert all(jaccard(sets[a], sets[b]) < 0.8 for a in kept for b in kept if a < b)


def test_the_best_rank_is_kept_and_of_equal_ranks_the_first() -> None:
    same = np.arange(100, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    sets = [np.sort(same)] * 4
    assert [(m.dropped, m.kept, m.jaccard) for m in find(sets, [5, 2, 9, 3])] == [(0, 1, 1.0), (2, 1, 1.0), (3, 1, 1.0)]
    assert [(m.dropped, m.kept) for m in find(sets, [7, 7, 7, 7])] == [(1, 0), (2, 0), (3, 0)]


def test_none_and_one_document() -> None:
    assert find([]) == []
    assert find([np.array([1], dtype=np.uint64)]) == []


def test_two_empty_texts_are_alike() -> None:
    sets = [shingles(text, WORDS) for text in ("", " \n", "word")]
    assert [(m.dropped, m.kept) for m in find(sets)] == [(1, 0)]


def test_many_documents_of_one_form_cost_few_true_comparisons() -> None:
    """1,500 members have 1.1 million pairs at 0.7: almost none may reach the sets, and each set is read once."""
    members = 1500
    sets = family(members, 0.7, 300, seed=4)
    verifier = Verifier(sets.__getitem__, 0.8)
    assert search(signatures(sets), np.arange(members), verifier) == []
    assert verifier.work.compared < members // 10
    assert verifier.work.bounded < 10 * members
    assert verifier.work.sets_read <= members


def test_a_duplicate_hidden_among_many_of_one_form_is_found() -> None:
    sets = family(600, 0.7, 400, seed=9)
    copies = []
    for number in range(0, 600, 6):
        copy = sets[number].copy()
        copy[:25] += np.uint64(1 << 40)
        copies.append(np.unique(copy))
    assert all(0.85 < jaccard(sets[6 * k], copy) < 0.9 for k, copy in enumerate(copies))
    matches = find(sets + copies)
    assert len(matches) >= 0.99 * len(copies)
    assert all(match.kept == 6 * (match.dropped - 600) for match in matches)


def test_copies_cost_a_comparison_each() -> None:
    sets = family(800, 0.97, 300, seed=2)
    verifier = Verifier(sets.__getitem__, 0.8)
    assert len(search(signatures(sets), np.arange(800), verifier)) == 799
    assert verifier.work.compared == 799


def test_a_small_cache_changes_nothing_but_the_reading() -> None:
    planted = plant(60, 60, WORDS, seed=5)
    made, rank = signatures(planted.sets), np.arange(len(planted.sets))
    small = Verifier(planted.sets.__getitem__, 0.8, capacity=1)
    large = Verifier(planted.sets.__getitem__, 0.8)
    assert search(made, rank, small) == search(made, rank, large)
    assert small.work.sets_read >= large.work.sets_read


def test_signatures_on_disk_and_progress(tmp_path: Path) -> None:
    planted = plant(60, 60, WORDS, seed=6)
    np.save(tmp_path / "signatures.npy", signatures(planted.sets))
    told: list[int] = []
    on_disk = np.load(tmp_path / "signatures.npy", mmap_mode="r")
    rank = np.arange(len(planted.sets))
    assert near_duplicates(on_disk, rank, planted.sets.__getitem__, progress=told.append) == find(planted.sets)
    assert told == sorted(told)
    assert told[-1] == len(planted.sets)


def test_datasketch_finds_no_near_duplicate_that_we_do_not() -> None:
    """The documented loop of the reference: its candidates that are truly alike are dropped by us as well."""
    planted = plant(150, 60, WORDS, seed=8)
    index = datasketch.MinHashLSH(threshold=0.8, num_perm=128)
    dropped = {match.dropped for match in find(planted.sets)}
    theirs = set()
    for number, one in enumerate(planted.sets):
        sketch = datasketch.MinHash(num_perm=128)
        for shingle in one:
            sketch.update(shingle.tobytes())
        if any(jaccard(planted.sets[other], one) >= 0.8 for other in index.query(sketch)):
            theirs.add(number)
        else:
            index.insert(number, sketch)
    assert len(theirs) > 30
    assert len(theirs - dropped) <= 0.01 * len(theirs)


@pytest.mark.parametrize(("slots", "ranks"), [(128, 3), (12, 2)])
def test_what_does_not_fit_is_refused(slots: int, ranks: int) -> None:
    with pytest.raises(ValueError, match="ranks" if slots == 128 else "multiple of 8"):
        near_duplicates(np.zeros((2, slots), dtype=np.uint32), np.arange(ranks), lambda _: np.zeros(1, dtype=np.uint64))


def test_changed_copies_of_real_files_are_found(formex_dir: Path) -> None:
    """Each file with a copy, one word in sixty changed: the copies are found, and every match is a true one."""
    paths = sorted(path for path in formex_dir.rglob("*.xml") if 20_000 < os.path.getsize(path) < 200_000)[:40]
    texts = [path.read_text("utf-8") for path in paths]
    changed = [" ".join(w if k % 60 else f"{w}x" for k, w in enumerate(text.split())) for text in texts]
    sets = [shingles(text, WORDS) for text in texts + changed]
    matches = find(sets)
    assert all(jaccard(sets[match.dropped], sets[match.kept]) == match.jaccard >= 0.8 for match in matches)
    dropped = {match.dropped for match in matches}
    assert dropped >= {len(texts) + k for k in range(len(texts)) if jaccard(sets[k], sets[len(texts) + k]) >= 0.85}
