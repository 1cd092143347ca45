"""Acts on disk: `acts-00000.jsonl.zst`, `acts-00001.jsonl.zst` ... beside `rejects.jsonl` and `stats.json`.

Shards are cut by the size of their JSON, so that the same acts in the same order always give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

import orjson
import zstandard

from data_prep.formex.acts import Act, Reject, from_json, to_json
from lexatron.errors import UserError

SHARD_BYTES = 256 << 20  # of JSON before compression
REJECTS = "rejects.jsonl"
STATS = "stats.json"
_LEVEL = 3


class ActWriter:
    """Writes lines of acts into numbered shards of one folder; a context manager."""

    def __init__(self, folder: Path, shard_bytes: int = SHARD_BYTES):
        self.folder, self.shard_bytes = folder, shard_bytes
        self.shards = 0
        self._written = shard_bytes  # the first line opens the first shard
        self._stack = ExitStack()
        self._out: zstandard.ZstdCompressionWriter | None = None

    def write(self, line: bytes) -> None:
        """Append one act's JSON line, without its line feed."""
        if self._out is None or self._written >= self.shard_bytes:
            self._out = self._open_next()
        self._out.write(line + b"\n")
        self._written += len(line) + 1

    def _open_next(self) -> zstandard.ZstdCompressionWriter:
        self._stack.close()
        path = self.folder / f"acts-{self.shards:05}.jsonl.zst"
        self.shards, self._written = self.shards + 1, 0
        file = self._stack.enter_context(path.open("wb"))
        return self._stack.enter_context(zstandard.ZstdCompressor(level=_LEVEL).stream_writer(file, closefd=False))

    def __enter__(self) -> ActWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, traceback)


def write_acts(folder: str | Path, acts: Iterable[Act], shard_bytes: int = SHARD_BYTES) -> int:
    """Write acts as shards into an existing folder; the number of shards.

    It adds no marker and replaces no folder: a stage that must survive a kill writes inside
    `lexatron.atomic.atomic_folder`.
    """
    with ActWriter(Path(folder), shard_bytes) as writer:
        for act in acts:
            writer.write(to_json(act))
    return writer.shards


def shard_paths(folder: str | Path) -> list[Path]:
    """The shards of a folder of acts, in order.

    Raises:
        UserError: there are none.
    """
    paths = sorted(Path(folder).glob("acts-*.jsonl.zst"))
    if not paths:
        raise UserError("no acts here", where=folder, remedy="make them with `lexatron data formex INPUT -o DIR`")
    return paths


def read_lines(folder: str | Path) -> Iterator[bytes]:
    """The JSON lines of every act, in order, without parsing them.

    Raises:
        UserError: the folder holds no acts, or a shard is damaged.
    """
    for path in shard_paths(folder):
        try:
            with open(path, "rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as packed:
                for line in io.BufferedReader(packed, 1 << 20):
                    yield line.rstrip(b"\n")
        except zstandard.ZstdError as error:
            raise UserError(
                f"the shard is damaged ({error})", where=path, remedy="run `lexatron data formex` again"
            ) from error


def read_acts(folder: str | Path) -> Iterator[Act]:
    """Every act of a folder written by `lexatron data formex`, in order, one in memory at a time.

    Raises:
        UserError: the folder holds no acts, or a shard is damaged.
    """
    for number, line in enumerate(read_lines(folder), 1):
        try:
            yield from_json(line)
        except (ValueError, TypeError, KeyError) as error:
            raise UserError(f"act {number} cannot be read ({error})", where=folder, remedy="run it again") from error


def write_rejects(folder: Path, rejects: Iterable[Reject]) -> None:
    """Write `rejects.jsonl`: file, place and reason of each."""
    lines = [orjson.dumps(asdict(reject)) + b"\n" for reject in rejects]
    (folder / REJECTS).write_bytes(b"".join(lines))


def read_rejects(folder: str | Path) -> list[Reject]:
    """The rejects of a folder of acts."""
    return [Reject(**orjson.loads(line)) for line in (Path(folder) / REJECTS).read_bytes().splitlines()]
