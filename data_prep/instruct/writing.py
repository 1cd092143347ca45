"""Chosen questions to files: pairs are made where their facts lie, then put into their places.

The output is chat lines (`training.jsonl`, `validation.jsonl`, `test.jsonl`) and the same pairs as plain instruction
and response, in shards (`plain/training-00000.jsonl`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from data_prep.instruct.choice import FILES, selected_of
from data_prep.instruct.eurlex_qa import answer_chars, make_pair
from data_prep.instruct.facts import Fact, with_labels
from data_prep.instruct.index import Labels
from data_prep.instruct.selection import Rows, question_hash
from data_prep.instruct.spool import Spool

PAIRS, PLACES = "pairs.jsonl", "places.npy"
PLAIN_FOLDER = "plain"
PLAIN_SHARD = 50_000  # pairs

PLACE = np.dtype([("file", "u1"), ("position", "<u4"), ("start", "<u8"), ("length", "<u4")])
"""Where a pair belongs, and where its line stands in `pairs.jsonl`."""


@dataclass(frozen=True)
class WriteTask:
    """One spool, whose chosen questions are written.

    Attributes:
        number: of the spool.
        choice, plan: folders of the tasks that chose questions and acts.
        max_answer_chars: None for what each kind's answers may have.
    """

    spool: str
    number: int
    choice: str
    plan: str
    max_answer_chars: int | None


def write_pairs(task: WriteTask, folder: Path) -> dict[str, Any]:
    """Write the pairs of one spool, and where they belong."""
    selected = selected_of(Path(task.choice), task.number)
    write_lines(folder, selected, _lines(task, selected))
    return {"pairs": len(selected)}


def write_lines(folder: Path, selected: Rows, lines: Iterable[bytes]) -> None:
    """Write lines, one for each of the selected, and where they belong."""
    places = np.zeros(len(selected), PLACE)
    places["file"], places["position"] = selected["file"], selected["position"]
    start = 0
    with open(folder / PAIRS, "wb") as out:
        for place, line in zip(places, lines, strict=True):
            place["start"], place["length"] = start, len(line)
            start += out.write(line)
    np.save(folder / PLACES, places)


def _lines(task: WriteTask, selected: Rows) -> Iterator[bytes]:
    if not len(selected):
        return
    spool, labels = Spool(Path(task.spool)), Labels(Path(task.plan))
    groups, rows = spool.groups, spool.rows
    numbers = np.unique(selected["fact"])
    facts = dict(zip(numbers.tolist(), spool.facts(numbers.tolist()), strict=True))
    for asked in selected:
        fact = _labelled(facts[int(asked["fact"])], labels)
        wordings = groups[rows[asked["fact"]]["heldout" if asked["heldout"] else "training"]]
        wording = wordings[asked["wording"]]
        room = task.max_answer_chars or answer_chars(fact, wording)
        pair = make_pair(fact, wording, seen=bool(asked["seen"]), max_answer_chars=room)
        yield orjson.dumps(pair.to_json(), option=orjson.OPT_APPEND_NEWLINE)


def _labelled(fact: Fact, labels: Labels) -> Fact:
    missing = [cited.work for cited in fact.also if not cited.label]
    return with_labels(fact, labels.of(missing, fact.source.language)) if missing else fact


def assemble(parts: Sequence[Path], out: Path, files: Sequence[str] = FILES) -> int:
    """Put the pairs of all tasks into the files of the output; how many were left out.

    Left out is a pair whose question stands in the output already, word by word: the test set comes first, then
    validation. Ambiguous questions are not chosen, so this is for what they could not show.
    """
    (out / PLAIN_FOLDER).mkdir(exist_ok=True)
    repeated, asked = 0, set[int]()
    with Placed(parts) as placed:
        for name in reversed(files):
            number = FILES.index(name)
            repeated += placed.size(number) - _write_both(placed.lines(number), out, name, asked)
    return repeated


class Placed:
    """The lines of many tasks, in the order of their places; a context, as their files are open."""

    def __init__(self, parts: Sequence[Path]):
        self._parts = parts
        places = [np.load(part / PLACES) for part in parts]
        self._task = np.repeat(np.arange(len(parts)), [len(found) for found in places])
        self._places = np.concatenate(places)

    def __enter__(self) -> Placed:
        self._stack = ExitStack()
        self._sources = [self._stack.enter_context((part / PAIRS).open("rb")) for part in self._parts]
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def size(self, file: int) -> int:
        """How many lines belong into a file."""
        return int((self._places["file"] == file).sum())

    def lines(self, file: int) -> Iterator[bytes]:
        """The lines that belong into a file, in order."""
        there = np.flatnonzero(self._places["file"] == file)
        for index in there[np.argsort(self._places["position"][there], kind="stable")].tolist():
            source, place = self._sources[self._task[index]], self._places[index]
            source.seek(int(place["start"]))
            yield source.read(int(place["length"]))


def _write_both(lines: Iterator[bytes], out: Path, name: str, asked: set[int]) -> int:
    """Write a file of chat lines and its shards of plain ones; the number of lines. `asked` grows by the questions."""
    number = 0
    with open(out / f"{name}.jsonl", "wb") as chat, ExitStack() as stack:
        for line in lines:
            record = orjson.loads(line)
            question = question_hash(record["messages"][0]["content"])
            if question in asked:
                continue
            asked.add(question)
            if number % PLAIN_SHARD == 0:
                stack.close()
                path = out / PLAIN_FOLDER / f"{name}-{number // PLAIN_SHARD:05}.jsonl"
                plain = stack.enter_context(open(path, "wb"))
            chat.write(line)
            plain.write(orjson.dumps(_plain(record), option=orjson.OPT_APPEND_NEWLINE))
            number += 1
    return number


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """A chat record as instruction and response, with all else as metadata."""
    user, assistant = record.pop("messages")
    return {"instruction": user["content"], "response": assistant["content"], "metadata": record}
