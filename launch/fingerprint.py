"""Which stages of a launch need not run again: those that succeeded with the same command and the same inputs.

python -m launch.fingerprint < question.json > answer.json      # the same question, asked on another machine
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from launch.records import done_file
from launch.stage import Stage
from lexatron.stage import code_digest, digest, file_digest

MARKERS = ("stage.json", "manifest.json")
"""Files that hold the fingerprint of a folder that a stage of ours has made."""
WHOLE_BYTES = 64 * 2**20
"""Files up to here are read; of larger ones size and time are taken."""
CODE = {"data": "data_prep", "convert": "recipes.convert", "evaluate": "evaluation", "report": "evaluation.report"}
"""The code that a change of makes a stage run again; a finished training stands, whatever the code."""
WITHOUT = ("--fresh",)


@dataclass(frozen=True)
class Answer:
    """Of one stage.

    Attributes:
        fingerprint: of its command, its inputs, its code, and of the stages that it waits for.
        done: it succeeded with this fingerprint, what it made is there, and so it is with the stages before it.
    """

    fingerprint: str
    done: bool


def answers(folder: Path, stages: Sequence[Stage], workdir: Path) -> dict[str, Answer]:
    """The fingerprint of each stage of a launch, and whether it is done.

    Args:
        folder: of the launch.
        stages: those that others wait for come first.
        workdir: where relative paths are.
    """
    found: dict[str, Answer] = {}
    for stage in stages:
        before = [found[name] for name in stage.after]
        fingerprint = digest(
            {
                "arguments": [argument for argument in stage.arguments if argument not in WITHOUT],
                "inputs": {path: _content(workdir / path) for path in stage.inputs},
                "code": code_digest(CODE[stage.kind]) if stage.kind in CODE else None,
                "before": [answer.fingerprint for answer in before],
            }
        )
        file = workdir / done_file(folder, stage.name)
        done = (
            all(answer.done for answer in before)
            and file.is_file()
            and file.read_text("utf-8").strip() == fingerprint
            and all((workdir / output).exists() for output in stage.outputs)
        )
        found[stage.name] = Answer(fingerprint, done)
    return found


def _content(path: Path) -> Any:
    """What tells the content of a file or folder from another's."""
    if path.is_file():
        return _file(path)
    markers = [path / name for name in MARKERS if (path / name).is_file()]
    if markers:
        return [_file(marker) for marker in markers]
    return [(str(file.relative_to(path)), *_times(file)) for file in _files(path)]


def _files(folder: Path) -> Iterable[Path]:
    return sorted(Path(root) / name for root, _, names in os.walk(folder) for name in names)


def _file(path: Path) -> Any:
    return file_digest(path) if path.stat().st_size <= WHOLE_BYTES else _times(path)


def _times(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def question(folder: Path, stages: Sequence[Stage], workdir: Path) -> str:
    """What `python -m launch.fingerprint` reads on another machine."""
    return json.dumps({"folder": str(folder), "workdir": str(workdir), "stages": [asdict(stage) for stage in stages]})


def answer_of(text: str) -> dict[str, Answer]:
    """What it wrote."""
    return {name: Answer(**answer) for name, answer in json.loads(text).items()}


def main() -> None:
    """Answer the question on standard input."""
    asked = json.load(sys.stdin)
    stages = [_stage(values) for values in asked["stages"]]
    found = answers(Path(asked["folder"]), stages, Path(asked["workdir"]))
    json.dump({name: asdict(answer) for name, answer in found.items()}, sys.stdout)


def _stage(values: dict[str, Any]) -> Stage:
    lists = ("arguments", "after", "inputs", "outputs")
    return Stage(**{**values, **{name: tuple(values[name]) for name in lists}})


if __name__ == "__main__":
    main()
