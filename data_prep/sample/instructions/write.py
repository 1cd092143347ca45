"""Writes an invented set: its files, `truth.json` and a configuration to read them with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from data_prep.engine import Engine
from data_prep.sample.instructions.configuration import CONFIGURATION, configuration
from data_prep.sample.instructions.files import Growing, open_growing
from data_prep.sample.instructions.request import BATCH, Request
from data_prep.sample.instructions.rows import Written, write_batch
from data_prep.sample.instructions.sources import TEST

TRUTH = "truth.json"


def write_set(
    request: Request, folder: Path, engine: Engine, progress: Callable[[int], object] = lambda done: None
) -> dict[str, Any]:
    """Write everything into an empty folder.

    Args:
        progress: told the number of records written so far.

    Returns:
        `records`, `test_records`, `rows` and `planted`, how often each kind of fault was.

    Raises:
        UserError: what is asked for cannot be made.
    """
    request.check()
    batches = range(-(-request.records // BATCH))
    records, kinds = Counter[str](), Counter[str]()
    with _Set(folder) as files, open(folder / TRUTH, "wb") as truth:
        truth.write(b'{"request": %s,\n"planted": [' % orjson.dumps(asdict(request)))
        for number, written in enumerate(engine.imap(partial(write_batch, request), batches)):
            for entry in files.add(written):
                truth.write((b",\n" if kinds else b"\n") + orjson.dumps(entry))
                kinds[entry["kind"]] += 1
            records.update(written.records)
            progress(min(request.records, (number + 1) * BATCH))
        rows = {path: file.rows for path, file in sorted(files.open.items())}
        told = {"records": dict(sorted(records.items())), "rows": rows, "counts": dict(sorted(kinds.items()))}
        truth.write(b"\n],\n" + orjson.dumps(told)[1:] + b"\n")
    (folder / CONFIGURATION).write_text(configuration(request), "utf-8")
    tests = records.pop(TEST.name, 0)
    return {"records": records.total(), "test_records": tests, "planted": told["counts"]}


class _Set:
    """The open files of a set, each opened when its first piece comes."""

    def __init__(self, folder: Path):
        self._folder, self._stack = folder, ExitStack()
        self.open: dict[str, Growing] = {}

    def __enter__(self) -> _Set:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def add(self, written: Written) -> Iterator[dict[str, Any]]:
        """Add a batch's pieces; what was planted in it, with the rows' numbers in their files, from 1."""
        for path in written.pieces:
            if path not in self.open:
                self.open[path] = self._stack.enter_context(closing(open_growing(self._folder / path)))
        before = {path: self.open[path].rows + 1 for path in written.pieces}
        for path, piece in written.pieces.items():
            self.open[path].add(piece)
        for entry in written.planted:
            for place in (entry, entry.get("other")):
                if place:
                    place["row"] += before[place["file"]]
            yield entry
