"""The `.bin/.idx` writer against Megatron's own builder and reader, and what the reader refuses."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.indexed import IndexedReader, bin_path, idx_path, indexed_writer, token_dtype
from lexatron.errors import UserError

Document = list[list[int]]  # sequences of tokens

DTYPES = ["uint8", "int8", "int16", "int32", "int64", "uint16"]


@st.composite
def corpora(draw: st.DrawFn) -> tuple[str, list[Document]]:
    """A dtype and documents of sequences of tokens that fit it, empty ones included."""
    dtype = draw(st.sampled_from(DTYPES))
    limits = np.iinfo(dtype)
    tokens = st.integers(int(limits.min), int(limits.max))
    return dtype, draw(st.lists(st.lists(st.lists(tokens, max_size=6), max_size=4), max_size=6))


def write_ours(prefix: Path, dtype: str, documents: list[Document]) -> None:
    with indexed_writer(prefix, dtype) as writer:
        for document in documents:
            flat = [token for sequence in document for token in sequence]
            writer.add_document(flat, [len(sequence) for sequence in document])


def write_megatron(prefix: Path, dtype: str, documents: list[Document]) -> None:
    megatron = pytest.importorskip("megatron.core.datasets.indexed_dataset")
    builder = megatron.IndexedDatasetBuilder(str(bin_path(prefix)), dtype=getattr(np, dtype))
    for document in documents:
        flat = np.array([token for sequence in document for token in sequence], dtype=dtype)
        builder.add_document(flat, [len(sequence) for sequence in document])
    builder.finalize(str(idx_path(prefix)))


def pair(prefix: Path) -> tuple[bytes, bytes]:
    return bin_path(prefix).read_bytes(), idx_path(prefix).read_bytes()


@settings(max_examples=200, deadline=None)
@given(corpora())
def test_bytes_are_those_of_megatrons_builder(corpus: tuple[str, list[Document]]) -> None:
    dtype, documents = corpus
    with TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        write_ours(ours, dtype, documents)
        write_megatron(theirs, dtype, documents)
        assert pair(ours) == pair(theirs)


@settings(max_examples=50, deadline=None)
@given(corpora())
def test_our_reader_returns_what_was_written(corpus: tuple[str, list[Document]]) -> None:
    dtype, documents = corpus
    with TemporaryDirectory() as folder:
        write_ours(Path(folder, "a.b"), dtype, documents)
        reader = IndexedReader(Path(folder, "a.b"))
        sequences = [sequence for document in documents for sequence in document]
        assert reader.dtype == np.dtype(dtype)
        assert [reader[i].tolist() for i in range(len(reader))] == sequences
        flat = [[token for sequence in document for token in sequence] for document in documents]
        assert [reader.document(i).tolist() for i in range(reader.num_documents)] == flat
        assert reader.num_tokens == sum(map(len, sequences))


def test_megatrons_reader_reads_ours(tmp_path: Path) -> None:
    megatron = pytest.importorskip("megatron.core.datasets.indexed_dataset")
    documents: list[Document] = [[[1, 2, 3], [4]], [], [[]], [[65_499]]]
    write_ours(tmp_path / "x", "uint16", documents)
    for mmap in (True, False):
        dataset = megatron.IndexedDataset(str(tmp_path / "x"), mmap=mmap)
        assert [dataset[i].tolist() for i in range(len(dataset))] == [[1, 2, 3], [4], [], [65_499]]
        assert dataset.document_indices.tolist() == [0, 2, 2, 3, 4]


def test_the_layout_by_hand(tmp_path: Path) -> None:
    with indexed_writer(tmp_path / "x", "uint16") as writer:
        writer.add_document([7, 258])
    assert bin_path(tmp_path / "x").read_bytes() == bytes([7, 0, 2, 1])
    index = b"MMIDIDX\0\0" + bytes([1, *[0] * 7, 8, 1, *[0] * 7, 2, *[0] * 7])
    assert idx_path(tmp_path / "x").read_bytes() == index + bytes([2, *[0] * 3, *[0] * 8, *[0] * 8, 1, *[0] * 7])


@pytest.mark.parametrize("vocab_size", [1, 4096, 65_499, 65_500, 65_536, 128_256])
def test_dtype_is_megatrons_choice(vocab_size: int) -> None:
    megatron = pytest.importorskip("megatron.core.datasets.indexed_dataset")
    assert token_dtype(vocab_size) == np.dtype(megatron.DType.optimal_dtype(vocab_size))


@pytest.mark.parametrize("tokens", [[65_536], [-1]])
def test_a_token_never_wraps_around(tmp_path: Path, tokens: list[int]) -> None:
    with pytest.raises(ValueError, match="do not fit"), indexed_writer(tmp_path / "x", "uint16") as writer:
        writer.add_document(tokens)


@pytest.mark.parametrize("lengths", [[1], [3], [3, -1], []])
def test_lengths_must_add_up(tmp_path: Path, lengths: list[int]) -> None:
    with pytest.raises(ValueError, match="add up"), indexed_writer(tmp_path / "x", "uint16") as writer:
        writer.add_document([1, 2], lengths)


def test_a_failed_write_leaves_the_older_pair_and_nothing_else(tmp_path: Path) -> None:
    write_ours(tmp_path / "x", "uint16", [[[1, 2]]])
    before = pair(tmp_path / "x")
    with pytest.raises(ValueError, match="do not fit"):
        write_ours(tmp_path / "x", "uint16", [[[3]], [[-1]]])
    assert pair(tmp_path / "x") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.bin", "x.idx"]


def test_the_pair_is_invisible_until_whole(tmp_path: Path) -> None:
    with indexed_writer(tmp_path / "x", "uint16") as writer:
        writer.add_document([3])
        assert not bin_path(tmp_path / "x").exists()
        assert not idx_path(tmp_path / "x").exists()
    assert IndexedReader(tmp_path / "x").tokens.tolist() == [3]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_cut_file_is_refused(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        prefix = Path(folder, "x")
        write_ours(prefix, "uint16", [[[1, 2, 3]], [[4], [5, 6]]])
        victim = data.draw(st.sampled_from([bin_path(prefix), idx_path(prefix)]))
        whole = victim.read_bytes()
        victim.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
        with pytest.raises(UserError, match=victim.name):
            IndexedReader(prefix)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_flipped_byte_of_the_index_is_refused_or_harmless(data: st.DataObject) -> None:
    """No flipped byte may crash the reader or let it read past the tokens; boundaries may still be plausible."""
    with TemporaryDirectory() as folder:
        prefix = Path(folder, "x")
        write_ours(prefix, "uint16", [[[1, 2, 3]], [[4], [5, 6]]])
        index = bytearray(idx_path(prefix).read_bytes())
        position = data.draw(st.integers(0, len(index) - 1))
        index[position] ^= data.draw(st.integers(1, 255))
        idx_path(prefix).write_bytes(index)
        with suppress(UserError):
            reader = IndexedReader(prefix)
            documents = [reader.document(i) for i in range(reader.num_documents)]
            assert sum(document.size for document in documents) == reader.num_tokens


@pytest.mark.parametrize("suffix", ["bin", "idx"])
def test_a_missing_half_is_named(tmp_path: Path, suffix: str) -> None:
    write_ours(tmp_path / "x", "uint16", [[[1]]])
    (tmp_path / f"x.{suffix}").unlink()
    with pytest.raises(UserError, match=f"x.{suffix}"):
        IndexedReader(tmp_path / "x")


def test_the_mapping_is_read_only(tmp_path: Path) -> None:
    write_ours(tmp_path / "x", "uint16", [[[1]]])
    with pytest.raises(ValueError, match="read-only"):
        IndexedReader(tmp_path / "x").tokens[0] = 2
