"""Functions that the tests send to workers, and the arguments of their phases."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexatron.errors import UserError


def square(number: int) -> int:
    return number * number


def square_slowly_at_first(number: int) -> int:
    time.sleep(0.3 if number == 0 else 0)
    return number * number


def process_id(number: int) -> int:
    return os.getpid()


def mark_and_wait(task: tuple[str, int]) -> int:
    """Writes a line with the process's number into a folder, then takes a while."""
    folder, number = task
    with Path(folder, str(number)).open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(0.3)
    return number


def die_until(task: tuple[str, int, int]) -> int:
    """Kills its own process as often as it is told to, counted in a file."""
    folder, number, times = task
    path = Path(folder, f"deaths-{number}")
    deaths = len(path.read_text()) if path.exists() else 0
    if deaths < times:
        path.write_text("x" * (deaths + 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def sleep_long(number: int) -> int:
    time.sleep(60)
    return number


class Stubborn(Exception):
    """Cannot be made again from what it pickles to."""

    def __init__(self, one: str, two: str):
        super().__init__(f"{one} and {two}")


def fail(kind: str) -> None:
    if kind == "user":
        raise UserError("the act is empty", where="a.xml", remedy="give another")
    if kind == "stubborn":
        raise Stubborn("this", "that")
    if kind == "result":
        return lambda: None  # type: ignore[return-value]
    if kind == "eof":
        raise EOFError("early")
    raise ValueError(kind)


def environment(name: str) -> str | None:
    return os.environ.get(name)


def writable(item: Any) -> Any:
    """An array, changed in place, then returned."""
    item[0] = 7
    return item


@dataclass(frozen=True)
class Piece:
    """Argument of `write_piece`."""

    seed: int
    kilobytes: int = 64
    names: tuple[str, ...] = ("a", "b")
    pause: float = 0.0


def write_piece(piece: Piece, folder: Path) -> dict[str, Any]:
    """Writes two files that depend on nothing but the argument."""
    for name in piece.names:
        with (folder / name).open("wb") as file:
            for block in range(piece.kilobytes):
                file.write(hashlib.sha256(f"{piece.seed} {name} {block}".encode()).digest() * 32)
                time.sleep(piece.pause / piece.kilobytes / len(piece.names))
    return {"seed": piece.seed, "bytes": piece.kilobytes * 1024 * len(piece.names)}


def fail_at_three(number: int, folder: Path) -> dict[str, Any]:
    (folder / "file").write_text(str(number))
    if number == 3:
        raise UserError("three is not allowed")
    return {"number": number}


def report_and_sleep(folder: str) -> None:
    Path(folder, f"pid-{os.getpid()}").touch()
    time.sleep(60)
