"""Rows as public sets lay them out, each with the conversation that it is."""

from __future__ import annotations

from typing import Any

import pytest

from data_prep.curation.record import Message
from data_prep.curation.sources.row import NoRecord, NoShape
from data_prep.curation.sources.shapes import SHAPES, shape_of
from data_prep.curation.sources.shapes.talk import Talk

Q, A = "What is a regulation?", "A binding act."
HH = f"\n\nHuman: {Q}\n\nAssistant:"


def talk_of(row: dict[str, Any]) -> Talk:
    [talk] = shape_of(row).read(row)
    return talk


def said(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in talk_of(row).messages]


def human(text: str) -> dict[str, str]:
    return {"from": "human", "value": text}


def gpt(text: str) -> dict[str, str]:
    return {"from": "gpt", "value": text}


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def assistant(content: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


@pytest.mark.parametrize(
    ("shape", "row"),
    [
        ("own", {"instruction": Q, "response": A, "metadata": {"id": "a", "language": "en"}}),
        ("alpaca", {"instruction": Q, "input": "", "output": A}),
        ("alpaca", {"instruction": Q, "output": A, "text": "Below is an instruction ..."}),
        ("alpaca", {"instruction": Q, "input": "<noinput>", "output": A}),
        ("alpaca", {"instruction": "", "input": Q, "output": A}),
        ("instruction", {"instruction": Q, "context": "", "response": A, "category": "open_qa"}),
        ("query", {"query": Q, "response": A, "type": "MATH_AnsAug", "original_question": Q}),
        ("prompt", {"prompt": Q, "response": A}),
        ("prompt", {"prompt": Q, "completion": A}),
        ("prompt", {"prompt": [user(Q)], "completion": [assistant(A)]}),
        ("question", {"question": Q, "answer": A}),
        ("question", {"question": Q, "answers": [A, "Another one."]}),
        ("question", {"question": Q, "answers": {"text": [A], "answer_start": [0]}}),
        ("question", {"question": Q, "answer": {"value": A, "aliases": []}}),
        ("question", {"id": "niv.1", "system_prompt": "", "question": Q, "response": A}),
        ("problem", {"problem": Q, "solution": A, "level": "Level 5", "type": "Algebra"}),
        ("problem", {"problem": Q, "generated_solution": A}),
        ("input_output", {"input": Q, "output": A}),
        ("input_output", {"input": [user(Q)], "output": A, "category": "chat"}),
        ("conversation", {"messages": [user(Q), assistant(A)]}),
        ("conversation", {"messages": [user([{"type": "text", "text": Q}]), assistant(A)], "prompt": Q}),
        ("conversation", {"conversations": [human(Q), gpt(A)], "id": "x_0"}),
        ("conversation", {"conversations": [{**human(Q), "weight": None}, {**gpt(A), "weight": 0.0, "loss": False}]}),
        ("conversation", {"mask": "User", "conversations": [{"from": "User", "value": Q}, {**gpt(A), "from": "GPT"}]}),
        ("conversation", {"conversations": [Q, A], "source": "lima"}),
        ("conversation", {"id": "0", "data": [Q, A]}),
        ("conversation", {"conversation": [user(Q), assistant(A)], "language": "English"}),
        ("preference", {"prompt": Q, "chosen": A, "rejected": "No idea."}),
        ("preference", {"question": Q, "system": "", "chosen": A, "rejected": "No idea."}),
        ("preference", {"chosen": [user(Q), assistant(A)], "rejected": [user(Q), assistant("No idea.")]}),
        ("preference", {"prompt": Q, "chosen": [user(Q), assistant(A)], "rejected": [user(Q), assistant("No idea.")]}),
        ("preference", {"prompt": [user(Q)], "chosen": [assistant(A)], "rejected": [assistant("No idea.")]}),
        ("preference", {"conversations": [human(Q)], "chosen": gpt(A), "rejected": gpt("No idea.")}),
        ("preference", {"chosen": f"{HH} {A}", "rejected": f"{HH} No idea."}),
        ("preference", {"prompt": HH, "chosen": f" {A}", "rejected": " No idea."}),
        ("preference", {
            "chosen_messages": [user(Q), assistant(A)], "rejected_messages": [user(Q), assistant("No idea.")],
        }),
        ("preference", {
            "input": {"messages": [user(Q)]}, "preferred_output": [assistant(A)],
            "non_preferred_output": [assistant("No idea.")],
        }),
    ],
)  # fmt: skip
def test_one_question_in_every_shape(shape: str, row: dict[str, Any]) -> None:
    assert shape_of(row).name == shape
    assert said(row) == [("user", Q), ("assistant", A)]
    rejected: Message = {"role": "assistant", "content": "No idea."}
    assert talk_of(row).rejected == (rejected if shape == "preference" else None)


def test_every_shape_has_a_row_above() -> None:
    [mark] = [mark for mark in test_one_question_in_every_shape.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
    assert {shape for shape, _ in mark.args[1]} == set(SHAPES) - {"tree", "flat_tree"}


@pytest.mark.parametrize(
    "row",
    [
        {"instruction": "Translate.", "input": "Guten Tag", "output": A},
        {"instruction": "Translate.", "context": "Guten Tag", "response": A},
        {"question": "Translate.", "context": "Guten Tag", "answers": {"text": [A]}},
    ],
)
def test_what_is_asked_about_stands_below_the_question(row: dict[str, Any]) -> None:
    assert said(row) == [("user", "Translate.\n\nGuten Tag"), ("assistant", A)]


@pytest.mark.parametrize(
    "row",
    [
        {"system": "Be brief.", "instruction": Q, "output": A},
        {"system_prompt": "Be brief.", "question": Q, "response": A},
        {"system": "Be brief.", "conversations": [human(Q), gpt(A)]},
        {"conversations": [{"from": "system", "value": "Be brief."}, human(Q), gpt(A)]},
        {"messages": [{"role": "system", "content": "Be brief."}, user(Q), assistant(A)]},
        {"messages": [{"role": "developer", "content": "Be brief."}, user(Q), assistant(A)]},
        {"system": "Be brief.", "question": Q, "chosen": A, "rejected": "No idea."},
    ],
)
def test_the_system_speaks_first(row: dict[str, Any]) -> None:
    assert said(row) == [("system", "Be brief."), ("user", Q), ("assistant", A)]


def test_earlier_pairs_of_alpaca_come_before_the_question() -> None:
    row = {"instruction": Q, "output": A, "history": [["Hello", "Hi"], ["How are you?", "Well."]], "system": "S"}
    assert [content for _, content in said(row)] == ["S", "Hello", "Hi", "How are you?", "Well.", Q, A]
    assert [role for role, _ in said(row)] == ["system", *["user", "assistant"] * 3]


def test_names_of_speakers_in_sharegpt() -> None:
    turns = [
        ("user", "chatgpt"), ("human", "bing"), ("User", "bard"), ("prompter", "assistant"), ("human", "model"),
    ]  # fmt: skip
    row = {"conversations": [{"from": name, "value": name} for pair in turns for name in pair]}
    assert [role for role, _ in said(row)] == ["user", "assistant"] * 5


@pytest.mark.parametrize(
    "turns",
    [
        [user(Q)], [assistant(A)], [user(Q), user(Q), assistant(A)], [user(Q), assistant("")],
        [assistant("More:"), user(Q), assistant(A), user("And a directive?")],
        [user(Q), assistant(A), {"role": "system", "content": "x"}, user(Q), assistant(A)],
    ],
)  # fmt: skip
def test_who_speaks_when_is_left_to_the_step_that_looks_at_turns(turns: list[dict[str, str]]) -> None:
    talk = talk_of({"messages": turns})
    assert talk.messages == turns
    assert talk.changed == []


def test_what_the_system_says_first_is_one_turn() -> None:
    system = {"role": "system", "content": "Be brief."}
    talk = talk_of({"system": "Cite.", "messages": [system, user(Q), assistant(A)]})
    assert talk.messages[0] == {"role": "system", "content": "Cite.\n\nBe brief."}


def test_parts_of_text_are_lines() -> None:
    parts = [{"type": "text", "text": "one"}, {"type": "text", "value": "two"}]
    assert said({"messages": [user(parts), assistant(A)]}) == [("user", "one\ntwo"), ("assistant", A)]


def test_a_transcript_of_several_turns() -> None:
    start = f"\n\nHuman: {Q}\n\nAssistant: {A}\n\nHuman: Sure?\n\nIn all states?\n\nAssistant: "
    talk = talk_of({"chosen": f"{start}Yes.", "rejected": f"{start}No."})
    assert [message["content"] for message in talk.messages] == [Q, A, "Sure?\n\nIn all states?", "Yes."]
    assert talk.rejected == {"role": "assistant", "content": "No."}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"instruction": Q, "output": ""}, "the output is empty"),
        ({"instruction": " \n", "output": A}, "the instruction is empty"),
        ({"instruction": Q, "output": 7}, "the output is not a text"),
        ({"instruction": Q, "input": ["x"], "output": A}, "the input is not a text"),
        ({"instruction": Q, "output": A, "history": [["a"]]}, "the history is not a list of pairs"),
        ({"question": Q, "answers": {"text": []}}, "the answers is empty"),
        ({"question": Q, "choices": ["a", "b"], "answer": 1}, "the answer is not a text"),
        ({"messages": []}, "the conversation is not a list of turns"),
        ({"messages": [{"role": "system", "content": "x"}]}, "a conversation without turns"),
        ({"chosen": [user(Q), user(Q), assistant(A)], "rejected": [user(Q), user(Q), assistant("No.")]},
         "two turns of the user in a row"),
        ({"chosen": [user(Q), assistant("")], "rejected": [user(Q), assistant("No.")]},
         "turn of the assistant is empty"),
        ({"messages": [user(Q), assistant(None)]}, "the content of a turn is not a text"),
        ({"messages": [user(Q), {**assistant(None), "tool_calls": [{}]}]}, "a turn calls a tool"),
        ({"messages": [user(Q), {"role": "tool", "content": "x"}, assistant(A)]}, "a turn is a tool's"),
        ({"messages": [user(Q), {"role": "critic", "content": "x"}]}, "a turn is of no known role"),
        ({"messages": [user([{"type": "image_url", "image_url": {"url": "x"}}]), assistant(A)]},
         "a part of a turn is not a text"),
        ({"messages": [user(Q), "x"]}, "a turn is not an object"),
        ({"conversations": [human(Q), {"from": "function_call", "value": "{}"}]}, "a turn is a tool's"),
        ({"conversations": [human(Q), gpt(A)], "tools": "[{}]"}, "tools are offered"),
        ({"prompt": Q, "chosen": A, "rejected": A}, "the two answers are the same"),
        ({"prompt": Q, "chosen": A, "rejected": ""}, "the rejected answer is empty"),
        ({"prompt": Q, "chosen": 7, "rejected": A}, "the chosen answer is not a list of turns"),
        ({"chosen": A, "rejected": "No."}, "no question with an answer"),
        ({"chosen": [user(Q), assistant(A)], "rejected": [user("Other?"), assistant(A)]},
         "the two answers are not to the same prompt"),
        ({"chosen": [user(Q), assistant(A), user(Q)], "rejected": [user(Q), assistant("No.")]},
         "the chosen answer is not the assistant's"),
    ],
)  # fmt: skip
def test_rows_that_give_no_record(row: dict[str, Any], reason: str) -> None:
    with pytest.raises(NoRecord) as caught:
        talk_of(row)
    assert reason in str(caught.value)
    assert not isinstance(caught.value, NoShape)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"text": "x"},
        {"instruction": Q},
        {"instruction": Q, "output": None},
        {"messages": "x"},
        {"data": [{"a": 1}]},
    ],
)
def test_rows_of_no_shape(row: dict[str, Any]) -> None:
    with pytest.raises(NoShape):
        shape_of(row)


def test_columns_that_other_rows_of_a_table_need_do_not_count() -> None:
    names = [
        "metadata", "chosen", "rejected", "messages", "conversations", "output", "input", "context", "history",
        "system", "query", "message_id", "parent_id", "role", "text",
    ]  # fmt: skip
    row = {**dict.fromkeys(names), "instruction": Q, "response": A}
    assert said(row) == [("user", Q), ("assistant", A)]


def test_a_shape_that_is_named_is_the_only_one() -> None:
    row = {"messages": [user(Q), assistant(A)], "problem": "1 + 1", "solution": "2"}
    assert shape_of(row).name == "conversation"
    assert shape_of(row, "problem").name == "problem"
    with pytest.raises(NoShape, match="alpaca"):
        shape_of(row, "alpaca")
