"""The options `--llm URL --share 0.3 ...` of a command that can have pairs written by a language model."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from data_prep.instruct.llm.client import Parameters
from data_prep.instruct.llm.endpoint import KEY_VARIABLES
from data_prep.instruct.llm.pairs import Settings
from data_prep.instruct.llm.transport import Limits

_DEFAULT, _LIMITS = Parameters(), Limits()

_OPTIONS = (
    click.option(
        "--llm",
        "url",
        metavar="URL",
        help="OpenAI-compatible server that writes pairs as well, http://127.0.0.1:8000/v1; "
        f"its key is read from {KEY_VARIABLES[0]}, else from {KEY_VARIABLES[1]}.",
    ),
    click.option(
        "--share", type=click.FloatRange(0, 1), default=0.3, show_default=True, help="Share of pairs that it writes."
    ),
    click.option("--llm-model", "model", help="Its model; by default the only one that it lists."),
    click.option(
        "--llm-concurrency", "concurrency", type=click.IntRange(1, 512), default=_LIMITS.concurrency, show_default=True,
        help="Requests at a time.",
    ),
    click.option("--llm-per-minute", "per_minute", type=click.FloatRange(0, min_open=True), help="Requests a minute."),
    click.option(
        "--llm-timeout", "timeout_s", type=click.FloatRange(1), default=_LIMITS.timeout_s, show_default=True,
        help="Seconds for a request.",
    ),
    click.option(
        "--llm-max-tokens", "max_tokens", type=click.IntRange(64), default=_DEFAULT.max_tokens, show_default=True,
        help="Of a reply.",
    ),
    click.option(
        "--llm-temperature", "temperature", type=click.FloatRange(0, 2), default=_DEFAULT.temperature,
        show_default=True,
    ),
    click.option(
        "--llm-cache", type=click.Path(dir_okay=False, path_type=Path),
        help="Journal of its replies; by default .llm-cache.jsonl beside the output.",
    ),
)  # fmt: skip


def llm_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options; it is called with `llm: Settings | None`, `share: float`, `llm_cache: Path | None`.

    `share` is 0 where no server is given.
    """

    @functools.wraps(command)
    def with_settings(
        *,
        url: str | None,
        share: float,
        model: str | None,
        concurrency: int,
        per_minute: float | None,
        timeout_s: float,
        max_tokens: int,
        temperature: float,
        **others: Any,
    ) -> Any:
        limits = Limits(concurrency, per_minute, timeout_s)
        llm = Settings(url, model, Parameters(max_tokens, temperature), limits) if url else None
        return command(llm=llm, share=share if llm else 0.0, **others)

    decorated: Callable[..., Any] = with_settings
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
