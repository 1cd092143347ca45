"""What rows and the configuration tell of records beside their turns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data_prep.curation.record import Record
from tests.data_prep.curation.sources.given import read, records, rejects, write_lines

PAIR = {"prompt": "p", "response": "r"}


def only(folder: Path, row: dict[str, Any], **options: Any) -> Record:
    write_lines(folder / "set.jsonl", [row])
    [record] = records(read(folder, **options))
    return record


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        ({"id": "q-1"}, "id", "q-1"),
        ({"id": 7}, "id", "7"),
        ({"prompt_id": "abc"}, "id", "abc"),
        ({"id": None}, "id", "set:1"),
        ({"language": "pt-BR"}, "language", "pt"),
        ({"lang": "English"}, "language", "en"),
        ({"lang": "python"}, "language", None),
        ({"lang": 3}, "language", None),
        ({"category": "open_qa"}, "domain", "open_qa"),
        ({"subject": "Algebra", "level": "Level 5"}, "domain", "Algebra"),
        ({"level": 5}, "difficulty", "5"),
        ({"difficulty": "hard"}, "difficulty", "hard"),
        ({"generator": "some-model"}, "teacher", "some-model"),
        ({"model": {"name": "x"}}, "teacher", None),
        ({"domain": "x" * 200, "category": "law"}, "domain", "law"),
        ({"quality": 8}, "quality", 8.0),
        ({"score": 9.5}, "quality", 9.5),
        ({"score": 0.7}, "quality", None),
        ({"score": 4711}, "quality", None),
        ({"score": True}, "quality", None),
        ({"score": "9"}, "quality", None),
    ],
)
def test_what_rows_tell(tmp_path: Path, more: dict[str, Any], field: str, value: object) -> None:
    assert getattr(only(tmp_path, {**PAIR, **more}), field) == value


def test_lines_that_questions_about_acts_are_written_in(tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    chat = {
        "id": "32016R0679:1",
        "language": "de",
        "kind": "duties",
        "messages": messages,
        "citations": [{"key": "art_1"}],
    }
    plain = {
        "instruction": "q",
        "response": "a",
        "metadata": {"id": "32016R0679:1", "language": "de", "kind": "duties"},
    }
    one, other = only(tmp_path, chat), only(tmp_path, plain)
    assert one == other
    assert (one.id, one.language) == ("32016R0679:1", "de")


def test_metamath_is_mathematics_and_other_queries_are_not(tmp_path: Path) -> None:
    row = {"query": "1 + 1?", "response": "2"}
    assert only(tmp_path, {**row, "type": "GSM_Rephrased"}).domain == "mathematics"
    assert only(tmp_path, row).domain is None


def test_the_configuration_goes_before_the_row(tmp_path: Path) -> None:
    told = {"language": "fr", "domain": "law", "difficulty": "hard", "teacher": "people"}
    record = only(tmp_path, {**PAIR, "language": "en", "category": "x", "level": 1, "model": "m"}, **told)
    assert {name: getattr(record, name) for name in told} == told
    assert record.source == "set"


def test_unusual_names_of_keys(tmp_path: Path) -> None:
    row = {"data": {"frage": "q"}, "antwort": "a", "sprache": "de", "text": "x"}
    fields = {"question": "data.frage", "answer": "antwort", "language": "sprache", "domain": "not.there"}
    record = only(tmp_path, row, fields=fields)
    assert [message["content"] for message in record.messages] == ["q", "a"]
    assert (record.language, record.domain) == ("de", None)


def test_a_key_with_a_dot_is_that_key(tmp_path: Path) -> None:
    assert only(tmp_path, {"a.b": "q", "c": "a"}, fields={"input": "a.b", "output": "c"}).messages[0]["content"] == "q"


def test_rows_that_are_not_to_be_learnt_from(tmp_path: Path) -> None:
    more = [{"images": ["a.png"]}, {"image": "a.png"}, {"images": []}, {"label": False}, {"label": True}, {"label": {}}]
    write_lines(tmp_path / "set.jsonl", [{**PAIR, **one} for one in more])
    found = read(tmp_path)
    assert [one.id for one in found if isinstance(one, Record)] == ["set:3", "set:5", "set:6"]
    assert rejects(found) == [
        ("line 1", "it is about images, sounds or videos"), ("line 2", "it is about images, sounds or videos"),
        ("line 4", "its answer is marked as a bad one"),
    ]  # fmt: skip


def test_rows_of_several_shapes_in_one_file(tmp_path: Path) -> None:
    rows = [PAIR, {"question": "q", "answer": "a"}, {"x": 1}, [1], {"messages": [{"role": "tool", "content": "q"}]}]
    write_lines(tmp_path / "set.jsonl", rows)
    found = read(tmp_path)
    assert [type(one).__name__ for one in found] == ["Record", "Record", "Reject", "Reject", "Reject"]
    assert rejects(found) == [
        ("line 3", "the row is of no known shape"), ("line 4", "not a JSON object"),
        ("line 5", "a turn is a tool's"),
    ]  # fmt: skip
