"""What counts as the JSON object asked for, and that no reply takes long to read."""

from __future__ import annotations

import time

import pytest

from data_prep.instruct.llm.json_object import json_object

OBJECT = '{"a": 1, "b": "</think>"}'
READ = {"a": 1, "b": "</think>"}


@pytest.mark.parametrize(
    "text",
    [
        OBJECT,
        f" \n{OBJECT}\n ",
        f"```json\n{OBJECT}\n```",
        f"```\n\n{OBJECT}```\n",
        f"<think>\n{{}}\n</think>\n\n{OBJECT}",
        f"It has no opening mark.\n</think>\n```json\n{OBJECT}\n```",
    ],
)
def test_read(text: str) -> None:
    assert json_object(text, ("a", "b")) == READ


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", '{"a": 1}', '{"a": 1, "b": 2, "c": 3}', f"Sure: {OBJECT}", f"{OBJECT} Done.", OBJECT[:-1],
     f"```json\n{OBJECT}", f"```python\n{OBJECT}\n```", f"<think>{OBJECT}"],
)  # fmt: skip
def test_anything_else_is_none(text: str) -> None:
    assert json_object(text, ("a", "b")) is None


@pytest.mark.parametrize("text", ["```json" + "\n" * 200_000, "<think>" * 100_000, "```" * 200_000, "[" * 200_000])
def test_no_reply_takes_long(text: str) -> None:
    start = time.perf_counter()
    assert json_object(text, ("a", "b")) is None
    assert time.perf_counter() - start < 1
