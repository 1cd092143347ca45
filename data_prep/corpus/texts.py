"""Texts on disk, compressed one by one, so that any of them can be read without the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import zstandard

from lexatron.errors import UserError

_TEXTS, _OFFSETS = "texts.zst", "offsets.npy"
_LEVEL = 1  # four times smaller at several hundred MB/s: the texts live for as long as a stage runs


class TextWriter:
    """Appends texts to a folder; call `close`."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._file = (folder / _TEXTS).open("wb")
        self._pack = zstandard.ZstdCompressor(level=_LEVEL).compress
        self._offsets = [0]

    def add(self, text: str) -> None:
        """Append one text."""
        self._offsets.append(self._offsets[-1] + self._file.write(self._pack(text.encode())))

    def close(self) -> None:
        """Write what is left and the index."""
        self._file.close()
        np.save(self._folder / _OFFSETS, np.array(self._offsets, np.int64))


class TextReader:
    """The texts of a folder, by number."""

    def __init__(self, folder: Path):
        self._path = folder / _TEXTS
        self._offsets = np.load(folder / _OFFSETS)
        self._file = self._path.open("rb")
        self._unpack = zstandard.ZstdDecompressor().decompress

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> str:
        """Text `number`.

        Raises:
            UserError: the file is damaged.
        """
        start, end = (int(offset) for offset in self._offsets[number : number + 2])
        self._file.seek(start)
        try:
            return self._unpack(self._file.read(end - start)).decode()
        except (zstandard.ZstdError, UnicodeDecodeError) as error:
            raise UserError(
                f"damaged ({error})", where=self._path, remedy="delete the unfinished folder and run again"
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()
