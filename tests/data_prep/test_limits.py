"""Limits of a dataset: read from its manifest, and suggested from lengths."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.limits import Limits, read_limits, suggest_limits
from lexatron.errors import UserError

TASKS = {
    "default": {"max_input_tokens": 2048, "max_output_tokens": 512},
    "summary": {"max_input_tokens": 8192, "max_output_tokens": 1024},
}


def test_a_manifest_is_read_from_its_folder_and_from_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"tokenizer": None, "tasks": TASKS}), "utf-8")
    expected = {name: Limits(**limits) for name, limits in TASKS.items()}
    assert read_limits(tmp_path) == read_limits(tmp_path / "test.jsonl") == expected
    assert expected["summary"].max_input_tokens == 8192


@pytest.mark.parametrize("content", [None, "{}", "[]", '{"tasks": null}', '{"tasks": {}}'])
def test_no_limits(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, "utf-8")
    assert read_limits(tmp_path) == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ('{"tasks": [1]}', "not an object"),
        ('{"tasks": {"default": 3}}', "tasks.default"),
        ('{"tasks": {"default": {"max_input_tokens": 8}}}', "max_output_tokens"),
        ('{"tasks": {"default": {"max_input_tokens": 0, "max_output_tokens": 8}}}', "max_input_tokens"),
        ('{"tasks": {"default": {"max_input_tokens": "8", "max_output_tokens": 8}}}', "max_input_tokens"),
    ],
)
def test_damage_is_the_users_error(content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(content, "utf-8")
    with pytest.raises(UserError, match=message) as failed:
        read_limits(tmp_path)
    assert "manifest.json" in str(failed.value.where)


@pytest.mark.parametrize(
    ("prompts", "answers", "seq_length", "expected"),
    [
        ([100], [10], 4096, (128, 64)),
        ([128], [65], 4096, (128, 128)),
        ([3000], [100], 2048, (1920, 128)),  # the answer needs little, the prompt gets the rest
        ([100], [3000], 2048, (128, 1920)),
        ([3000], [3000], 2048, (1024, 1024)),
        ([], [], 512, (64, 64)),
        (np.arange(1, 100_001), [1], 1 << 20, (99_904, 64)),  # 99.9 of 100
    ],
)
def test_known_suggestions(prompts: list[int], answers: list[int], seq_length: int, expected: tuple[int, int]) -> None:
    found = suggest_limits(prompts, answers, seq_length)
    assert (found.max_input_tokens, found.max_output_tokens) == expected


LENGTHS = st.lists(st.integers(0, 9000), max_size=30)


@given(LENGTHS, LENGTHS, st.integers(2, 8192))
def test_both_always_fit_into_a_sequence(prompts: list[int], answers: list[int], seq_length: int) -> None:
    found = suggest_limits(prompts, answers, seq_length)
    assert found.max_input_tokens + found.max_output_tokens <= seq_length
