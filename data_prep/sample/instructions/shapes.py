"""Records to rows, with the keys that the public sets have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from data_prep.curation.record import Record

Row = dict[str, Any]
_SPEAKERS = {"user": "human", "assistant": "gpt", "system": "system"}
_CATEGORIES = ("open_qa", "brainstorming", "creative_writing", "information_extraction")


def _question(record: Record) -> str:
    return record.messages[-2]["content"]


def _halves(record: Record, plain: bool) -> tuple[str, str]:
    """The prompt and what it is about, which most have not."""
    about = "" if plain or _digit(record) % 3 else record.answer.partition(". ")[0].rstrip(".") + "."
    return _question(record), about


def _digit(record: Record) -> int:
    return int(record.id[-1])


def alpaca(record: Record, plain: bool) -> list[Row]:
    """Stanford Alpaca."""
    instruction, given = _halves(record, plain)
    return [{"instruction": instruction, "input": given, "output": record.answer}]


def sharegpt(record: Record, plain: bool) -> list[Row]:
    """ShareGPT."""
    said = [{"from": _SPEAKERS[message["role"]], "value": message["content"]} for message in record.messages]
    return [{"id": record.id, "conversations": said}]


def messages(record: Record, plain: bool) -> list[Row]:
    """OpenAI's messages."""
    return [{"id": record.id, "messages": record.messages}]


def parquet(record: Record, plain: bool) -> list[Row]:
    """UltraChat."""
    prompt = next((message["content"] for message in record.messages if message["role"] == "user"), "")
    return [{"prompt": prompt, "prompt_id": record.id, "messages": record.messages}]


def _tree_messages(record: Record) -> Iterable[Row]:
    """The messages of a tree from the first one on; the last has the record's id."""
    said = [message for message in record.messages if message["role"] != "system"]
    names = [*(f"{record.id}-{number}" for number in range(len(said) - 1)), record.id]
    for number, message in enumerate(said):
        asked = message["role"] == "user"
        yield {
            "message_id": names[number],
            "parent_id": names[number - 1] if number else None,
            "text": message["content"],
            "role": "prompter" if asked else "assistant",
            "lang": record.language,
            "rank": None if asked else 0,
            "deleted": False,
            "synthetic": False,
        }


def _worse(record: Record, row: Row) -> Row:
    """A shorter answer to the same question, ranked behind it."""
    text = record.answer.partition(". ")[0].rstrip(".") + "."
    return {**row, "message_id": f"{row['message_id']}-worse", "text": text, "rank": 1}


def oasst_tree(record: Record, plain: bool) -> list[Row]:
    """OpenAssistant's trees, a tree a row."""
    rows = list(_tree_messages(record))
    last = {**rows[-1], "replies": []}
    replies = [last] if _digit(record) % 2 else [{**_worse(record, rows[-1]), "replies": []}, last]
    for row in reversed(rows[:-1]):
        replies = [{**row, "replies": replies}]
    return [{"message_tree_id": f"{record.id}-tree", "tree_state": "ready_for_export", "prompt": replies[0]}]


def oasst_flat(record: Record, plain: bool) -> list[Row]:
    """OpenAssistant's messages, a message a row; the last row is the record's answer."""
    rows = list(_tree_messages(record))
    if not _digit(record) % 2:
        rows.insert(-1, _worse(record, rows[-1]))
    return [{**row, "message_tree_id": f"{record.id}-tree", "tree_state": "ready_for_export"} for row in rows]


def dolly(record: Record, plain: bool) -> list[Row]:
    """Databricks Dolly."""
    instruction, context = _halves(record, plain)
    category = _CATEGORIES[_digit(record) % len(_CATEGORIES)]
    return [{"instruction": instruction, "context": context, "response": record.answer, "category": category}]


def hh(record: Record, plain: bool) -> list[Row]:
    """Anthropic HH-RLHF."""
    speakers = {"user": "Human", "assistant": "Assistant"}
    said = [message for message in record.messages if message["role"] != "system"]
    turns = [f"\n\n{speakers[message['role']]}: {message['content']}" for message in said]
    assert record.rejected is not None
    rejected = [*turns[:-1], f"\n\nAssistant: {record.rejected['content']}"]
    return [{"chosen": "".join(turns), "rejected": "".join(rejected)}]


def metamath(record: Record, plain: bool) -> list[Row]:
    """MetaMathQA."""
    query = _question(record)
    kind = ("GSM_Rephrased", "MATH_AnsAug")[_digit(record) % 2]
    return [{"query": query, "response": record.answer, "type": kind, "original_question": query}]


def prompt_response(record: Record, plain: bool) -> list[Row]:
    """Two columns."""
    return [{"prompt": _question(record), "response": record.answer}]


def preference(record: Record, plain: bool) -> list[Row]:
    """Prompt and two answers."""
    assert record.rejected is not None
    row = {"prompt": _question(record), "prompt_id": record.id, "chosen": record.answer}
    return [{**row, "rejected": record.rejected["content"]}]


def own(record: Record, plain: bool) -> list[Row]:
    """Lexatron's own."""
    metadata = {"language": record.language, "domain": record.domain, "difficulty": record.difficulty}
    return [{"id": record.id, "instruction": _question(record), "response": record.answer, "metadata": metadata}]


SHAPES: Mapping[str, Callable[[Record, bool], list[Row]]] = {
    "alpaca": alpaca,
    "sharegpt": sharegpt,
    "messages": messages,
    "oasst_trees": oasst_tree,
    "oasst_flat": oasst_flat,
    "dolly": dolly,
    "hh": hh,
    "metamath": metamath,
    "prompt_response": prompt_response,
    "preference": preference,
    "parquet": parquet,
    "own": own,
    "test_set": messages,
}
"""Name of a source -> its rows for a record; `plain` keeps the prompt in one piece."""
