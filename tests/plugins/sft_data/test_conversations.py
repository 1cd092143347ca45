"""Tokens and loss masks of conversations: answers only, cut where they are too long, damage named by its line."""

from __future__ import annotations

from typing import Any

import pytest

from lexatron.errors import UserError
from plugins.sft_data.conversations import Conversation, check_template, read_conversations, tokenizer_fingerprint
from tests.plugins.sft_data.conftest import Write

LONG = ("What does it say?", "the authority shall ensure " * 60)


def in_the_loss(conversation: Conversation, tokenizer: Any) -> str:
    """The text of the tokens that the model is taught to write."""
    ids = conversation.input_ids[1:][conversation.loss_mask[:-1] == 1]
    return tokenizer.tokenizer.decode(ids)


def test_only_the_answers_are_in_the_loss(tokenizer: Any, write: Write) -> None:
    folder = write([("Which article?", "Article 5 of it."), ("One?", "First answer.", "Two?", "Second one.")])
    one, two = read_conversations(folder / "training.jsonl", tokenizer, 256)
    assert in_the_loss(one, tokenizer) == "Article 5 of it.<|eot_id|><|end_of_text|>"
    assert in_the_loss(two, tokenizer) == "First answer.<|eot_id|>Second one.<|eot_id|><|end_of_text|>"
    assert (one.line, two.line, one.truncated) == (1, 2, False)
    assert one.loss_mask[-1] == 0, "nothing comes after the last token"


def test_a_long_conversation_loses_its_end_and_no_more(tokenizer: Any, write: Write) -> None:
    file = write([LONG, ("Which?", "That.")]) / "training.jsonl"
    whole, short = read_conversations(file, tokenizer, 4096)
    cut, same = read_conversations(file, tokenizer, 64)
    assert (cut.length, cut.truncated, same.truncated) == (64, True, False)
    assert cut.input_ids.tolist() == whole.input_ids[:65].tolist()
    assert cut.loss_mask[:-1].tolist() == whole.loss_mask[:64].tolist()
    assert same.input_ids.tolist() == short.input_ids.tolist()
    exact = next(read_conversations(file, tokenizer, whole.length))
    assert not exact.truncated


@pytest.mark.parametrize("line", ['{"messages": 5}', "not json", '{"text": "no messages"}'])
def test_a_damaged_line_is_named(tokenizer: Any, write: Write, line: str) -> None:
    file = write([("Which?", "That.")]) / "training.jsonl"
    file.write_text(file.read_text() + line + "\n")
    with pytest.raises(UserError, match=r"training\.jsonl:2: not a conversation"):
        list(read_conversations(file, tokenizer, 64))


def test_a_file_written_over_is_read_anew(tokenizer: Any, write: Write) -> None:
    """NeMo would take the old file's index of lines."""
    assert len(list(read_conversations(write([LONG] * 3) / "training.jsonl", tokenizer, 64))) == 3
    file = write([("Which?", "That.")] * 5) / "training.jsonl"
    assert len(list(read_conversations(file, tokenizer, 64))) == 5
    assert sorted(path.name for path in file.parent.iterdir()) == ["training.jsonl", "validation.jsonl"]


def test_an_empty_file(tokenizer: Any, write: Write) -> None:
    file = write([("Which?", "That.")]) / "training.jsonl"
    file.write_text("")
    with pytest.raises(UserError, match="no conversations"):
        next(read_conversations(file, tokenizer, 64))


def test_a_template_without_marks_is_refused(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    unmarked = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    for found, sentence in ((unmarked, "does not mark"), (None, "no chat template")):
        monkeypatch.setattr(tokenizer.tokenizer, "chat_template", found)
        with pytest.raises(UserError, match=sentence):
            check_template(tokenizer)


def test_the_fingerprint_is_of_the_template_too_but_not_of_earlier_calls(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tokenizer_fingerprint(tokenizer)
    tokenizer.tokenizer(["a", "a longer text"], padding=True, truncation=True, max_length=4)
    assert tokenizer_fingerprint(tokenizer) == before
    monkeypatch.setattr(tokenizer.tokenizer, "chat_template", tokenizer.tokenizer.chat_template + " ")
    assert tokenizer_fingerprint(tokenizer) != before
