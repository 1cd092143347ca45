"""Held-out general text: which tokens are read, by which rank, and where it comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from data_prep.indexed import indexed_writer
from lexatron.errors import UserError
from plugins.callbacks.forgetting import fed
from plugins.callbacks.general_text import micro_batches, windows
from recipes.training import general_prefixes


def pair(prefix: Path, documents: list[list[int]]) -> str:
    with indexed_writer(prefix, np.uint16) as writer:
        for document in documents:
            writer.add_document(np.array(document))
    return str(prefix)


def test_windows_by_hand(tmp_path: Path) -> None:
    first = pair(tmp_path / "a", [[1, 2, 3], [4, 5, 6, 7], [8, 9]])
    second = pair(tmp_path / "b", [list(range(20, 40))])
    assert windows([first], 3, 100).tolist() == [[1, 2, 3, 4], [4, 5, 6, 7]], "what is left is no sequence"
    assert windows([first, second], 3, 2).tolist() == [[1, 2, 3, 4], [20, 21, 22, 23]]


def test_too_little_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="2 tokens"):
        windows([pair(tmp_path / "a", [[1, 2]])], 3, 1)
    with pytest.raises(UserError, match="no such"):
        windows([str(tmp_path / "none")], 3, 1)
    with pytest.raises(UserError, match="no general text"):
        windows([], 3, 1)


@given(rows=st.integers(1, 30), micro=st.integers(1, 3), ranks=st.integers(1, 4), rounds=st.integers(1, 3))
def test_all_ranks_together_read_every_row_once(rows: int, micro: int, ranks: int, rounds: int) -> None:
    text = np.arange(rows * 5).reshape(rows, 5)
    size = micro * ranks * rounds
    seen = []
    for rank in range(ranks):
        batches = micro_batches(text, global_batch_size=size, micro_batch_size=micro, rank=rank, ranks=ranks)
        assert len(batches) == -(-rows // size)
        assert all(len(batch) == rounds for batch in batches)
        for batch in (batch for each in batches for batch in each):
            assert batch["tokens"].shape == (micro, 4)
            assert torch.equal(batch["labels"], batch["tokens"] + 1)
            assert torch.equal(batch["position_ids"], torch.arange(4).expand(micro, 4))
            counts = batch["loss_mask"].all(dim=1)
            assert torch.equal(batch["loss_mask"].sum(dim=1), counts * 4.0)
            seen += batch["tokens"][counts].tolist()
    assert sorted(seen) == text[:, :-1].tolist()


def test_a_whole_batch_splits_into_its_micro_batches() -> None:
    text = np.arange(6 * 5).reshape(6, 5)
    (batch,) = micro_batches(text, global_batch_size=6, micro_batch_size=2, rank=0, ranks=1)
    assert list(fed(batch, at_once=False)) == batch
    ((whole, _, _),) = fed(batch, at_once=True)
    for key, tensor in whole.items():
        parts = torch.tensor_split(tensor, 3)  # as NeMo does
        assert all(torch.equal(part, micro[key]) for part, micro in zip(parts, batch, strict=True))


def test_prefixes_are_given_or_of_a_corpus(tiny_data: Path) -> None:
    assert general_prefixes("a/b,c") == ["a/b", "c"]
    with pytest.raises(UserError, match="no general text"):
        general_prefixes(str(tiny_data / "corpus"))
