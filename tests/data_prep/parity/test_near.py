"""Near-duplicates of held-out texts: what brute force finds, each with its true similarity."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from data_prep.dedup import CHARACTERS, jaccard, shingles
from data_prep.parity import near
from data_prep.parity.near import Near, NearIndex

WORDS = [
    f"{a}{b}{c}" for a in ("reg", "com", "aut", "dir", "vol") for b in "aeiou" for c in ("ment", "tion", "ly", "s")
]


def text(source: random.Random, words: int) -> str:
    return " ".join(source.choice(WORDS) for _ in range(words))


def changed(source: random.Random, original: str, share: float) -> str:
    return " ".join(source.choice(WORDS) if source.random() < share else word for word in original.split())


@pytest.mark.parametrize("at_once", [7, 1024])
def test_it_is_what_brute_force_finds(at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "AT_ONCE", at_once)
    source = random.Random(5)
    held_out = [text(source, 12) for _ in range(60)]
    training = [text(source, 12) for _ in range(100)]
    training += [changed(source, original, source.choice([0, 0.02, 0.1, 0.4])) for original in held_out]
    source.shuffle(training)
    found = {match.held_out: match for match in NearIndex(held_out, tmp_path / "shingles").look(training)}
    for match in found.values():
        mine, theirs = (shingles(each, CHARACTERS) for each in (held_out[match.held_out], training[match.text]))
        assert match.jaccard == jaccard(mine, theirs) >= 0.8
    sets = [shingles(each, CHARACTERS) for each in training]
    best = [max(jaccard(shingles(mine, CHARACTERS), theirs) for theirs in sets) for mine in held_out]
    sure = [number for number, similarity in enumerate(best) if similarity >= 0.85]
    assert len(sure) > 20
    assert set(sure) <= set(found)


def test_parts_go_on_with_what_was_not_found(tmp_path: Path) -> None:
    held_out = ["the competent authority shall ensure", "any person may lodge a complaint", "no undue delay at all"]
    index = NearIndex(held_out, tmp_path / "shingles")
    assert list(index.look(["nothing alike", "The competent  authority shall ensure"])) == [Near(0, 1, 1.0)]
    index.wanted[2] = False
    assert list(index.look([*held_out, held_out[1]])) == [Near(1, 1, 1.0)]
    assert not index.wanted.any()


def test_a_crowd_that_fills_in_one_form_costs_no_comparison_of_each_with_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = "Under which article of the act numbered {} does the authority of {} answer for {}?"
    source = random.Random(1)
    crowd = [form.format(source.getrandbits(90), source.getrandbits(90), source.getrandbits(90)) for _ in range(400)]
    compared = []
    monkeypatch.setattr(near, "jaccard", lambda first, second: compared.append(1) or jaccard(first, second))
    assert list(NearIndex(crowd[:200], tmp_path / "shingles").look(crowd[200:])) == []
    assert len(compared) < 0.1 * 200 * 200


def test_nothing_held_out(tmp_path: Path) -> None:
    index = NearIndex([], tmp_path / "shingles")
    assert list(index.look(["a", "b"])) == []
    assert index.wanted.shape == np.zeros(0).shape
