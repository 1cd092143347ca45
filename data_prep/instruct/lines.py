"""Files of lines, compressed, written and read from beginning to end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import zstandard

_LEVEL = 1
_BLOCK = 1 << 20


class Sink(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> int:
        """Append them."""
        ...


@contextmanager
def lines_to(path: Path) -> Iterator[Sink]:
    """A compressed file to write lines to, given with their line feeds."""
    with (
        open(path, "wb") as file,
        zstandard.ZstdCompressor(level=_LEVEL).stream_writer(file, closefd=False) as packed,
        io.BufferedWriter(cast(Any, packed), _BLOCK) as buffered,
    ):
        yield buffered


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of such a file, with their line feeds."""
    with open(path, "rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as packed:
        yield from io.BufferedReader(packed, _BLOCK)
