"""Streams the conversations of a dataset folder: `training.jsonl`, `validation.jsonl` and `test.jsonl`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from data_prep.curation.record import Message, Record, Side
from data_prep.formex.acts import Reject
from data_prep.general.unpacking import bounded_lines, open_stream
from lexatron.errors import UserError

FILES: dict[Side, str] = {"train": "training.jsonl", "validation": "validation.jsonl", "test": "test.jsonl"}

REMEDY = "give a folder of lexatron data instruct or lexatron data qa"

_ROLES = ("system", "user", "assistant")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One line of a dataset.

    Attributes:
        id: the line's own, else its number.
        messages: one or more; of a test set the answer may be missing.
        row: the whole line, `metadata` and all.
        line: its bytes, without the line feed.
    """

    id: str
    messages: list[Message]
    row: dict[str, Any]
    line: bytes = b""

    def field(self, name: str) -> str | None:
        """What `metadata` says, else the line itself, as `lexatron data qa` writes it; None where neither does."""
        metadata = self.row.get("metadata")
        value = metadata.get(name) if isinstance(metadata, dict) else None
        value = self.row.get(name) if value is None else value
        return None if value is None or isinstance(value, list | dict) else str(value)

    def record(self) -> Record:
        """The same as a record of `data_prep.curation`; where the answer is missing, an empty one stands for it."""
        answered = self.messages[-1]["role"] == "assistant"
        empty: list[Message] = [] if answered else [{"role": "assistant", "content": ""}]
        return Record(self.id, [*self.messages, *empty], self.field("source") or "")

    @property
    def prompt(self) -> list[Message]:
        """The turns before the last answer."""
        return self.messages[:-1] if self.messages[-1]["role"] == "assistant" else self.messages


def dataset_files(folder: str | Path) -> dict[Side, Path]:
    """Side -> file, for the sides that are there.

    Raises:
        UserError: there is no such folder, or no side in it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UserError("no such dataset folder", where=folder, remedy=REMEDY)
    found = {side: folder / name for side, name in FILES.items() if (folder / name).is_file()}
    if not found:
        raise UserError(f"no {', '.join(FILES.values())} in this folder", where=folder, remedy=REMEDY)
    return found


def read_conversations(path: str | Path) -> Iterator[Conversation]:
    """The conversations of a file of JSON lines; empty lines are passed over.

    Raises:
        UserError: there is no such file, or a line is not a conversation.
    """
    for found in read_or_reject(path):
        if isinstance(found, Reject):
            raise UserError(found.reason, where=f"{found.file}:{found.place}", remedy="mend or remove this line")
        yield found


def read_or_reject(path: str | Path) -> Iterator[Conversation | Reject]:
    """`read_conversations`, with a reject in the place of each line that is not one; its place is the line's number."""
    if not Path(path).is_file():
        raise UserError("no such file", where=path, remedy=REMEDY)
    with open_stream(path, None) as stream:
        for number, line in enumerate(bounded_lines(stream), 1):
            if line is None:
                yield Reject(str(path), str(number), "the line is longer than 64 MB")
            elif line.strip():
                yield parse_line(line, path, number)


def parse_line(line: bytes, path: str | Path, number: int) -> Conversation | Reject:
    """The conversation of a line, or why it is none; path and number are where it stands."""
    try:
        row = orjson.loads(line.removeprefix(_BYTE_ORDER_MARK))
        messages = [_message(message) for message in row["messages"]]
        if not messages:
            raise ValueError("it has no messages")
    except orjson.JSONDecodeError as error:
        return Reject(str(path), str(number), f"not JSON ({error})")
    except (KeyError, TypeError, ValueError) as error:
        return Reject(str(path), str(number), f"not a conversation ({_said(error)})")
    return Conversation(str(row.get("id") or number), messages, row, line.strip())


def _message(raw: Any) -> Message:
    role, content = raw["role"], raw["content"]
    if role not in _ROLES:
        raise ValueError(f"the role is {role!r}, not {', '.join(_ROLES)}")
    if not isinstance(content, str):
        raise ValueError(f"the content of a message is not a text but {type(content).__name__}")
    return {"role": role, "content": content}


def _said(error: Exception) -> str:
    return f"no field {error.args[0]!r}" if isinstance(error, KeyError) else str(error)
