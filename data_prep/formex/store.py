"""Acts on disk: `acts-00000.jsonl.zst`, `acts-00001.jsonl.zst` ... beside `rejects.jsonl` and `stats.json`.

Shards are cut by the size of their JSON, so that the same acts in the same order always give the same bytes.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import orjson
import zstandard

from data_prep.formex.acts import Act, Reject, from_json, to_json
from lexatron.atomic import write_bytes
from lexatron.errors import UserError

SHARD_BYTES = 64 << 20  # of JSON before compression
REJECTS = "rejects.jsonl"
STATS = "stats.json"
INPUTS = "inputs.json"  # the paths that the acts were read from, for the audit
_LEVEL = 3


class ShardWriter:
    """Writes the JSON lines of one shard; call `close`, which flushes it to the disk, or `abandon`."""

    def __init__(self, path: Path):
        self.path = path
        self.size = 0  # bytes of JSON so far
        self._file = path.open("wb")
        self._out = zstandard.ZstdCompressor(level=_LEVEL).stream_writer(self._file, closefd=False)

    def write(self, lines: Iterable[bytes]) -> None:
        """Append acts' JSON lines, given without their line feeds."""
        for line in lines:
            self._out.write(line + b"\n")
            self.size += len(line) + 1

    def close(self) -> None:
        """End the shard and put it on the disk."""
        self._out.flush(zstandard.FLUSH_FRAME)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Delete what has been written: a shard is whole or not there."""
        self.path.unlink(missing_ok=True)
        with suppress(OSError):  # the disk may be full
            self._file.close()


def shard_name(number: int) -> str:
    """`acts-00000.jsonl.zst`."""
    return f"acts-{number:05}.jsonl.zst"


def write_acts(folder: str | Path, acts: Iterable[Act], shard_bytes: int = SHARD_BYTES) -> int:
    """Write acts as shards into an existing folder; the number of shards.

    It adds no marker and replaces no folder: a stage that must survive a kill writes inside
    `lexatron.atomic.atomic_folder`.
    """
    shards, writer = 0, None
    for act in acts:
        if writer is None:
            writer, shards = ShardWriter(Path(folder) / shard_name(shards)), shards + 1
        writer.write([to_json(act)])
        if writer.size >= shard_bytes:
            writer.close()
            writer = None
    if writer is not None:
        writer.close()
    return shards


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
        yield from shard_lines(path)


def shard_lines(path: Path) -> Iterator[bytes]:
    """The JSON lines of one shard.

    Raises:
        UserError: it is damaged.
    """
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
    for path in shard_paths(folder):
        yield from shard_acts(path)


def shard_acts(path: Path) -> Iterator[Act]:
    """The acts of one shard, one in memory at a time.

    Raises:
        UserError: it is damaged.
    """
    for number, line in enumerate(shard_lines(path), 1):
        try:
            yield from_json(line)
        except (ValueError, TypeError, KeyError) as error:
            raise UserError(
                f"act {number} cannot be read ({error})", where=path, remedy="run `lexatron data formex` again"
            ) from error


def write_rejects(folder: Path, rejects: Iterable[Reject]) -> None:
    """Write `rejects.jsonl`: file, place and reason of each."""
    lines = [orjson.dumps(asdict(reject)) + b"\n" for reject in rejects]
    write_bytes(folder / REJECTS, b"".join(lines))


def read_rejects(folder: str | Path) -> list[Reject]:
    """The rejects of a folder of acts."""
    return [Reject(**orjson.loads(line)) for line in (Path(folder) / REJECTS).read_bytes().splitlines()]
