"""Lengths are those of the chat template, grouped by what a line says of itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_prep.chat import ChatTokenizer
from data_prep.lengths.dataset import Conversation, dataset_files, read_conversations, read_or_reject
from data_prep.lengths.measure import MOST_VALUES, NONE, OTHERS, Column, batches, measure, prompt_length
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError
from tests.data_prep.lengths.conversations import row, turns, write_dataset

ROWS = {
    "train": [
        row(1, "may any person lodge a complaint", "without undue delay", source="a", language="en"),
        row(2, "and then?", "the authority", "why?", "any natural person", system="ensure", source="b", language="en"),
    ],
    "test": [{"id": 3, "language": "de", "kind": "scope", "messages": turns("Beschwerde?", "jede Person")}],
}


def test_lengths_are_those_of_transformers(tokenizer_folder: Path, tmp_path: Path) -> None:
    reference = pytest.importorskip("transformers").AutoTokenizer.from_pretrained(tokenizer_folder)
    files = dataset_files(write_dataset(tmp_path, ROWS))
    contents = Tokenizer.load(tokenizer_folder)
    found = measure(
        files, ChatTokenizer.load(tokenizer_folder), ("source", "language", "role", "side", "kind"), contents
    )
    chats = [each["messages"] for rows in ROWS.values() for each in rows]
    asked = [reference.apply_chat_template(chat[:-1], add_generation_prompt=True) for chat in chats]
    assert found.total.tolist() == [len(reference.apply_chat_template(chat)) for chat in chats]
    assert found.prompts.tolist() == list(map(len, asked))
    assert found.sides == {"train": 2, "test": 1}
    total = found.total.tolist()
    by = {name: {value: kept.tolist() for value, kept in groups.items()} for name, groups in found.groups.items()}
    assert by["source"] == {"a": [total[0]], "b": [total[1]], NONE: [total[2]]}
    assert by["language"] == {"en": total[:2], "de": [total[2]]}
    assert by["kind"] == {NONE: total[:2], "scope": [total[2]]}
    assert by["side"] == {"train": total[:2], "test": [total[2]]}
    said = [(m["role"], len(reference.encode(m["content"], add_special_tokens=False))) for chat in chats for m in chat]
    assert by["role"] == {role: [n for other, n in said if other == role] for role in ("user", "assistant", "system")}
    assert (np.array(by["part"]["prompt"]) + by["part"]["answer"]).tolist() == total


def test_the_prompt_ends_where_the_last_answer_begins() -> None:
    class Encoded:
        def __init__(self, mask: list[int]):
            self.input_ids, self.assistant = mask, mask

    assert prompt_length(Encoded([0, 0, 1, 1, 0, 1, 1, 0])) == 5
    assert prompt_length(Encoded([0, 0])) == 2
    assert prompt_length(Encoded([1, 1])) == 0


def test_rare_values_are_one_group() -> None:
    column = Column()
    for number in range(MOST_VALUES + 6):
        column.add(f"v{number}")
        if number < 3:
            column.add("often")
    lengths = np.arange(len(column.codes), dtype=np.int32)
    groups = column.groups(lengths)
    assert next(iter(groups)) == "often"
    assert len(groups) == MOST_VALUES + 1
    assert groups[OTHERS].size == 7
    assert sorted(n for kept in groups.values() for n in kept.tolist()) == lengths.tolist()


def test_a_field_that_no_conversation_has_is_no_group() -> None:
    column = Column()
    column.add(None)
    assert column.groups(np.array([5], dtype=np.int32)) == {}
    assert Column().groups(np.array([], dtype=np.int32)) == {}


def test_batches_are_bounded_by_characters_too() -> None:
    long = Conversation("1", [{"role": "user", "content": "x" * 3_000_000}], {})
    assert [len(batch) for batch in batches([long] * 5)] == [2, 2, 1]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not a conversation"),
        ('{"id": 1}', "no field 'messages'"),
        ('{"messages": []}', "no messages"),
        ('{"messages": [{"role": "robot", "content": "x"}]}', "the role is 'robot'"),
        ('{"messages": [{"role": "user", "content": 3}]}', "not a text but int"),
        ('{"messages": "user"}', "not a conversation"),
    ],
)
def test_a_bad_line_is_named(line: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "training.jsonl"
    file.write_text('{"messages": [{"role": "user", "content": "x"}]}\n\n' + line + "\n", "utf-8")
    with pytest.raises(UserError, match=message) as failed:
        list(read_conversations(file))
    assert failed.value.where == f"{file}:3"
    assert [type(found).__name__ for found in read_or_reject(file)] == ["Conversation", "Reject"]
