"""Megatron's `.bin/.idx` pairs in numpy alone: a streaming writer and a validating, memory-mapped reader.

The bytes are those of `megatron.core.datasets.indexed_dataset.IndexedDatasetBuilder` (Megatron-Core 0.15.3):

    PREFIX.bin   every token, back to back, in one dtype
    PREFIX.idx   magic (9 bytes), version 1 (u64), dtype code (u8), number of sequences n (u64), number of
                 document boundaries d (u64); then n sequence lengths in tokens (i32), n sequence offsets in
                 bytes (i64) and d boundaries as sequence numbers (i64), the first of them 0; little-endian
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from lexatron.atomic import atomic_file
from lexatron.errors import UserError

Tokens = npt.NDArray[np.integer[Any]]
TokenDType = np.dtype[np.integer[Any]]

_HEADER = struct.Struct("<9sQBQQ")
_MAGIC = b"MMIDIDX\x00\x00"
_VERSION = 1
_CODE_TO_DTYPE: dict[int, TokenDType] = {
    1: np.dtype("u1"),
    2: np.dtype("i1"),
    3: np.dtype("<i2"),
    4: np.dtype("<i4"),
    5: np.dtype("<i8"),
    8: np.dtype("<u2"),
}
_DTYPE_TO_CODE = {dtype.str: code for code, dtype in _CODE_TO_DTYPE.items()}
_UINT16_VOCAB_LIMIT = 65_500  # Megatron's own threshold, below what uint16 could hold
_REMEDY = "copy the pair again from where it was built, or build it again"


def bin_path(prefix: str | Path) -> Path:
    """`PREFIX.bin`; a prefix may itself contain dots."""
    return Path(f"{prefix}.bin")


def idx_path(prefix: str | Path) -> Path:
    """`PREFIX.idx`; a prefix may itself contain dots."""
    return Path(f"{prefix}.idx")


def token_dtype(vocab_size: int) -> TokenDType:
    """The dtype that Megatron chooses for a vocabulary: uint16 below 65,500 tokens, else int32."""
    return np.dtype("<u2") if vocab_size < _UINT16_VOCAB_LIMIT else np.dtype("<i4")


class IndexedWriter:
    """Streams documents into one pair; made by `indexed_writer`. Memory holds 12 bytes a sequence, no tokens."""

    def __init__(self, file: BinaryIO, dtype: npt.DTypeLike):
        code = _DTYPE_TO_CODE.get(np.dtype(dtype).str)
        if code is None:
            raise ValueError(f"Megatron's index has no code for tokens of dtype {dtype}")
        self.dtype = _CODE_TO_DTYPE[code]
        self.num_tokens = 0
        self._file = file
        self._lengths = array("i")
        self._boundaries = array("q", [0])

    @property
    def num_documents(self) -> int:
        """Documents added so far."""
        return len(self._boundaries) - 1

    def add_document(self, tokens: npt.ArrayLike, lengths: Sequence[int] | None = None) -> None:
        """Append one document.

        Args:
            tokens: the document's token ids, shape [num_tokens]; may be empty.
            lengths: tokens of each of its sequences, adding up to num_tokens; None means one sequence.

        Raises:
            ValueError: a token does not fit the dtype, or the lengths do not add up.
        """
        ids = self._checked(np.asarray(tokens))
        sequences = [ids.size] if lengths is None else list(lengths)
        if sum(sequences) != ids.size or any(length < 0 for length in sequences):
            raise ValueError(f"sequence lengths {sequences} do not add up to the document's {ids.size} tokens")
        self._file.write(ids.tobytes())
        self._lengths.extend(sequences)
        self._boundaries.append(len(self._lengths))
        self.num_tokens += ids.size

    def _checked(self, ids: npt.NDArray[Any]) -> Tokens:
        """The ids in this pair's dtype; Megatron would let a token that does not fit wrap around."""
        if not ids.size:
            return np.empty(0, self.dtype)
        limits, low, high = np.iinfo(self.dtype), int(ids.min()), int(ids.max())
        if low < limits.min or high > limits.max:
            raise ValueError(f"token ids {low} to {high} do not fit {self.dtype}")
        return ids.astype(self.dtype, copy=False)

    def index_bytes(self) -> bytes:
        """The content of the `.idx` for what was added so far."""
        lengths = np.frombuffer(self._lengths, "<i4") if self._lengths else np.empty(0, "<i4")
        boundaries = np.frombuffer(self._boundaries, "<i8")
        code = _DTYPE_TO_CODE[self.dtype.str]
        header = _HEADER.pack(_MAGIC, _VERSION, code, len(lengths), len(boundaries))
        offsets = _byte_offsets(lengths, self.dtype.itemsize)
        return b"".join((header, lengths.tobytes(), offsets.tobytes(), boundaries.tobytes()))


