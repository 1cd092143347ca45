"""What requests will cost, before one is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from data_prep.instruct.llm.client import Messages, Parameters

CHARACTERS_A_TOKEN = 3.5  # of law in the five languages with a vocabulary like Llama 3's


@dataclass(frozen=True)
class Estimate:
    """What requests will cost if every first reply can be read, in tokens; `completion_tokens` at most."""

    requests: int
    prompt_tokens: int
    completion_tokens: int


def estimate_cost(conversations: Iterable[Messages], parameters: Parameters) -> Estimate:
    """The cost of one request for each conversation."""
    requests = characters = 0
    for messages in conversations:
        requests += 1
        characters += sum(len(message["content"]) for message in messages)
    return Estimate(requests, round(characters / CHARACTERS_A_TOKEN), requests * parameters.max_tokens)
