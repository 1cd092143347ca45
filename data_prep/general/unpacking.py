"""Opens plain and compressed files as one stream of bytes that can neither fill memory nor go on for ever."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

import zstandard

from data_prep.general.kinds import MAX_INFLATION, MAX_TEXT_BYTES, Packing

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER = 1 << 20
_PACKED_CHUNK = 1 << 12  # 4 bytes may stand for a block of 128 KiB: a chunk gives 128 MiB at worst


class Damaged(Exception):
    """A file that cannot be read any further; the message says why."""


UNREADABLE = (Damaged, OSError, EOFError, zlib.error, zstandard.ZstdError)
"""What reading a stream of `open_stream` may raise."""


class _Source(Protocol):
    def readinto(self, buffer: WriteableBuffer, /) -> int | None: ...


@contextmanager
def open_stream(path: str | Path, packing: Packing | None) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked.

    Reading raises one of `UNREADABLE` where the file is damaged, cut off, or unpacks to over 1,000 times its size.
    """
    with ExitStack() as files:
        file = files.enter_context(open(path, "rb"))
        if packing is None:
            yield file
            return
        unpacked: _Source = files.enter_context(gzip.GzipFile(fileobj=file)) if packing == "gz" else _Zstandard(file)
        limit = MAX_INFLATION * Path(path).stat().st_size
        yield io.BufferedReader(_Bounded(unpacked, limit), _BUFFER)


def bounded_lines(stream: IO[bytes], num_bytes: int | None = None) -> Iterator[bytes | None]:
    """Lines with their ends; None for one that is longer than 64 MB, whose bytes are passed over.

    Args:
        stream: where its first line starts.
        num_bytes: to read at most, up to a line end; None for all.
    """
    read = 0
    while num_bytes is None or read < num_bytes:
        line = stream.readline(MAX_TEXT_BYTES + 1)
        if not line:
            return
        read += len(line)
        if len(line) <= MAX_TEXT_BYTES or line.endswith(b"\n"):
            yield line
        else:
            read += _pass_over_line(stream)
            yield None


def _pass_over_line(stream: IO[bytes]) -> int:
    """Read to the end of the line; the number of bytes."""
    read = 0
    while piece := stream.readline(_BUFFER):
        read += len(piece)
        if piece.endswith(b"\n"):
            break
    return read


class _Bounded(io.RawIOBase):
    """A stream that fails once it has given more than `limit` bytes."""

    def __init__(self, source: _Source, limit: int):
        self._source, self._limit, self._given = source, limit, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        given = self._source.readinto(buffer) or 0
        self._given += given
        if self._given > self._limit:
            raise Damaged(f"it is over {MAX_INFLATION:,} times as large unpacked as packed")
        return given


class _Zstandard:
    """Zstandard frames back to back; unlike the library's reader it notices that the last one is cut off."""

    def __init__(self, file: IO[bytes]):
        self._file = file
        self._context = zstandard.ZstdDecompressor()
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._packed, self._unpacked = b"", memoryview(b"")

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        while not self._unpacked:
            self._packed = self._packed or self._file.read(_PACKED_CHUNK)
            if not self._packed and self._frame is not None:
                raise Damaged("it is cut off")
            if not self._packed:
                return 0
            self._unpack()
        target = memoryview(buffer).cast("B")
        given = min(len(target), len(self._unpacked))
        target[:given], self._unpacked = self._unpacked[:given], self._unpacked[given:]
        return given

    def _unpack(self) -> None:
        frame = self._frame or self._context.decompressobj()
        self._unpacked = memoryview(frame.decompress(self._packed))
        self._packed = frame.unused_data if frame.eof else b""
        self._frame = None if frame.eof else frame
