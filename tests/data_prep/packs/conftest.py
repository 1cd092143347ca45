"""Datasets of chats, and a tokenizer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from data_prep.chat import ChatTokenizer

Write = Callable[..., Path]

CHATS = [(f"What is article {n}?", "It is " + "a rule on rivers and lakes, " * (n % 9) + f"no {n}.") for n in range(60)]


def messages(chat: tuple[str, ...]) -> list[dict[str, str]]:
    """Turns of the user and the assistant, one after the other."""
    return [{"role": ("user", "assistant")[turn % 2], "content": text} for turn, text in enumerate(chat)]


@pytest.fixture(scope="session")
def chat(tokenizer_folder: Path) -> ChatTokenizer:
    """With the template of `lexatron data tokenizer`."""
    return ChatTokenizer.load(tokenizer_folder)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write(training, validation=None)`: a dataset folder of `[(question, answer, question, answer, ...), ...]`."""

    def dataset(training: list[tuple[str, ...]], validation: list[tuple[str, ...]] | None = None) -> Path:
        folder = tmp_path / "chats"
        folder.mkdir(exist_ok=True)
        for side, chats in (("training", training), ("validation", validation or training[:2])):
            lines = [json.dumps({"messages": messages(chat)}) + "\n" for chat in chats]
            (folder / f"{side}.jsonl").write_text("".join(lines), "utf-8")
        return folder

    return dataset
