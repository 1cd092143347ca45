"""Trees of replies, nested and flat, against the conversations that a person reads in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data_prep.curation.record import Record
from tests.data_prep.curation.sources.given import read, records, rejects, write_lines

Tree = dict[str, Any]


def message(key: str, *replies: Tree, rank: int | None = None, **more: Any) -> Tree:
    """A message; its key begins with u for the user's and a for an answer."""
    role = "prompter" if key.startswith("u") else "assistant"
    return {
        "message_id": key,
        "text": f"text {key}",
        "role": role,
        "lang": "en",
        "rank": rank,
        "replies": [*replies],
        **more,
    }


FIRST = message(
    "u1",
    message("a1", rank=1),
    message(
        "a0",
        message("u2", message("a2", rank=0)),
        message("u3", message("a3"), message("a4", rank=0)),
        message("u4"),
        rank=0,
    ),
)  # fmt: skip
SECOND = message("u5", message("a5", rank=0, lang="de", model_name="some-model"))
BEST = [["u1", "a0", "u2", "a2"], ["u1", "a0", "u3", "a4"]]
ALL = [*BEST, ["u1", "a0", "u3", "a3"], ["u1", "a1"]]


def flat(tree: str, root: Tree, parent: str | None = None) -> list[dict[str, Any]]:
    own = {key: value for key, value in root.items() if key != "replies"}
    rest = [row for reply in root["replies"] for row in flat(tree, reply, root["message_id"])]
    return [{**own, "parent_id": parent, "message_tree_id": tree}, *rest]


def ways(found: list[Record]) -> list[list[str]]:
    return [[one["content"].removeprefix("text ") for one in record.messages] for record in found]


@pytest.fixture(params=["nested", "bare", "flat"])
def forest(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    trees = [("t1", FIRST), ("t2", SECOND)]
    rows = {
        "nested": [{"message_tree_id": name, "tree_state": "ready", "prompt": tree} for name, tree in trees],
        "bare": [{**tree, "parent_id": None, "message_tree_id": name} for name, tree in trees],
        "flat": [row for name, tree in trees for row in flat(name, tree)],
    }
    write_lines(tmp_path / "oasst.jsonl", rows[request.param])
    return tmp_path


def test_the_best_answers_to_every_question(forest: Path) -> None:
    assert ways(records(read(forest))) == [*BEST, ["u5", "a5"]]


def test_all_answers_to_every_question(forest: Path) -> None:
    found = ways(records(read(forest, paths="all")))
    assert sorted(found) == sorted([*ALL, ["u5", "a5"]])


def test_what_a_tree_tells(forest: Path) -> None:
    *first, last = records(read(forest))
    assert [(record.id, record.group, record.language) for record in first] == [("a2", "t1", "en"), ("a4", "t1", "en")]
    assert (last.id, last.group, last.language, last.teacher) == ("a5", "t2", "de", "some-model")


def test_however_small_its_parts_a_tree_is_whole(forest: Path) -> None:
    assert read(forest, bytes_each=50) == read(forest)


def test_the_row_of_a_flat_conversation_is_that_of_its_answer(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.jsonl", [*flat("t1", SECOND), *flat("t2", message("u6", message("a6")))])
    assert [record.place for record in records(read(tmp_path))] == ["a.jsonl:2", "a.jsonl:4"]


def test_the_rows_of_a_tree_in_any_order(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.jsonl", [*reversed(flat("t1", FIRST)), *flat("t2", SECOND)])
    assert sorted(ways(records(read(tmp_path)))) == sorted([*BEST, ["u5", "a5"]])


def test_flat_trees_beside_other_rows(tmp_path: Path) -> None:
    pair = {"prompt": "p", "response": "r"}
    write_lines(tmp_path / "a.jsonl", [*flat("t2", SECOND), pair, *flat("t3", message("u6", message("a6")))])
    assert [record.id for record in records(read(tmp_path))] == ["a5", "a:3", "a6"]


def test_deleted_messages_are_gone_with_their_replies(tmp_path: Path) -> None:
    gone = message("a0", message("u2", message("a2")), rank=0, deleted=True)
    tree = message("u1", gone, message("a1", rank=1), message("a3", rank=0, review_result=False))
    write_lines(tmp_path / "nested.jsonl", [{"prompt": tree, "message_tree_id": "t"}])
    write_lines(tmp_path / "flat.jsonl", flat("t", tree))
    found = read(tmp_path)
    assert ways(records(found)) == [["u1", "a1"]] * 2


@pytest.mark.parametrize(
    ("rows", "bad"),
    [
        ([*flat("t", SECOND), *flat("t", message("a6"), "u0")], ("line 3", "the message that it replies to")),
        ([*flat("t", SECOND), *flat("t", message("a5"), "u5")], ("line 3", "two messages of a tree with the same id")),
        ([*flat("t", message("u1", message("u2"))), *flat("s", SECOND)], ("line 1", "a tree without an answer")),
        ([*flat("t", SECOND), {**flat("t", message("a6"), "u5")[0], "text": None}], ("line 3", "is not a text")),
        ([*flat("t", SECOND), {**flat("t", message("a6"), "u5")[0], "message_id": 6}], ("line 3", "ids of a message")),
    ],
)  # fmt: skip
def test_bad_rows_of_flat_trees(tmp_path: Path, rows: list[Any], bad: tuple[str, str]) -> None:
    write_lines(tmp_path / "a.jsonl", rows)
    found = read(tmp_path)
    [(place, reason)] = rejects(found)
    assert place == bad[0]
    assert bad[1] in reason
    assert ["u5", "a5"] in ways([one for one in found if isinstance(one, Record)])


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        (message("u1"), "a tree without an answer"),
        (message("u1", deleted=True), "first message was deleted"),
        (message("u1", {**message("a1"), "replies": "none"}), "not a list"),
        (message("u1", *[message(f"a{number}") for number in range(10_001)]), "more than 10,000 messages"),
        ({**message("u1"), "replies": ["x"]}, "not an object"),
    ],
)
def test_bad_nested_trees(tmp_path: Path, prompt: Tree, reason: str) -> None:
    write_lines(tmp_path / "a.jsonl", [{"prompt": prompt}, {"prompt": SECOND}])
    bad, good = read(tmp_path)
    assert (bad.place, reason in bad.reason) == ("line 1", True)
    assert ways([good]) == [["u5", "a5"]]


def test_flat_trees_that_are_too_large_are_given_up_and_the_next_is_read(tmp_path: Path) -> None:
    many = message("u1", *[message(f"a{number}") for number in range(10_001)])
    large = message("u2", *[message(f"a{number}", text="x" * (8 << 20)) for number in range(9)])
    write_lines(
        tmp_path / "a.jsonl",
        [row for name, tree in (("t1", many), ("t2", large), ("t3", SECOND)) for row in flat(name, tree)],
    )
    found = read(tmp_path)
    assert [place for place, _ in rejects(found)] == ["line 1", "line 10003"]
    assert all("more than 10,000 messages or 64 MB" in reason for _, reason in rejects(found))
    assert ways([one for one in found if isinstance(one, Record)]) == [["u5", "a5"]]