@contextmanager
def indexed_writer(prefix: str | Path, dtype: npt.DTypeLike) -> Iterator[IndexedWriter]:
    """Yield a writer; the pair appears when the block ends without an error, and an older one stays if it does not.

    An older `.idx` goes first, then the `.bin` takes its name, then the `.idx`: a reader never meets an
    index without its whole `.bin`.

    Args:
        prefix: path of the pair without its suffixes.
        dtype: integer dtype of the tokens (`token_dtype`).
    """
    with atomic_file(idx_path(prefix)) as new_idx, atomic_file(bin_path(prefix)) as new_bin:
        with open(new_bin, "wb") as file:
            writer = IndexedWriter(file, dtype)
            yield writer
        new_idx.write_bytes(writer.index_bytes())
        idx_path(prefix).unlink(missing_ok=True)


def _byte_offsets(lengths: npt.NDArray[np.int32], itemsize: int) -> npt.NDArray[np.int64]:
    """Where each sequence starts in the `.bin`."""
    ends = np.cumsum(lengths, dtype=np.int64) * itemsize
    return np.concatenate((np.zeros(1, np.int64), ends))[: len(lengths)].astype("<i8", copy=False)


class IndexedReader:
    """A pair on disk, memory-mapped and read-only, checked when it is opened.

    Attributes:
        tokens: every token, shape [num_tokens].
        lengths: tokens of each sequence, shape [num_sequences].
        boundaries: first sequence of each document and, last, num_sequences; shape [num_documents + 1].
        document_offsets: first token of each document and, last, num_tokens; shape [num_documents + 1].

    Raises:
        UserError: a file is missing, or one of them is damaged or belongs to another pair.
    """

    def __init__(self, prefix: str | Path):
        self.prefix = Path(prefix)
        for path in (idx_path(prefix), bin_path(prefix)):
            if not path.is_file():
                raise UserError("no such file; a dataset is a .bin and an .idx of one name", where=path, remedy=_REMEDY)
        self.dtype, self.lengths, self.boundaries = _read_index(idx_path(prefix))
        self.tokens = _map_tokens(bin_path(prefix), self.dtype, int(self.lengths.sum(dtype=np.int64)))
        self._starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(self.lengths, dtype=np.int64)))
        self.document_offsets = self._starts[self.boundaries]

    @property
    def num_tokens(self) -> int:
        """Tokens in all documents."""
        return len(self.tokens)

    @property
    def num_documents(self) -> int:
        """Documents, empty ones included."""
        return len(self.boundaries) - 1

    def __len__(self) -> int:
        """Sequences."""
        return len(self.lengths)

    def __getitem__(self, sequence: int) -> Tokens:
        """The tokens of one sequence, a view into the file."""
        start = int(self._starts[:-1][sequence])
        return self.tokens[start : start + int(self.lengths[sequence])]

    def document(self, number: int) -> Tokens:
        """The tokens of one document, all of its sequences together; a view into the file."""
        first, last = self.document_offsets[number : number + 2]
        return self.tokens[first:last]


def _damaged(path: Path, what: str) -> UserError:
    return UserError(f"damaged Megatron dataset, {what}", where=path, remedy=_REMEDY)


def _read_index(path: Path) -> tuple[TokenDType, npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Dtype, sequence lengths and document boundaries of a checked `.idx`."""
    data = path.read_bytes()
    if len(data) < _HEADER.size or not data.startswith(_MAGIC):
        raise _damaged(path, "its header is not that of an index")
    _, version, code, num_sequences, num_boundaries = _HEADER.unpack_from(data)
    if version != _VERSION or code not in _CODE_TO_DTYPE:
        raise _damaged(path, f"version {version} or dtype code {code} is unknown")
    expected = _HEADER.size + num_sequences * (4 + 8) + num_boundaries * 8
    if len(data) != expected:
        raise _damaged(path, f"it has {len(data):,} bytes where its header promises {expected:,}")
    lengths = np.frombuffer(data, "<i4", num_sequences, _HEADER.size)
    offsets = np.frombuffer(data, "<i8", num_sequences, _HEADER.size + lengths.nbytes)
    boundaries = np.frombuffer(data, "<i8", num_boundaries, _HEADER.size + lengths.nbytes + offsets.nbytes)
    dtype = _CODE_TO_DTYPE[code]
    if (lengths < 0).any() or not np.array_equal(offsets, _byte_offsets(lengths, dtype.itemsize)):
        raise _damaged(path, "its sequence lengths and offsets contradict each other")
    if not _delimits(boundaries, num_sequences):
        raise _damaged(path, "its document boundaries do not run from the first sequence to the last")
    return dtype, lengths, boundaries


def _delimits(boundaries: npt.NDArray[np.int64], num_sequences: int) -> bool:
    """Whether boundaries start at 0, never fall, and end at the number of sequences."""
    ends = len(boundaries) > 0 and boundaries[0] == 0 and boundaries[-1] == num_sequences
    return bool(ends and (np.diff(boundaries) >= 0).all())


def _map_tokens(path: Path, dtype: TokenDType, num_tokens: int) -> Tokens:
    size, expected = path.stat().st_size, num_tokens * dtype.itemsize
    if size != expected:
        raise _damaged(path, f"it has {size:,} bytes where its index promises {expected:,}")
    if num_tokens == 0:  # an empty file cannot be mapped
        return np.empty(0, dtype)
    return np.memmap(path, dtype, mode="r")
