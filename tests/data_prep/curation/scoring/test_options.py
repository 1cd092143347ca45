"""The section `scoring`: what is refused, and that no password can stand in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from data_prep.curation.scoring.options import Scoring


def test_defaults() -> None:
    chosen = Scoring()
    assert (chosen.endpoint, chosen.keep, chosen.unscored, chosen.sample) == (None, 7.0, "keep", None)
    assert chosen.least(np.array([True, False])).tolist() == [7, 4]
    assert Scoring(keep=None, keep_heuristic=None).least(np.array([True, False])).tolist() == [0, 0]


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
