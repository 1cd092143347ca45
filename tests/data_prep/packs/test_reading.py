"""Tokens and loss masks of conversations: answers only, cut where they are too long, damage named by its line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from data_prep.chat import ChatTokenizer, Encoded
from data_prep.packs import Conversation, read_conversations
from data_prep.packs.conversation import to_train_on
from lexatron.errors import UserError
from tests.data_prep.packs.conftest import Write

LONG = ("What does it say?", "the authority shall ensure " * 60)


def in_the_loss(conversation: Conversation, chat: ChatTokenizer) -> str:
    """The text of the tokens that the model is taught to write."""
    ids = conversation.input_ids[1:][conversation.loss_mask[:-1] == 1]
    return "".join(chat.decode_token(token) for token in ids.tolist())


def test_only_the_answers_are_in_the_loss(chat: ChatTokenizer, write: Write) -> None:
    folder = write([("Which article?", "Article 5 of it."), ("One?", "First answer.", "Two?", "Second one.")])
    one, two = read_conversations(folder / "training.jsonl", chat, 256)
    assert in_the_loss(one, chat) == "Article 5 of it.<|eot_id|><|end_of_text|>"
    assert in_the_loss(two, chat) == "First answer.<|eot_id|>Second one.<|eot_id|><|end_of_text|>"
    assert (one.line, two.line, one.truncated) == (1, 2, False)
    assert one.loss_mask[-1] == 0, "nothing comes after the last token"


@pytest.mark.parametrize(("eos_id", "length"), [(9, 2), (2, 1), (0, 1), (None, 1)])
def test_a_sequence_ends_where_nemo_ends_it(eos_id: int | None, length: int) -> None:
    encoded = Encoded(np.array([1, 2], np.int32), np.array([0, 1], np.uint8))
    assert to_train_on(1, encoded, eos_id, 16).length == length


def test_a_long_conversation_loses_its_end_and_no_more(chat: ChatTokenizer, write: Write) -> None:
    file = write([LONG, ("Which?", "That.")]) / "training.jsonl"
    whole, short = read_conversations(file, chat, 4096)
    cut, same = read_conversations(file, chat, 64)
    assert (cut.length, cut.truncated, same.truncated) == (64, True, False)
    assert cut.input_ids.tolist() == whole.input_ids[:65].tolist()
    assert cut.loss_mask[:-1].tolist() == whole.loss_mask[:64].tolist()
    assert same.input_ids.tolist() == short.input_ids.tolist()
    exact = next(read_conversations(file, chat, whole.length))
    assert not exact.truncated


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"messages": 5}', "not a conversation"),
        ("not json", "not a conversation"),
        ("[]", "not a conversation"),
        ('{"text": "no messages"}', "not a conversation"),
        ('{"messages": []}', "without messages"),
        ('{"messages": [{"role": "gpt", "content": "Yes."}]}', "no such role: 'gpt'"),
        ('{"messages": [{"role": "user", "content": null}]}', "without content"),
        ('{"messages": [{"role": "user", "content": "x"}], "tools": [{}]}', "with tools"),
    ],
)
def test_a_damaged_line_is_named(chat: ChatTokenizer, write: Write, line: str, what: str) -> None:
    file = write([("Which?", "That.")]) / "training.jsonl"
    file.write_text(file.read_text() + line + "\n")
    with pytest.raises(UserError, match=rf"training\.jsonl:2: .*{what}"):
        list(read_conversations(file, chat, 64))


def test_sharegpt_is_read_as_nemo_reads_it(chat: ChatTokenizer, tmp_path: Path) -> None:
    turns = [{"from": "User", "value": "Which?"}, {"from": "Assistant", "value": "That."}]
    texts = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Which?"}]
    lines = [
        {"conversations": turns, "system": "Be brief."},
        {"messages": [*texts, {"role": "assistant", "content": "That."}]},
    ]
    (tmp_path / "both.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    one, two = read_conversations(tmp_path / "both.jsonl", chat, 256)
    assert one.input_ids.tolist() == two.input_ids.tolist()


def test_an_empty_file(chat: ChatTokenizer, write: Write) -> None:
    file = write([("Which?", "That.")]) / "training.jsonl"
    file.write_text("")
    with pytest.raises(UserError, match="no conversations"):
        next(read_conversations(file, chat, 64))
