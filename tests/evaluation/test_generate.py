"""Greedy answers do not depend on the batch, and equal what token-by-token decoding gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from evaluation.generate import encode_prompt, generate
from evaluation.models import LoadedModel, load_model


@pytest.fixture(scope="module")
def loaded(trained_dir: Path) -> LoadedModel:
    return load_model(trained_dir)


@pytest.fixture(scope="module")
def prompts(questions: list[dict[str, Any]]) -> list[str]:
    return [q["messages"][0]["content"] * (1 + n % 3) for n, q in enumerate(questions)]


def test_answers_do_not_depend_on_the_batch_size(loaded: LoadedModel, prompts: list[str]) -> None:
    alone, _ = generate(loaded, prompts, max_new_tokens=40, batch_size=1)
    for batch_size in (2, 5, 64):
        together, _ = generate(loaded, prompts, max_new_tokens=40, batch_size=batch_size)
        assert together == alone
    assert {answer.finish for answer in alone} == {"stop", "length"}


def test_answers_equal_plain_greedy_decoding(loaded: LoadedModel, prompts: list[str]) -> None:
    answers, speed = generate(loaded, prompts[:6], max_new_tokens=30, batch_size=4)
    for prompt, answer in zip(prompts[:6], answers, strict=True):
        ids = encode_prompt(loaded, prompt)
        new: list[int] = []
        while len(new) < 30 and not (new and new[-1] in loaded.stop_ids):
            with torch.inference_mode():
                new.append(int(loaded.model(torch.tensor([ids + new])).logits[0, -1].argmax()))
        assert answer.num_tokens == len(new)
        assert answer.text == loaded.tokenizer.decode(new, skip_special_tokens=True).strip()
    assert speed.answers == 6


def test_the_model_learnt_to_answer_and_stops_by_itself(loaded: LoadedModel, questions: list[dict[str, Any]]) -> None:
    seen = [q for q in questions if q["seen"]]
    answers, _ = generate(loaded, [q["messages"][0]["content"] for q in seen], max_new_tokens=80, batch_size=8)
    assert [answer.text for answer in answers] == [q["messages"][1]["content"] for q in seen]
    assert {answer.finish for answer in answers} == {"stop"}


def test_a_question_longer_than_the_context_is_left_unanswered(loaded: LoadedModel) -> None:
    answers, speed = generate(loaded, ["word " * 300, "short?"], max_new_tokens=8, batch_size=2)
    assert [answers[0].finish, answers[0].text, answers[0].num_tokens] == ["too_long", "", 0]
    assert answers[1].finish != "too_long"
    assert speed.answers == 1


def test_a_question_longer_than_its_limit_is_left_unanswered(loaded: LoadedModel) -> None:
    prompts = ["one two", "one two three four five six"]
    short, long = (len(encode_prompt(loaded, prompt)) for prompt in prompts)
    for limit, expected in ((short - 1, [True, True]), (short, [False, True]), (long, [False, False])):
        answers, _ = generate(loaded, prompts, max_new_tokens=4, batch_size=2, max_input_tokens=limit)
        assert [answer.finish == "too_long" for answer in answers] == expected


def test_sampling_settings_of_the_model_are_not_followed(loaded: LoadedModel, prompts: list[str]) -> None:
    before, _ = generate(loaded, prompts[:4], max_new_tokens=20, batch_size=4)
    loaded.model.generation_config.update(do_sample=True, temperature=5.0, repetition_penalty=3.0)
    after, _ = generate(loaded, prompts[:4], max_new_tokens=20, batch_size=4)
    assert after == before
