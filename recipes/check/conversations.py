"""A sample of the conversations that a fine-tuning learns from, tokenised as NeMo does it, and as evaluation asks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recipes.check.damage import check_chats

SAMPLE = 1000
"""Conversations of a split that are tokenised, evenly spread: half a second's work."""

FILES = {"train": "training.jsonl", "validation": "validation.jsonl", "test": "test.jsonl"}

Chat = list[dict[str, str]]


@dataclass(frozen=True)
class Conversations:
    """A sample of one split.

    Attributes:
        count: conversations of the whole split.
        lengths: tokens that the model reads of each sampled conversation: NeMo puts an end of sequence behind it, and
            the last token is a label only.
        prompts: tokens of each up to where its last answer begins, as evaluation asks for it.
        roles: sequences of roles that occur.
        diverging: sampled conversations whose prompt is not how the training text begins.
        example: one of them, as (prompt, training text); None where there is none.
    """

    count: int
    lengths: tuple[int, ...]
    prompts: tuple[int, ...]
    roles: frozenset[tuple[str, ...]]
    diverging: int
    example: tuple[str, str] | None

    @property
    def answers(self) -> tuple[int, ...]:
        """Tokens of each last answer, its end included."""
        return tuple(length + 1 - prompt for length, prompt in zip(self.lengths, self.prompts, strict=True))


def load_hf_tokenizer(folder: Path) -> Any:
    """The tokenizer that `transformers` makes of a folder."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(str(folder))


def read_splits(dataset: Path, tokenizer: Any) -> dict[str, Conversations]:
    """Samples of training, validation and, where there is one, test; `tokenizer` is that of `transformers`.

    Raises:
        UserError: a file is missing, or a line is not a conversation.
    """
    return {split: sample(file, check_chats(file), tokenizer) for split, file in files(dataset).items()}


def files(dataset: Path) -> dict[str, Path]:
    """Split -> file; a test set is there or not."""
    return {split: dataset / name for split, name in FILES.items() if split != "test" or (dataset / name).is_file()}


def sample(file: Path, count: int, tokenizer: Any) -> Conversations:
    """Tokenise up to `SAMPLE` of the `count` conversations of a file."""
    chats = list(_spread(file, count))
    asked = [chat[:-1] if chat[-1]["role"] == "assistant" else chat for chat in chats]
    texts = tokenizer.apply_chat_template(chats, tokenize=False)
    prompts = tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True)
    text_ids, prompt_ids = _encode(tokenizer, texts), _encode(tokenizer, prompts)
    diverging = [
        number
        for number, (ids, prompt) in enumerate(zip(text_ids, prompt_ids, strict=True))
        if ids[: len(prompt)] != prompt
    ]
    return Conversations(
        count=count,
        lengths=tuple(len(ids) - (ids[-1] == tokenizer.eos_token_id) for ids in text_ids),
        prompts=tuple(len(ids) for ids in prompt_ids),
        roles=frozenset(tuple(message["role"] for message in chat) for chat in chats),
        diverging=len(diverging),
        example=(prompts[diverging[0]], texts[diverging[0]]) if diverging else None,
    )


def _spread(file: Path, count: int) -> Iterable[Chat]:
    """Every n-th conversation, so that a file in an order of its own is sampled as a whole."""
    step = -(-count // SAMPLE)
    with open(file, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % step == 0:
                yield [{"role": m["role"], "content": m["content"]} for m in json.loads(line)["messages"]]


def _encode(tokenizer: Any, texts: list[str]) -> list[list[int]]:
    """The template has written the special tokens, so none is added."""
    ids: list[list[int]] = tokenizer(texts, add_special_tokens=False)["input_ids"]
    return ids
