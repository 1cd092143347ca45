"""A phase of a stage: tasks that each write one folder, by whichever process comes to them.

`NAME.phase.json` says what the tasks are: a function and its arguments. Task 12 runs in a folder of its own; when
everything is on the disk, the folder is renamed to `NAME-00012`, with the task's result in `done.json`. So a task is
finished or not there, and two processes that run the same one do not disturb each other.
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import orjson

from data_prep.engine.arguments import find, first_parameter, name_of, rebuild, to_plain
from lexatron.atomic import PREFIX, sync_folder, sync_tree, write_bytes
from lexatron.errors import UserError

A = TypeVar("A")
Result = dict[str, Any]

_DONE = "done.json"
_TAKEN = {errno.ENOTEMPTY, errno.EEXIST}


@dataclass(frozen=True)
class Phase:
    """The tasks of `NAME.phase.json` in a work folder. Called with the number of a task, it runs that task.

    It pickles to two strings, which is what an engine sends with every task. An engine that starts jobs of its own
    instead runs `python -m data_prep.engine.worker FOLDER NAME --part I/N` in them, and then calls it to collect.

    Attributes:
        folder: the work folder.
        name: of the phase.
    """

    folder: Path
    name: str

    def __call__(self, number: int) -> Result:
        """The result of a task, run unless it is finished."""
        if not self.finished(number):
            function, argument = self._task(number)
            with _taking_its_place(self.task_folder(number)) as temporary:
                result = function(argument, temporary)
                (temporary / _DONE).write_bytes(orjson.dumps(result, option=orjson.OPT_SERIALIZE_NUMPY))
        return self.result(number)

    def __len__(self) -> int:
        return len(_read(self.description, self.description.stat().st_mtime_ns)["arguments"])

    @property
    def description(self) -> Path:
        """`NAME.phase.json`."""
        return self.folder / f"{self.name}.phase.json"

    def task_folder(self, number: int) -> Path:
        """`NAME-00012`, which is there once the task is finished."""
        return self.folder / f"{self.name}-{number:05}"

    def finished(self, number: int) -> bool:
        """Whether a task has been run."""
        return self.task_folder(number).is_dir()

    def result(self, number: int) -> Result:
        """What a finished task returned."""
        result: Result = orjson.loads((self.task_folder(number) / _DONE).read_bytes())
        return result

    def missing(self) -> list[int]:
        """The numbers of the tasks that are not finished, by one look at the folder."""
        there = {entry.name for entry in os.scandir(self.folder)}
        return [number for number in range(len(self)) if self.task_folder(number).name not in there]

    def describe(self, function: Callable[[A, Path], Result], arguments: Sequence[A]) -> None:
        """Write what the tasks are.

        Raises:
            TypeError: the function is not one of a module, or an argument does not survive JSON.
        """
        write_bytes(self.description, _description(function, arguments))

    def was_described_as(self, function: Callable[[A, Path], Result], arguments: Sequence[A]) -> bool:
        """Whether the description that is there is of these very tasks."""
        return self.description.read_bytes() == _description(function, arguments)

    def _task(self, number: int) -> tuple[Callable[[Any, Path], Result], Any]:
        described = _read(self.description, self.description.stat().st_mtime_ns)
        function = find(described["function"])
        return function, rebuild(first_parameter(function), described["arguments"][number])


def _description(function: Callable[[A, Path], Result], arguments: Sequence[A]) -> bytes:
    hint = first_parameter(function)
    plain = [to_plain(argument) for argument in arguments]
    for argument, value in zip(arguments, plain, strict=True):
        if rebuild(hint, value) != argument:
            raise TypeError(f"{argument!r} is not of plain fields of the type {hint}")
    return orjson.dumps({"function": name_of(function), "arguments": plain}, option=orjson.OPT_INDENT_2)


@lru_cache(maxsize=4)
def _read(description: Path, changed_ns: int) -> dict[str, Any]:
    """The content of a description as it was at a time; a process that runs many tasks of it reads it once."""
    try:
        described: dict[str, Any] = orjson.loads(description.read_bytes())
    except ValueError as error:
        raise UserError(
            f"the description of a phase is damaged ({error})", where=description, remedy="delete its folder"
        ) from error
    return described


@contextmanager
def _taking_its_place(folder: Path) -> Iterator[Path]:
    """A fresh folder that becomes `folder` once it is on the disk, unless another process was faster."""
    temporary = folder.with_name(f"{PREFIX}{folder.name}-{uuid.uuid4().hex[:12]}")
    temporary.mkdir()
    try:
        yield temporary
        sync_tree(temporary)
        os.rename(temporary, folder)
        sync_folder(folder.parent)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        if error.errno not in _TAKEN or not (folder / _DONE).exists():
            raise
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
