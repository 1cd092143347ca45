"""One uninterrupted run for all training tests of this folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.plugins.callbacks.forked import Run
from tests.plugins.jobs import ForkServer

STEPS = 12


@pytest.fixture(scope="session")
def general(tiny_data: Path) -> list[str]:
    """Prefixes of held-out text."""
    return [str(path.with_suffix("")) for path in sorted((tiny_data / "corpus").glob("*_validation_*.bin"))]


@pytest.fixture(scope="session")
def words(tiny_data: Path) -> dict[str, Any]:
    """Twelve steps; validations after 3, 6, 9 and 12."""
    return {"corpus": tiny_data / "corpus", "max_steps": STEPS, "validations": 4, "saves": 3}


@pytest.fixture(scope="session")
def behaviour(general: list[str]) -> dict[str, Any]:
    """Everything is watched, saved every 2 steps, kept every 4, and the best."""
    return {
        "general": ",".join(general),
        "general_sequences": 24,
        "forgetting_every": 2,
        "save_every": 2,
        "keep_every": 4,
        "keep_best": 1,
        "deterministic": True,
    }


@pytest.fixture(scope="package")
def whole(
    server: ForkServer, words: dict[str, Any], behaviour: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Run:
    """The run that nothing interrupts, finished; with TensorBoard."""
    run = Run(
        server,
        tmp_path_factory.mktemp("behaviour") / "whole",
        words={**words, "tensorboard": True},
        behaviour=behaviour,
    )
    run.finish()
    return run
