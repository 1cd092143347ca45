"""The options of a command that can have pairs written by a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from data_prep.instruct.llm.options import llm_options
from data_prep.instruct.llm.pairs import Settings
from data_prep.instruct.llm.transport import Limits


def called_with(*arguments: str) -> dict[str, Any]:
    received: dict[str, Any] = {}

    @click.command()
    @click.option("--pairs", type=int, default=10)
    @llm_options
    def command(**values: Any) -> None:
        """Do it."""
        received.update(values)

    outcome = CliRunner().invoke(command, arguments, standalone_mode=False)
    if outcome.exception:
        raise outcome.exception
    return received


def test_without_a_server_there_is_no_share() -> None:
    assert called_with("--share", "0.5") == {"pairs": 10, "llm": None, "share": 0.0, "llm_cache": None}


def test_defaults() -> None:
    url = "http://127.0.0.1:8000/v1"
    assert called_with("--llm", url) == {"pairs": 10, "llm": Settings(url), "share": 0.3, "llm_cache": None}


def test_every_option_arrives() -> None:
    arguments = (
        "--llm http://h/v1 --share 0.1 --llm-model m --llm-concurrency 2 --llm-per-minute 60 --llm-timeout 9 "
        "--llm-max-tokens 99 --llm-temperature 0.5 --llm-cache j --pairs 3"
    )
    received = called_with(*arguments.split())
    llm = received["llm"]
    assert (llm.url, llm.model, llm.limits) == ("http://h/v1", "m", Limits(2, 60.0, 9.0))
    assert (llm.parameters.max_tokens, llm.parameters.temperature) == (99, 0.5)
    assert (received["share"], received["llm_cache"], received["pairs"]) == (0.1, Path("j"), 3)


@pytest.mark.parametrize("arguments", [("--share", "1.5"), ("--llm-per-minute", "0"), ("--llm-concurrency", "0")])
def test_bad_values(arguments: tuple[str, str]) -> None:
    with pytest.raises(click.UsageError):
        called_with(*arguments)
