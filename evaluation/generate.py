"""Greedy answers: the chat template applied, prompts of similar length in one batch, padded on the left.

Greedy decoding of a row does not depend on the rows beside it, so the batch size changes the speed and
not the answers (in FP32; lower precisions may break ties differently).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evaluation.models import LoadedModel

Finish = Literal["stop", "length", "too_long"]


@dataclass(frozen=True)
class Answer:
    """What a model wrote.

    Attributes:
        text: without special tokens and blanks at either end.
        num_tokens: tokens written, the one that ended the answer included.
        finish: `stop` ended by itself, `length` ran into the limit, `too_long` never began because question
            and limit together exceed the model's context, or the question the limit of its own; such an answer is
            empty and counts as wrong.
    """

    text: str
    num_tokens: int
    finish: Finish


@dataclass(frozen=True)
class Speed:
    """What answering cost.

    Attributes:
        seconds: in generation alone. `answers`: how many were written.
        latency: mean seconds from a batch's start to its end, which is what one question of it waits.
        tokens_per_second: written tokens over all rows of a batch.
    """

    seconds: float
    answers: int
    latency: float
    tokens_per_second: float
    batch_size: int
    device: str


def generate(
    loaded: LoadedModel,
    prompts: Sequence[str],
    *,
    max_new_tokens: int,
    batch_size: int,
    max_input_tokens: int | None = None,
    advance: Callable[[int], None] = lambda answers: None,
) -> tuple[list[Answer], Speed]:
    """Answer each prompt greedily, as a single user turn.

    Args:
        max_input_tokens: a longer prompt, template included, is `too_long`; None leaves that to the model's context.
        advance: told the number of answers after each batch.

    Returns:
        The answers in the order of the prompts, and what they cost.
    """
    rows = [encode_prompt(loaded, prompt) for prompt in prompts]
    answers = [Answer("", 0, "too_long")] * len(rows)
    batch_seconds: list[float] = []
    room = min(loaded.context - max_new_tokens, max_input_tokens or loaded.context)
    fitting = [number for number, row in enumerate(rows) if len(row) <= room]
    advance(len(rows) - len(fitting))
    for batch in _batches(rows, fitting, batch_size):
        start = time.perf_counter()
        written = _generate_batch(loaded, [rows[number] for number in batch], max_new_tokens)
        batch_seconds.append(time.perf_counter() - start)
        for number, ids in zip(batch, written, strict=True):
            answers[number] = _answer(loaded, ids)
        advance(len(batch))
    return answers, _speed(answers, len(fitting), batch_seconds, batch_size, str(loaded.model.device))


def encode_prompt(loaded: LoadedModel, prompt: str) -> list[int]:
    """Token ids of a user's question up to where the assistant begins to answer."""
    ids: list[int] = loaded.tokenizer.apply_chat_template(
        [{"role": "user", "content": prompt}], add_generation_prompt=True, tokenize=True
    )
    return ids


def _batches(rows: Sequence[list[int]], numbers: Sequence[int], batch_size: int) -> Iterator[list[int]]:
    """Row numbers in batches of similar length, the longest first so that memory peaks at once."""
    order = sorted(numbers, key=lambda number: (-len(rows[number]), number))
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]


def _generate_batch(loaded: LoadedModel, rows: list[list[int]], max_new_tokens: int) -> list[list[int]]:
    """New token ids of each row, up to and including the first that ends the answer."""
    import torch
    from transformers import GenerationConfig

    width = max(len(row) for row in rows)
    ids = torch.tensor([[loaded.pad_id] * (width - len(row)) + row for row in rows], device=loaded.model.device)
    mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows], device=loaded.model.device)
    settings = GenerationConfig(
        do_sample=False, max_new_tokens=max_new_tokens, eos_token_id=loaded.stop_ids, pad_token_id=loaded.pad_id
    )
    with torch.inference_mode():
        output: Any = loaded.model.generate(
            input_ids=ids, attention_mask=mask, generation_config=settings, use_model_defaults=False
        )
    return [_until_stop(row, loaded.stop_ids) for row in output[:, width:].tolist()]


def _until_stop(ids: list[int], stop_ids: Sequence[int]) -> list[int]:
    end = next((place for place, token in enumerate(ids) if token in stop_ids), len(ids) - 1)
    return ids[: end + 1]


def _answer(loaded: LoadedModel, ids: list[int]) -> Answer:
    text = loaded.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False).strip()
    return Answer(text, len(ids), "stop" if ids[-1] in loaded.stop_ids else "length")


def _speed(answers: Sequence[Answer], count: int, batch_seconds: list[float], batch_size: int, device: str) -> Speed:
    seconds = sum(batch_seconds)
    return Speed(
        seconds=round(seconds, 3),
        answers=count,
        latency=round(seconds / len(batch_seconds), 4) if batch_seconds else 0.0,
        tokens_per_second=round(sum(answer.num_tokens for answer in answers) / seconds, 1) if batch_seconds else 0.0,
        batch_size=batch_size,
        device=device,
    )
