"""The section `scoring`: what is refused, and that no password can stand in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from data_prep.curation.ordering import sample, seeded
from data_prep.curation.scoring.options import Scoring


def test_defaults() -> None:
    chosen = Scoring()
    assert (chosen.endpoint, chosen.keep, chosen.unscored, chosen.sample) == (None, 7.0, "keep", None)
    assert chosen.drops(6.99) == "quality below 7"
    assert chosen.drops(7.0) is None
    assert Scoring(keep=None).drops(1.0) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"keep": 11}, "less than or equal to 10"),
        ({"unscored": "guess"}, "'keep' or 'drop'"),
        ({"max_characters": 10}, "greater than or equal to 200"),
        ({"price_per_million": {"prompt": -1, "completion": 1}}, "greater than or equal to 0"),
        ({"endpoint": {"model": "m"}}, "url"),
        ({"endpoint": {"url": "localhost:8000"}}, "not the address of a server"),
        ({"endpoint": {"url": "http://me:secret@127.0.0.1/v1"}}, "LEXATRON_LLM_API_KEY"),
        ({"endpoint": {"url": "http://127.0.0.1/v1", "key": "sk-1"}}, "Extra inputs are not permitted"),
        ({"endpoint": {"url": "http://127.0.0.1/v1", "concurrency": 0}}, "greater than or equal to 1"),
    ],
)
def test_refused(content: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Scoring.model_validate(content)


def test_a_sample_is_the_same_whatever_the_order_and_moves_little_when_records_are_added() -> None:
    keys = np.random.default_rng(0).integers(0, 2**64, 1000, np.uint64)
    drawn = set(keys[sample(seeded(keys, 1), 100)].tolist())
    assert len(drawn) == 100
    shuffled = np.random.default_rng(1).permutation(keys)
    assert set(shuffled[sample(seeded(shuffled, 1), 100)].tolist()) == drawn
    assert len(set(keys[sample(seeded(keys, 2), 100)].tolist()) & drawn) < 30
    fewer = keys[:900]
    assert len(set(fewer[sample(seeded(fewer, 1), 100)].tolist()) & drawn) >= 80
    assert sample(seeded(keys, 1), None).tolist() == list(range(1000))
    assert len(sample(seeded(keys, 1), 5000)) == 1000


def test_the_order_is_spread_evenly_also_over_keys_in_a_row() -> None:
    order = seeded(np.arange(100_000, dtype=np.uint64), 7)
    assert len(np.unique(order)) == 100_000
    counts = np.histogram((order >> np.uint64(32)).astype(float), bins=16, range=(0, 2.0**32))[0]
    assert abs(counts - 6250).max() < 5 * 6250**0.5
