"""The last phase: each task of the first one writes its records into their files, and what was dropped into a list.

A task's folder then holds, for each side, `chat-SIDE.jsonl` and what else is asked for (`finetuning`, `plain`,
`preference`), and `excluded.jsonl` with the reasons of its own steps and of the decisions over all records.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import orjson

from data_prep.curation.config import Output
from data_prep.curation.read import EXCLUDED
from data_prep.curation.record import Record
from data_prep.curation.sides import Codes
from data_prep.curation.table import Records, Table
from data_prep.engine import Phases
from data_prep.split import SPLITS

FILES = {"train": "training", "validation": "validation", "test": "test"}
"""Side -> the name of its file, which is NeMo's."""

_PLAN = np.dtype(
    [
        ("side", "i1"),
        ("reason", "u1"),
        ("other_task", "<i4"),
        ("other_row", "<i4"),
        ("jaccard", "<f4"),
        ("score", "<f4"),
    ]
)


@dataclass(frozen=True)
class Written:
    """What was asked to be written, from the section `output`."""

    finetuning: bool
    plain: bool
    preference: bool
    preferred_answers: bool

    @classmethod
    def of(cls, options: Output) -> Written:
        return cls(options.finetuning, options.shards, options.preference, options.preferred_answers)


@dataclass(frozen=True)
class WriteTask:
    """Records of one task of the first phase.

    Attributes:
        plan: `.npy` of a row a record: side (-1 where it was dropped), reason, and for a duplicate its other.
        number: of the task. `folders`: of all tasks. `reasons`: what the numbers of reasons say.
    """

    plan: str
    number: int
    folders: tuple[str, ...]
    reasons: tuple[str, ...]
    output: Written


def plan_writing(table: Table, side: Codes, phases: Phases, options: Output) -> list[WriteTask]:
    """Write down what becomes of every record; the tasks.

    Args:
        side: `[records]`: -1 for a record that was dropped, else its place in `SPLITS`.
    """
    scratch = phases.scratch("plan")
    plan = np.zeros(len(table.rows), _PLAN)
    plan["side"], plan["reason"], plan["jaccard"] = side, table.reason, table.jaccard
    plan["score"] = table.rows["quality"]
    doubled = table.other >= 0
    plan["other_task"], plan["other_row"] = -1, -1
    plan["other_task"][doubled] = table.task[table.other[doubled]]
    plan["other_row"][doubled] = table.row[table.other[doubled]]
    bounds = np.searchsorted(table.task, np.arange(len(table.folders) + 1))
    tasks = []
    for number in range(len(table.folders)):
        path = scratch / f"{number:05}.npy"
        np.save(path, plan[bounds[number] : bounds[number + 1]])
        tasks.append(
            WriteTask(str(path), number, tuple(map(str, table.folders)), tuple(table.reasons), Written.of(options))
        )
    return tasks


def write(task: WriteTask, folder: Path) -> dict[str, Any]:
    """Write the records of one task; the numbers of lines by kind and side, `chat-training`."""
    records = Records(task.folders)
    lines: Counter[str] = Counter()
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        excluded = stack.enter_context(open(folder / EXCLUDED, "wb"))
        with open(Path(task.folders[task.number]) / EXCLUDED, "rb") as own:
            shutil.copyfileobj(own, excluded)
        for row, planned in enumerate(np.load(task.plan)):
            record = records(task.number, row)
            if planned["side"] < 0:
                line = _exclusion(record, planned, task.reasons, records)
                excluded.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
                continue
            record.quality = round(float(planned["score"]), 2)
            side = FILES[SPLITS[planned["side"]]]
            for kind, content in _forms(record, task.output):
                name = f"{kind}-{side}"
                if name not in files:
                    files[name] = stack.enter_context(open(folder / f"{name}.jsonl", "wb"))
                files[name].write(orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE))
                lines[name] += 1
    records.close()
    return {"lines": dict(lines)}


def _exclusion(record: Record, planned: np.void, reasons: Sequence[str], records: Records) -> dict[str, Any]:
    """Why a record was dropped by a decision over all of them."""
    reason = reasons[planned["reason"] - 1]
    line = {"step": reason.partition(":")[0], "reason": reason, "source": record.source, "id": record.id}
    line["place"] = record.place
    if planned["other_task"] >= 0:
        other = records(int(planned["other_task"]), int(planned["other_row"]))
        kept = {"source": other.source, "id": other.id, "place": other.place}
        return {**line, "kept": kept, "jaccard": round(float(planned["jaccard"]), 4)}
    return line


def _forms(record: Record, output: Written) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every form that a record is written in."""
    if record.rejected is not None and output.preference:
        yield "preference", preference(record)
    if record.rejected is not None and not output.preferred_answers:
        return
    yield "chat", chat(record)
    if output.plain:
        yield "plain", plain(record)
    if output.finetuning and len(record.messages) == 2:
        yield "finetuning", {"input": record.messages[0]["content"], "output": record.answer, "id": record.id}


def metadata(record: Record) -> dict[str, Any]:
    """What is known of a record beside its turns."""
    names = ("source", "language", "domain", "difficulty", "teacher", "quality", "tokens", "place")
    return {name: value for name in names if (value := getattr(record, name)) is not None}


def chat(record: Record) -> dict[str, Any]:
    """The line of a chat data set, as NeMo's ChatDataModule reads it."""
    return {"id": record.id, "messages": record.messages, "metadata": metadata(record)}


def plain(record: Record) -> dict[str, Any]:
    """Instruction and response; earlier turns, where there are any, are `history` in the metadata."""
    *history, asked, answered = record.messages
    about = {"id": record.id, **metadata(record)}
    if history:
        about["history"] = history
    return {"instruction": asked["content"], "response": answered["content"], "metadata": about}


def preference(record: Record) -> dict[str, Any]:
    """The line of a preference set: the turns before the answer, and the two answers as turns."""
    assert record.rejected is not None
    return {
        "id": record.id,
        "prompt": record.prompt,
        "chosen": [record.messages[-1]],
        "rejected": [record.rejected],
        "metadata": metadata(record),
    }
