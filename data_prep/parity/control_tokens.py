"""Control-token strings that stand in contents: text to training, and a control token to most servers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from data_prep.chat.control import CONTROL_TOKENS, find
from data_prep.lengths.dataset import read_conversations
from data_prep.parity.check import Check
from data_prep.parity.sides import Json

NAME = "control tokens in contents"

_EXAMPLES = 20
_SHOWN = 80  # characters of a string


def no_control_tokens(
    files: Sequence[Path], tokens: Sequence[str], advance: Callable[[int], object] = lambda conversations: None
) -> Check:
    """No content of any file holds a control-token string.

    Args:
        tokens: the tokenizer's own, beside the well-known ones.
        advance: told the number of conversations as they are read.

    Raises:
        UserError: a line is not a conversation.
    """
    first = _first_characters(tokens)
    examples: list[Json] = []
    count = read = 0
    for file in files:
        for conversation in read_conversations(file):
            read += 1
            advance(1)
            if found := [token for m in conversation.messages for token in _found(m["content"], first, tokens)]:
                count += 1
                if len(examples) < _EXAMPLES:
                    examples.append({"file": str(file), "id": conversation.id, "token": found[0][:_SHOWN]})
    if count:
        example = examples[0]
        detail = f"{count:,} of {read:,} conversations hold one: {example['token']} in {example['id']}"
        return Check(NAME, "breach", detail, {"conversations": count, "examples": examples})
    return Check(NAME, "ok", f"none in {read:,} conversations")


def _first_characters(tokens: Sequence[str]) -> frozenset[str]:
    """One of these stands in every text that holds a control token: most texts have none, and are passed over fast."""
    return frozenset(token[0] for token in (*tokens, *CONTROL_TOKENS) if token)


def _found(text: str, first: frozenset[str], tokens: Sequence[str]) -> list[str]:
    return find(text, tokens) if any(character in text for character in first) else []
