"""Files that grow batch by batch: JSON lists, JSON lines plain and packed, CSV, Parquet."""

from __future__ import annotations

import gzip
from abc import ABC, abstractmethod
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from data_prep.sample.instructions.rows import Piece

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_GZIP_LEVEL, _ZSTD_LEVEL = 1, 1
_CSV_HEAD = b"prompt,response\n"


class Growing(ABC):
    """A file that pieces are added to; `rows` is their number so far."""

    def __init__(self) -> None:
        self.rows = 0

    def add(self, piece: Piece) -> None:
        """Add the rows of a batch."""
        self._write(piece)
        self.rows += piece.rows

    @abstractmethod
    def _write(self, piece: Piece) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """End the file."""


class TextFile(Growing):
    """Bytes with something before, between and after the pieces, packed as the name says."""

    def __init__(self, path: Path, before: bytes, between: bytes, after: bytes):
        super().__init__()
        self._raw = open(path, "wb")  # noqa: SIM115
        self._file = _packed(path, self._raw)
        self._between, self._after = between, after
        self._file.write(before)

    def _write(self, piece: Piece) -> None:
        if self.rows:
            self._file.write(self._between)
        self._file.write(piece.data)

    def close(self) -> None:
        self._file.write(self._after)
        self._file.close()
        self._raw.close()


class ParquetFile(Growing):
    """Rows of UltraChat."""

    def __init__(self, path: Path):
        super().__init__()
        import pyarrow.parquet as pq

        self._writer: pq.ParquetWriter = pq.ParquetWriter(path, _schema(), compression="zstd")

    def _write(self, piece: Piece) -> None:
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_pylist(piece.table, schema=_schema()))

    def close(self) -> None:
        self._writer.close()


def open_growing(path: Path) -> Growing:
    """A new file of the kind that its name says."""
    path.parent.mkdir(exist_ok=True)
    match path.suffix:
        case ".parquet":
            return ParquetFile(path)
        case ".json":
            return TextFile(path, b"[\n", b",\n", b"\n]\n")
        case ".csv":
            return TextFile(path, _CSV_HEAD, b"", b"")
        case _:
            return TextFile(path, b"", b"\n", b"\n")


def _packed(path: Path, raw: IO[bytes]) -> Any:
    """A file to write into: gzip without name and time, for the same records give the same bytes; zstd; or plain."""
    if path.suffix == ".gz":
        return gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0)
    if path.suffix == ".zst":
        import zstandard

        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).stream_writer(raw, closefd=False)
    return raw


def _schema() -> pa.Schema:
    import pyarrow as pa

    message = pa.struct([("role", pa.string()), ("content", pa.string())])
    return pa.schema([("prompt", pa.string()), ("prompt_id", pa.string()), ("messages", pa.list_(message))])
