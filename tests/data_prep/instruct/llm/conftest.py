"""No key of the machine's owner reaches a test."""

from __future__ import annotations

import pytest

from data_prep.instruct.llm import pace
from data_prep.instruct.llm.endpoint import KEY_VARIABLES


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in KEY_VARIABLES:
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def fast_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-off in milliseconds."""
    monkeypatch.setattr(pace, "FIRST_WAIT_S", 0.002)
