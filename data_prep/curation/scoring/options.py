"""The section `scoring` of an instruction set's YAML file."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from data_prep.curation.options import Options
from lexatron.errors import UserError

MILLION = 1e6


class Endpoint(Options):
    """An OpenAI-compatible server; its key is read from LEXATRON_LLM_API_KEY, else from OPENAI_API_KEY."""

    url: str
    """Base address, `http://127.0.0.1:8000/v1`."""
    model: str | None = None
    """Its name; null for the only one that the server lists."""
    concurrency: int = Field(default=8, ge=1, le=512)
    """Requests at a time."""
    per_minute: float | None = Field(default=None, gt=0)
    """Requests a minute; null for no limit."""
    timeout_s: float = Field(default=120.0, ge=1)
    """Seconds for a request."""
    max_tokens: int = Field(default=300, ge=64)
    """Of a reply; a model that thinks aloud needs thousands."""
    temperature: float = Field(default=0.0, ge=0, le=2)
    retries: int = Field(default=5, ge=0)
    """Further attempts of a request that a busy server did not answer."""
    failures: int = Field(default=20, ge=1)
    """Requests that may fail in a row before the run ends; the same command goes on."""
    unfit: int = Field(default=100, ge=1)
    """Replies without a score that may come in a row before the run ends; the model cannot do it then."""

    @field_validator("url")
    @classmethod
    def _usable(cls, url: str) -> str:
        from data_prep.instruct.llm.endpoint import find_endpoint  # imports httpx

        try:
            return find_endpoint(url).url
        except UserError as error:
            raise ValueError(str(error)) from error


class Prices(Options):
    """Money for a million tokens, in whichever currency."""

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many tokens cost."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / MILLION


class Scoring(Options):
    """Accuracy 0 to 3, completeness 0 to 2, coherence 0 to 2, helpfulness 0 to 3: their sum is the quality.

    Without an endpoint heuristics tell the quality.
    """

    endpoint: Endpoint | None = None
    keep: float | None = Field(default=7.0, ge=1, le=10)
    """Lowest quality that is kept, where a model or the source tells it; null keeps all."""
    keep_heuristic: float | None = Field(default=4.0, ge=1, le=10)
    """Lowest quality that is kept where heuristics tell it, which put the worst last and tell good from better badly;
    null keeps all."""
    unscored: Literal["keep", "drop"] = "keep"
    """Records that the model gave no usable score: `keep` lets their heuristic quality decide, `drop` drops them."""
    price_per_million: Prices | None = None
    """Of tokens, for the cost before and after."""
    max_characters: int = Field(default=12_000, ge=200)
    """Of a conversation that the model is shown; the middle of a longer one is left out."""
    sample: int | None = Field(default=None, ge=0)
    """Records that are scored at most, drawn at random; heuristics tell the quality of the others. Null for all."""
    seed: int = 1234
    """Of the sample."""

    def least(self, told: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
        """The lowest quality at which each of some records is kept.

        Args:
            told: `[records]`: whether a model or the source told the quality, not heuristics.
        """
        return np.where(told, self.keep or 0, self.keep_heuristic or 0).astype(np.float32)

    def money(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """What so many tokens cost; None where no prices are given."""
        prices = self.price_per_million
        return prices.cost(prompt_tokens, completion_tokens) if prices else None
